"""The network of a pretext task, its videos, and the predictions that are written; of order prediction: CVPR 2019, 3.3 and 4.

Pretraining, mining, audit and illustration share this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from vcop.config.options import ComputeOptions, NetworkOptions, PretrainOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.loading.batches import Batches
from vcop.loading.samples import Sample
from vcop.networks.heads import OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.pretext.tasks.base import PretextTask
from vcop.pretext.tasks.order import Order
from vcop.sampling.draws import Drawing
from vcop.sampling.seeding import seed_of
from vcop.sampling.tasks import Task
from vcop.storage import weights
from vcop.storage.frame_store import FrameStore, Video
from vcop.training import distributed
from vcop.training.session import ModelSession

SPLIT = 1  # both papers pretrain on split 1
HEAD_OPTIONS = ("dropout", "head_batchnorm", "joint_batchnorm")


class Prediction(NamedTuple):
    """Answer that was predicted for one sample; a row of order.csv and predictions.csv. Of order prediction a sample is a tuple, an answer an order.

    Attributes:
        video: Name of the video.
        tuple: Number of the tuple among those of the video, counted from 0.
        order: Label of the true order, its index in ``Task.orders``.
        predicted: Label of the most probable order.
        right: 1 if both are the same, else 0.
        probability: Probability of the true order, as text with six decimals.
    """

    video: str
    tuple: int
    order: int
    predicted: int
    right: int
    probability: str


HEADER = Prediction._fields


def in_batches(task: PretextTask, videos: Sequence[Video]) -> Sequence[Video]:
    """Return the validation or test videos in the order in which batches are cut from them.

    Lists have the videos of a recording side by side. A task that compares the videos of a batch would meet these alone, so that it gets them mixed, always
    in the same way.
    """
    return sorted(videos, key=lambda video: seed_of("batches", video.name)) if task.whole_batch else videos


def describe_source(store: FrameStore, task: Drawing) -> str:
    """Return how messages name a frame store and a task."""
    return f"{store.path}, task {task} (windows of {task.window} frames)"


def usable_videos(store: FrameStore, task: Drawing) -> tuple[list[Video], list[Video]]:
    """Return the training and test videos of split 1 that are at least as long as the task's window.

    Raises:
        ValueError: If no test video is long enough.
    """
    training, test = ([v for v in store.of(SPLIT, role) if v.count >= task.window] for role in (TRAIN, TEST))
    if not test:
        raise ValueError(f"{describe_source(store, task)}: no test video is long enough")
    return training, test


def build_order_network(
    network: str, nets: NetworkOptions, options: PretrainOptions, tuple_length: int, seed: int
) -> OrderNetwork:
    """Build an order network with random weights (CVPR 2019, 3.3).

    Args:
        network: Name of the backbone: ``c3d``, ``r3d`` or ``r21d``.
        nets: Width of the backbone.
        options: Dropout and BatchNorm of the head, and how BatchNorm of the backbone sees a tuple.
        tuple_length: Clips of a tuple, 2 to 5.
        seed: The head's weights depend on (seed, network, tuple length) alone. The backbone's depend on PyTorch's current
            random state: pretraining loads them from a file.

    Returns:
        The network on the CPU, in training mode.

    Raises:
        ValueError: If there is no network of this name.
    """
    return build_task_network(network, nets, options, Order(Task(1, 0, tuple_length)), seed)


def build_task_network(
    network: str, nets: NetworkOptions, options: PretrainOptions, task: PretextTask, seed: int, actions: int = 0
) -> OrderNetwork:
    """Build the network of a pretext task with random weights; arguments and result as of ``build_order_network``.

    Args:
        network: Name of the backbone.
        nets: Width of the backbone.
        options: Dropout and BatchNorm of the head, and how BatchNorm of the backbone sees the clips of a sample.
        task: The pretext task, which builds the head.
        seed: The head's weights depend on (seed, network, kind of the task, clips) alone.
        actions: Number of actions of the data set, for tasks whose answers they are.
    """
    backbone = build_backbone(network, nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of(f"{task.kind} head", seed, network, task.clips))
        head = task.head(backbone.features, options, task.classes or actions)
    return OrderNetwork(backbone, head, options.joint_batchnorm)


def head_options(options: PretrainOptions) -> dict[str, Any]:
    """Return the options that decide what an order network is, beside those of its backbone."""
    return {key: getattr(options, key) for key in HEAD_OPTIONS}


def load_pretrained(
    network: str,
    nets: NetworkOptions,
    options: PretrainOptions,
    task: PretextTask,
    path: Path,
    device: torch.device | str = "cpu",
    actions: int = 0,
) -> OrderNetwork:
    """Load the network of a pretext task from the weights file of a pretraining.

    Args:
        network: Name of the backbone, as for the other options: as it was pretrained.
        nets: Width of the backbone.
        options: Options of the pretraining.
        task: The pretext task.
        path: Weights (.safetensors).
        device: Where to put the network.
        actions: Number of actions of the data set, for tasks whose answers they are.

    Returns:
        The network on the device, in evaluation mode.

    Raises:
        ValueError: If the file is missing or damaged, or holds the weights of another network.
    """
    model = build_task_network(network, nets, options, task, 0, actions)
    weights.load_weights(path, model)
    return model.eval().to(device)


def open_pretrained(
    session: ModelSession, options: PretrainOptions, task: PretextTask, path: Path, **more: Any
) -> OrderNetwork:
    """Load the network of a pretext task for a session, on its device and in its memory layout.

    Args:
        session: Frame store, network and where to compute.
        options: Options of the pretraining.
        task: The pretext task.
        path: Weights (.safetensors).
        **more: Further values that have to agree with what the file says of its weights.

    Raises:
        ValueError: If store, weights and options do not fit each other.
    """
    session.require_fit(path, task.clip_length, task=str(task), head_batchnorm=options.head_batchnorm, **more)
    device, actions = session.group.device, len(session.store.classes)
    model = load_pretrained(session.network, session.nets, options, task, path, device, actions)
    distributed.set_layout(model, session.compute)
    return model


def answers(
    model: OrderNetwork, inputs: Tensor, labels: Tensor, task: PretextTask, compute: ComputeOptions
) -> tuple[Tensor, Tensor]:
    """Return the logits and the right answers of a prepared batch, computed in the precision of ``compute``. Shape: (B, K), (B,)."""
    with distributed.autocast(inputs.device, compute):
        outputs = model(inputs)
    return task.logits(outputs.float(), labels)


def fixed_batches(batches: Batches, tuples: int, first: int = 0) -> Iterator[tuple[int, Sample]]:
    """Yield the batches of ``tuples`` tuples of each video with the tuple's number, from 0, then end the loader's processes.

    Args:
        batches: The videos.
        tuples: Number of tuples of each video.
        first: Epoch whose draws are the first tuples. Fixed tuples have none before 0.
    """
    try:
        for number in range(tuples):
            for sample in batches.epoch(first + number):
                yield number, sample
    finally:
        batches.close()


def make_predictions(videos: Sequence[str], number: int, logits: Tensor, labels: Tensor) -> list[Prediction]:
    """Return the prediction for each video of a batch.

    Args:
        videos: Names of the videos.
        number: Number of the tuple of each video.
        logits: Scores of all orders.
        labels: True orders.

    Shape:
        (B, K), (B,) -> B predictions; K is T! for orders.
    """
    probabilities = logits.softmax(1).gather(1, labels[:, None])[:, 0]
    columns = zip(videos, labels.tolist(), logits.argmax(1).tolist(), probabilities.tolist(), strict=True)
    return [Prediction(video, number, order, best, int(best == order), f"{p:.6f}") for video, order, best, p in columns]


def accuracy(predictions: Sequence[Prediction]) -> float:
    """Return the percentage of samples whose answer was predicted correctly."""
    return 100 * sum(prediction.right for prediction in predictions) / len(predictions)
