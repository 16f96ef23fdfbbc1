"""The three backbones by the names that paths and options use."""

from __future__ import annotations

from collections.abc import Callable

import torch

from vcop.config.names import NETWORKS
from vcop.config.options import NetworkOptions
from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm
from vcop.networks.c3d import C3D
from vcop.networks.residual import r3d, r21d
from vcop.sampling.seeding import seed_of

BUILDERS: dict[str, Callable[[float], Backbone]] = {"c3d": C3D, "r3d": r3d, "r21d": r21d}


def build_backbone(network: str, options: NetworkOptions, seed: int | None = None) -> Backbone:
    """Build a backbone with random weights (CVPR 2019, 3.2).

    Args:
        network: ``c3d``, ``r3d`` or ``r21d``.
        options: Width of the network and how BatchNorm's scale is initialised.
        seed: With a seed the weights depend on (seed, network) alone; without one, on PyTorch's current random state.

    Returns:
        The backbone on the CPU, in training mode. PyTorch's random state is left as it was.

    Raises:
        ValueError: If there is no network of this name.
    """
    if network not in BUILDERS:
        raise ValueError(f"network: there is no {network!r}; choose one of {', '.join(NETWORKS)}")
    with torch.random.fork_rng(devices=[]):
        if seed is not None:
            torch.manual_seed(seed_of("weights", seed, network))
        backbone = BUILDERS[network](options.multiplier)
        if options.batchnorm_scale == "uniform":
            # PyTorch 0.4.1, which the authors used, drew BatchNorm's scale from U(0, 1).
            for module in backbone.modules():
                if isinstance(module, BatchNorm):
                    torch.nn.init.uniform_(module.weight)
    return backbone
