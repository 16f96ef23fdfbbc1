"""``vcop outline``: what the three networks are made of, read out of the built modules (CVPR 2019, Figure 3; TMM 2020, Figure 3).

Nothing is computed: the networks are built and run without memory or arithmetic, so that a changed module changes its outline.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vcop.config.names import LAYERS
from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm3d
from vcop.networks.residual import Block

Part = dict[str, Any]


@torch.no_grad()
def network_outlines(backbone: Backbone, clip: Tensor) -> Part:
    """Parameters, and a part a stage: its name, what it is made of and the shape (C, L, H, W) of its map of ``clip``.

    Shape: (1, 3, L, H, W).
    """
    maps = backbone.eval().maps(clip, LAYERS)
    stages = [
        {"stage": layer, "parts": describe(backbone.get_submodule(layer), layer), "map": list(maps[layer].shape[1:])}
        for layer in LAYERS
    ]
    return {"parameters": sum(p.numel() for p in backbone.parameters()), "stages": stages}


def describe(module: nn.Module, name: str) -> list[Part]:
    """The parts of a module in the order they are applied. Raises ValueError for a kind of module that has no outline yet."""
    match module:
        case nn.Sequential():
            return [part for child, inner in module.named_children() for part in describe(inner, f"{name}.{child}")]
        case Block():
            paths = {path: describe(module.get_submodule(path), f"{name}.{path}") for path in ("residual", "shortcut")}
            return [{"kind": "sum", "name": name, **paths}, *describe(module.relu, f"{name}.relu")]
        case nn.Conv3d():
            size = {"kernel": list(module.kernel_size), "stride": list(module.stride)}
            return [{"kind": "convolution", "name": name, **size, "channels": [module.in_channels, module.out_channels]}]
        case nn.MaxPool3d():
            return [{"kind": "pool", "name": name, "kernel": triple(module.kernel_size), "stride": triple(module.stride)}]
        case BatchNorm3d() | nn.ReLU():
            return [{"kind": type(module).__name__, "name": name}]
        case nn.Identity():
            return []
    raise ValueError(f"{name}: a {type(module).__name__} has no outline: say in vcop.networks.outline how to describe it")


def triple(size: int | tuple[int, ...]) -> list[int]:
    """A size in time, height and width."""
    return [size] * 3 if isinstance(size, int) else list(size)
