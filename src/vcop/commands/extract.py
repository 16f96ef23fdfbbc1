"""``vcop extract``: write the features of the test clips of every video of split 1."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import WEIGHTS_HELP, add_clip_length, add_model_arguments, model_session, weights_path
from vcop.config.names import LAYERS
from vcop.config.options import ExtractOptions
from vcop.evaluation.feature_extraction import POOLINGS, extract_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add_model_arguments(parser)
    add_flags(parser, ExtractOptions)
    add_clip_length(parser)
    parser.add_argument("--weights", type=weights_path, required=True, help=f"Weights of the backbone: {WEIGHTS_HELP}.")
    parser.add_argument("--layers", nargs="+", choices=LAYERS, default=LAYERS[-1:], help="Layers whose features are kept.")
    parser.add_argument(
        "--pooling", choices=POOLINGS, default="max", help="Pooling: max (in space) or mean (over time and space)."
    )
    parser.add_argument("--out", type=Path, required=True, help="Feature file to write (.h5).")


def run(arguments: argparse.Namespace) -> None:
    """Extract. Raises ValueError where store, weights and options do not fit each other."""
    shapes = extract_store(
        model_session(arguments, arguments.weights),
        arguments.weights,
        arguments.out,
        from_flags(ExtractOptions, arguments),
        layers=arguments.layers,
        clip_length=arguments.clip_length,
        pooling=arguments.pooling,
    )
    videos = next(count for count, _, _ in shapes.values())
    print(f"{arguments.out}: {videos} videos, " + ", ".join(f"{layer} {n} values" for layer, (_, _, n) in shapes.items()))
