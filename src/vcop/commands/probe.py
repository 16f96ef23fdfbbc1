"""``vcop probe``: classify actions by frozen features, with a linear classifier and with nearest neighbours."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.names import LAYERS
from vcop.config.options import ComputeOptions, MachineOptions, ProbeOptions
from vcop.evaluation import probing
from vcop.runtime.atomic_files import write_csv
from vcop.training.session import ComputeSession


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--features", type=Path, required=True, help="Feature file (.h5).")
    parser.add_argument("--layer", required=True, help=f"Layer whose features are classified: {', '.join(LAYERS)}.")
    parser.add_argument(
        "--validation-videos", type=int, default=800, help="Training videos that choose the settings, a fifth at most."
    )
    parser.add_argument("--seed", type=int, required=True, help="Seed of the validation list and of the order of the clips.")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="Device that computes.")
    parser.add_argument(
        "--torch-threads", type=int, default=ComputeOptions.torch_threads, help="CPU threads that PyTorch uses."
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="Predictions: one row for each classifier and test video (.csv)."
    )
    parser.add_argument("--grid", type=Path, required=True, help="Settings tried on the validation videos (.csv).")
    add_flags(parser, ProbeOptions)


def run(arguments: argparse.Namespace) -> None:
    """Choose, fit and test both classifiers. Raises ValueError where the features do not fit."""
    options, seed = from_flags(ProbeOptions, arguments), arguments.seed
    machine, compute = MachineOptions(device=arguments.device), ComputeOptions(torch_threads=arguments.torch_threads)
    device = ComputeSession.start(machine, compute).group.device
    splits = probing.probe_splits(arguments.features, arguments.layer, arguments.validation_videos, seed)
    results = probing.probe(splits, options, seed, device)
    rows = {name: probing.prediction_rows(splits.test, result.predicted) for name, result in results.items()}
    for name, predictions in rows.items():
        accuracy = 100 * sum(row[-1] for row in predictions) / len(predictions)
        print(f"{arguments.features}: {name} {accuracy:.1f} % on {len(predictions)} test videos")
    write_csv(arguments.grid, probing.GRID_HEADER, [(name, *row) for name, result in results.items() for row in result.grid])
    write_csv(arguments.out, probing.HEADER, [(name, *row) for name, part in rows.items() for row in part])
