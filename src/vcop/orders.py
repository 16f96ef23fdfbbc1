"""The order network and what is written of its predictions: what `pretrain` and `audit` share (CVPR 2019, 3.3 and 4)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vcop.frames import FrameStore, Video
from vcop.networks import build
from vcop.networks.heads import OrderHead, OrderNetwork
from vcop.options import PretrainOptions
from vcop.randomness import seed_of
from vcop.splits import TEST, TRAIN
from vcop.stage import Setup
from vcop.tasks import Task
from vcop.training import certainty

SPLIT = 1  # both papers pretrain on split 1
HEADER = ("video", "order", "predicted", "right", "probability")


def usable(store: FrameStore, task: Task) -> tuple[list[Video], list[Video], str]:
    """Training and test videos that are long enough, and what a message calls them. Raises ValueError where none can be tested."""
    training, test = ([v for v in store.of(SPLIT, role) if v.count >= task.window] for role in (TRAIN, TEST))
    where = f"{store.path}, task {task} (windows of {task.window} frames)"
    if not test:
        raise ValueError(f"{where}: no test video is long enough")
    return training, test, where


def network(setup: Setup, options: PretrainOptions, tuple_length: int, seed: int) -> OrderNetwork:
    """The order network; its head's initial weights are a function of (seed, network, tuple length)."""
    backbone = build(setup.network, setup.nets)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed_of("order head", seed, setup.network, tuple_length))
        head = OrderHead(backbone.features, tuple_length, options.dropout, options.head_batchnorm)
    return OrderNetwork(backbone, head, options.joint_batchnorm)


def predictions(videos: Sequence[str], logits: Tensor, labels: Tensor) -> list[tuple[str, int, int, int, str]]:
    """A row a video: its order's label, the predicted one, whether it is right, the right order's probability.

    Shape: (B, T!), (B,) -> B rows.
    """
    sure, right = certainty(logits, labels)
    numbers = zip(videos, labels.tolist(), logits.argmax(1).tolist(), right, sure, strict=True)
    return [(video, label, guess, hit, f"{p:.6f}") for video, label, guess, hit, p in numbers]
