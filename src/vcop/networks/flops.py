"""What the networks compute and how large they are, told from their shapes: without memory, arithmetic or a GPU.

FLOP: two for a multiply-add of the convolutions; a training step's are those of the forward and the backward pass (C3D, R3D,
R(2+1)D at 16x112x112: 228.9, 116.5, 127.0 G a clip). BatchNorm, heads and what else is a thousandth of it are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn

from vcop.config.names import LAYERS
from vcop.config.options import NetworkOptions
from vcop.networks.heads import ActionNetwork, OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone


@dataclass(frozen=True)
class ClipSize:
    """What enters a network: frames, and pixels of the square crop."""

    frames: int
    crop: int


@dataclass(frozen=True)
class ClipCost:
    """FLOP of a clip."""

    training: float
    testing: float


@cache
def clip_cost(network: str, options: NetworkOptions, clip: ClipSize, layer: str = LAYERS[0]) -> ClipCost:
    """Of one clip, where the stages before ``layer`` are frozen."""
    tested = trained = 0

    def count(convolution: nn.Conv3d, inputs: tuple[Tensor], output: Tensor) -> None:
        nonlocal tested, trained
        once = 2 * output.numel() * convolution.weight[0].numel()
        # A pass back to the weights, where they are trained, and one to the input, where anything before it is.
        passes = 1 + convolution.weight.requires_grad + inputs[0].requires_grad
        tested, trained = tested + once, trained + passes * once

    with torch.device("meta"):
        backbone = build_backbone(network, options)
        backbone.freeze_below(layer)
        for module in backbone.modules():
            if isinstance(module, nn.Conv3d):
                module.register_forward_hook(count)
        backbone(torch.empty(1, 3, clip.frames, clip.crop, clip.crop))
    return ClipCost(training=trained, testing=tested)


@cache
def weight_bytes(network: str, options: NetworkOptions, tuple_length: int = 0, classes: int = 0) -> int:
    """Of a network's weights file: an order network of ``tuple_length``, one of ``classes`` actions, or the backbone alone."""
    with torch.device("meta"):
        backbone = build_backbone(network, options)
        model: nn.Module = backbone
        if tuple_length:
            model = OrderNetwork(backbone, OrderHead(backbone.features, tuple_length, 0))
        elif classes:
            model = ActionNetwork(backbone, classes)
    return sum(value.numel() * value.element_size() for value in model.state_dict().values())


@cache
def feature_values(network: str, options: NetworkOptions, clip: ClipSize, layer: str) -> int:
    """Values of a clip's feature for retrieval: a stage's map, max-pooled in space to 3x3 or the next that fits (C 4.1)."""
    with torch.device("meta"), torch.no_grad():
        maps = (
            build_backbone(network, options).eval().maps(torch.empty(1, 3, clip.frames, clip.crop, clip.crop), [layer])[layer]
        )
    _, channels, length, size, _ = maps.shape
    return channels * length * (size // max(1, size // 3)) ** 2
