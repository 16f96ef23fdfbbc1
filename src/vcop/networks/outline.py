"""Outline of the networks' layers, read from the built modules (for Figure 3 of CVPR 2019 and of TMM 2020).

The networks are built and run on PyTorch's meta device, without memory or arithmetic. So a picture that is drawn from the
outline shows the network as the code builds it: a changed module changes the picture.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vcop.config.names import LAYERS, PAPER_NETWORKS
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm3d
from vcop.networks.flops import count_parameters
from vcop.networks.registry import build_backbone
from vcop.networks.residual import ResidualBlock

Description = dict[str, Any]  # of a layer or a network, as it is written to JSON


def outline_networks(options: NetworkOptions, inputs: InputOptions, clip_length: int = 16) -> Description:
    """Outline the three backbones of the papers.

    Args:
        options: Width of the networks.
        inputs: Frame stride and crop, which decide the size of the input.
        clip_length: Frames of a clip in the video, before the frame stride.

    Returns:
        ``multiplier``, ``input`` (its shape) and ``networks``: the outline of each backbone by its name.
    """
    with torch.device("meta"):
        clip = torch.empty(1, 3, -(-clip_length // inputs.frame_stride), inputs.crop, inputs.crop)
        networks = {name: outline_backbone(build_backbone(name, options), clip) for name in PAPER_NETWORKS}
    return {"multiplier": options.multiplier, "input": list(clip.shape[1:]), "networks": networks}


@torch.no_grad()
def outline_backbone(backbone: Backbone, clip: Tensor) -> Description:
    """Outline one backbone.

    Args:
        backbone: The built network; it is put into evaluation mode.
        clip: An input (1, 3, L, H, W) of the same device.

    Returns:
        ``parameters`` (their number) and ``stages``: of each its name, its layers (``parts``) and the shape (C, L, H, W) of
        its map of the clip.
    """
    maps = backbone.eval().maps(clip, LAYERS)
    stages = [
        {"stage": layer, "parts": describe_layers(backbone.get_submodule(layer), layer), "map": list(maps[layer].shape[1:])}
        for layer in LAYERS
    ]
    return {"parameters": count_parameters(backbone), "stages": stages}


def describe_layers(module: nn.Module, name: str) -> list[Description]:
    """Describe the layers of a module in the order in which they are applied.

    Raises:
        ValueError: For a kind of module that cannot be described yet.
    """
    match module:
        case nn.Sequential():
            return [part for child, inner in module.named_children() for part in describe_layers(inner, f"{name}.{child}")]
        case ResidualBlock():
            paths = {path: describe_layers(module.get_submodule(path), f"{name}.{path}") for path in ("residual", "shortcut")}
            return [{"kind": "sum", "name": name, **paths}, *describe_layers(module.relu, f"{name}.relu")]
        case nn.Conv3d():
            size = {"kernel": list(module.kernel_size), "stride": list(module.stride)}
            return [{"kind": "convolution", "name": name, **size, "channels": [module.in_channels, module.out_channels]}]
        case nn.MaxPool3d():
            return [{"kind": "pool", "name": name, "kernel": _triple(module.kernel_size), "stride": _triple(module.stride)}]
        case BatchNorm3d() | nn.ReLU():
            return [{"kind": type(module).__name__, "name": name}]
        case nn.Identity():
            return []
    raise ValueError(
        f"{name}: layers of type {type(module).__name__} have no outline yet: add a case to vcop.networks.outline"
    )


def _triple(size: int | tuple[int, ...]) -> list[int]:
    """Return a size in time, height and width."""
    return [size] * 3 if isinstance(size, int) else list(size)
