"""Backbones by their names: modules of ``vcop.networks.backbones``, or files ``networks/NAME.py`` in a study's folder.

Each has one function, ``build``, which returns the backbone for a width multiplier.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import torch

from vcop.config.names import LAYERS
from vcop.config.network_names import own_file
from vcop.config.options import NetworkOptions
from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm, use_our_batchnorm
from vcop.runtime.user_modules import load_module
from vcop.sampling.seeding import seed_of


def build_backbone(network: str, options: NetworkOptions, seed: int | None = None, *, study: Path = Path()) -> Backbone:
    """Build a backbone with random weights (CVPR 2019, 3.2).

    Args:
        network: Its name, see ``vcop.config.network_names.known_networks``.
        options: Width of the network and how BatchNorm's scale is initialised.
        seed: With a seed the weights depend on (seed, network) alone; without one, on PyTorch's current random state.
        study: Folder of the study, for a backbone of the user; by default the working folder.

    Returns:
        The backbone on the CPU, in training mode. PyTorch's random state is left as it was.

    Raises:
        ValueError: If there is no network of this name, or the user's file does not build one.
    """
    module = _module(network, study)
    with torch.random.fork_rng(devices=[]):
        if seed is not None:
            torch.manual_seed(seed_of("weights", seed, network))
        backbone = _checked(module, options.multiplier)
        if options.batchnorm_scale == "uniform":
            # PyTorch 0.4.1, which the authors used, drew BatchNorm's scale from U(0, 1).
            for layer in backbone.modules():
                if isinstance(layer, BatchNorm):
                    torch.nn.init.uniform_(layer.weight)
    return backbone


def _module(network: str, study: Path) -> ModuleType:
    """Return the module of a backbone. Raises ValueError if there is none, or it cannot be loaded."""
    if file := own_file(network, study):
        return load_module(file.parent, network)
    try:
        return importlib.import_module(f"vcop.networks.backbones.{network}")
    except ModuleNotFoundError as problem:
        raise ValueError(f"network: {network} needs the package {problem.name}, which is not installed here") from None


def _checked(module: ModuleType, multiplier: float) -> Backbone:
    """Return the backbone that a module builds. Raises ValueError, which names the file, if it is none."""
    if not hasattr(module, "build"):
        raise ValueError(
            f"{module.__file__}: has no function build(multiplier), which returns the backbone; see docs/backbones.md"
        )
    backbone = module.build(multiplier)
    lacking = [name for name in (*LAYERS, "features") if not hasattr(backbone, name)]
    if lacking or not isinstance(backbone, Backbone):
        kind = f"a vcop.Backbone without {', '.join(lacking)}" if isinstance(backbone, Backbone) else type(backbone).__name__
        raise ValueError(f"{module.__file__}: build returns {kind}, and needs a vcop.Backbone; see docs/backbones.md")
    use_our_batchnorm(backbone)
    return backbone
