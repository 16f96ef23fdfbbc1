"""``vcop initialise``: a backbone's random initial weights, on disk like any other, so that no later stage branches."""

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import NetworkOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--network", required=True, help="c3d, r3d or r21d")
    parser.add_argument("--seed", type=int, required=True, help="the weights are a function of (seed, network)")
    parser.add_argument("--out", type=Path, required=True, help="weights (.safetensors)")
    add_flags(parser, NetworkOptions)


def run(arguments: argparse.Namespace) -> None:
    """Write them."""
    from vcop.networks.registry import build_backbone
    from vcop.storage.weights import save_weights

    backbone = build_backbone(arguments.network, from_flags(NetworkOptions, arguments), arguments.seed)
    weights = {f"backbone.{name}": value for name, value in backbone.state_dict().items()}
    save_weights(arguments.out, weights, network=arguments.network, weights="random", seed=str(arguments.seed))
