"""The three backbones by the names that paths and options use."""

from collections.abc import Callable

import torch

from vcop.config.options import NetworkOptions
from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm
from vcop.networks.c3d import C3D
from vcop.networks.residual import r3d, r21d
from vcop.sampling.seeding import seed_of

BUILDERS: dict[str, Callable[[float], Backbone]] = {"c3d": C3D, "r3d": r3d, "r21d": r21d}


def build_backbone(network: str, options: NetworkOptions, seed: int | None = None) -> Backbone:
    """The backbone ``network``; with ``seed``, its initial weights are a function of (seed, network)."""
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
