"""Floating point operations, parameters and sizes of the networks, found from shapes alone: no arithmetic, memory or GPU.

A multiply-add of a convolution or matrix product counts as two operations. Training counts the forward and the backward pass: 228.9, 116.5 and
127.0 G operations a clip of 16x112x112 for C3D, R3D and R(2+1)D. BatchNorm, heads and the rest, a thousandth, are left out.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from vcop.config.names import LAYERS
from vcop.config.options import NetworkOptions
from vcop.networks.heads import ActionNetwork, OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone


@dataclass(frozen=True)
class ClipSize:
    """Size of a clip that enters a network: number of frames, and width of the square crop in pixels."""

    frames: int
    crop: int


@dataclass(frozen=True)
class ClipCost:
    """Floating point operations for one clip, in a training step and in a test."""

    training: float
    testing: float


@cache
def clip_cost(
    network: str, options: NetworkOptions, clip: ClipSize, layer: str = LAYERS[0], *, study: Path = Path()
) -> ClipCost:
    """Count the floating point operations for one clip.

    Args:
        network: Name of the backbone.
        options: Its width.
        clip: What enters the network.
        layer: The first stage that is trained; those before it are frozen.
        study: Folder of the study, for a backbone of the user.

    Raises:
        ValueError: The network cannot take clips of this size.
    """
    with torch.device("meta"):
        backbone = build_backbone(network, options, study=study)
        backbone.freeze_below(layer)
        with _counter() as forward:
            features = backbone(torch.empty(1, 3, clip.frames, clip.crop, clip.crop))
        with _counter() as backward:
            features.sum().backward()
    tested = forward.get_total_flops()
    return ClipCost(training=tested + backward.get_total_flops(), testing=tested)


def _counter() -> Any:
    """Return PyTorch's counter of operations.

    It would import Triton where this is there, for kernels that no network here has: that takes a second, and Triton complains of leaks
    where a program ends early.
    """
    hidden: dict[str, Any] = sys.modules  # None in it stands for a module that cannot be imported
    there = {"triton": hidden["triton"]} if "triton" in hidden else {}
    logging.getLogger("torch.utils.flop_counter").setLevel(logging.ERROR)  # it warns that there is no Triton
    hidden["triton"] = None
    try:
        from torch.utils.flop_counter import FlopCounterMode
    finally:
        del hidden["triton"]
        hidden.update(there)
    return FlopCounterMode(display=False)


def count_parameters(module: nn.Module) -> int:
    """Return the number of parameters of a module, frozen ones included."""
    return sum(parameter.numel() for parameter in module.parameters())


def parameter_counts(network: str, options: NetworkOptions) -> dict[str, int]:
    """Count the parameters of a backbone alone and with each head that the papers put on it.

    Returns:
        ``backbone``; ``classes101`` and ``classes51``, with a classifier for UCF101 and HMDB51; ``order2`` to ``order5``, with
        an order head for so many clips.
    """
    with torch.device("meta"):
        backbone = build_backbone(network, options)
        classifiers = {f"classes{n}": count_parameters(ActionNetwork(backbone, n)) for n in (101, 51)}
        order = {
            f"order{n}": count_parameters(OrderNetwork(backbone, OrderHead(backbone.features, n, 0))) for n in (2, 3, 4, 5)
        }
    return {"backbone": count_parameters(backbone), **classifiers, **order}


@cache
def weight_bytes(
    network: str, options: NetworkOptions, tuple_length: int = 0, classes: int = 0, *, study: Path = Path()
) -> int:
    """Return the bytes of a network's weights.

    Args:
        network: Name of the backbone.
        options: Its width.
        tuple_length: If not 0, an order head for so many clips is included.
        classes: If not 0, a classifier of so many actions is included, or with ``tuple_length`` the head has so many answers.
        study: Folder of the study, for a backbone of the user.
    """
    with torch.device("meta"):
        backbone = build_backbone(network, options, study=study)
        model: nn.Module = backbone
        if tuple_length:
            model = OrderNetwork(backbone, OrderHead(backbone.features, tuple_length, 0, classes=classes))
        elif classes:
            model = ActionNetwork(backbone, classes)
    return sum(value.numel() * value.element_size() for value in model.state_dict().values())


@cache
def feature_values(network: str, options: NetworkOptions, clip: ClipSize, layer: str, *, study: Path = Path()) -> int:
    """Return how many values a clip's feature for retrieval has: the stage's map, max-pooled to about 3x3 (CVPR 2019, 4.1)."""
    with torch.device("meta"), torch.no_grad():
        backbone = build_backbone(network, options, study=study).eval()
        maps = backbone.maps(torch.empty(1, 3, clip.frames, clip.crop, clip.crop), [layer])[layer]
    _, channels, length, size, _ = maps.shape
    return channels * length * (size // max(1, size // 3)) ** 2
