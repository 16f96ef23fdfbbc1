"""The order network and what is written of its predictions: what `pretrain`, `audit` and `illustrate` share (CVPR 2019, 3.3 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from vcop.config.options import PretrainOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.networks.heads import OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.sampling.seeding import seed_of
from vcop.sampling.tasks import Task
from vcop.storage import weights
from vcop.storage.frame_store import FrameStore, Video
from vcop.training.progress import true_class_probability
from vcop.training.session import ModelSession

SPLIT = 1  # both papers pretrain on split 1
HEADER = ("video", "order", "predicted", "right", "probability")


def usable_videos(store: FrameStore, task: Task) -> tuple[list[Video], list[Video], str]:
    """Training and test videos that are long enough, and what a message calls them. Raises ValueError where none can be tested."""
    training, test = ([v for v in store.of(SPLIT, role) if v.count >= task.window] for role in (TRAIN, TEST))
    where = f"{store.path}, task {task} (windows of {task.window} frames)"
    if not test:
        raise ValueError(f"{where}: no test video is long enough")
    return training, test, where


def build_order_network(session: ModelSession, options: PretrainOptions, tuple_length: int, seed: int) -> OrderNetwork:
    """The order network; its head's initial weights are a function of (seed, network, tuple length)."""
    backbone = build_backbone(session.network, session.nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("order head", seed, session.network, tuple_length))
        head = OrderHead(backbone.features, tuple_length, options.dropout, options.head_batchnorm)
    return OrderNetwork(backbone, head, options.joint_batchnorm)


def load_pretrained(session: ModelSession, options: PretrainOptions, tuple_length: int, path: Path) -> OrderNetwork:
    """The order network with weights that `pretrain` has written, on its device, in evaluation mode.

    Raises ValueError where they are not of this network.
    """
    model = build_order_network(session, options, tuple_length, 0)
    weights.load_weights(path, model)
    return model.eval().to(session.group.device)


def prediction_rows(videos: Sequence[str], logits: Tensor, labels: Tensor) -> list[tuple[str, int, int, int, str]]:
    """A row a video: its order's label, the predicted one, whether it is right, the right order's probability.

    Shape: (B, T!), (B,) -> B rows.
    """
    sure, right = true_class_probability(logits, labels)
    numbers = zip(videos, labels.tolist(), logits.argmax(1).tolist(), right, sure, strict=True)
    return [(video, label, guess, hit, f"{p:.6f}") for video, label, guess, hit, p in numbers]
