"""``vcop initialise``: write initial weights of a backbone, random or given, so that every later command starts from a weights file."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import WEIGHTS_HELP, add_study_argument, weights_path
from vcop.config.network_names import known_networks
from vcop.config.options import NetworkOptions
from vcop.storage import foreign_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    parser.add_argument("--network", choices=known_networks(), required=True, help="Backbone.")
    parser.add_argument("--seed", type=int, required=True, help="Seed; the weights depend on it and the network alone.")
    parser.add_argument("--out", type=Path, required=True, help="Weights file to write (.safetensors).")
    parser.add_argument("--start", type=weights_path, help=f"Weights to take instead of random ones: {WEIGHTS_HELP}.")
    add_study_argument(parser)
    add_flags(parser, NetworkOptions)


def run(arguments: argparse.Namespace) -> None:
    """Build the backbone and write its weights."""
    from vcop.networks.registry import build_backbone
    from vcop.storage.weights import save_given_weights, save_random_weights

    network, seed = arguments.network, arguments.seed
    options = from_flags(NetworkOptions, arguments)
    backbone = build_backbone(network, options, seed)
    if arguments.start:
        said = save_given_weights(
            arguments.out, arguments.start, backbone, network=network, options=options, seed=seed, study=arguments.study
        )
        print(foreign_weights.note(arguments.start, said) or f"{arguments.start}: initial weights of {network}")
        return
    save_random_weights(arguments.out, backbone, network=network, options=options, seed=seed, study=arguments.study)
