"""``vcop probe``: what frozen features tell a linear classifier and nearest neighbours."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import ComputeOptions, MachineOptions, ProbeOptions
from vcop.evaluation.probing import GRID, HEADER, knn_probe, linear_probe, prediction_rows, probe_splits
from vcop.runtime.atomic_files import write_csv
from vcop.training import distributed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--features", type=Path, required=True, help="feature file (.h5)")
    parser.add_argument("--layer", required=True, help="stage whose features are classified")
    parser.add_argument("--validation-videos", type=int, default=800, help="as of `finetune`")
    parser.add_argument("--seed", type=int, required=True, help="decides the validation list and the order of the clips")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to compute")
    parser.add_argument("--torch-threads", type=int, default=ComputeOptions.torch_threads, help="CPU threads")
    parser.add_argument("--out", type=Path, required=True, help="a row a classifier and test video (.csv)")
    parser.add_argument("--grid", type=Path, required=True, help="what was tried on the validation list (.csv)")
    add_flags(parser, ProbeOptions)


def run(arguments: argparse.Namespace) -> None:
    """Choose, fit and test both classifiers. Raises ValueError where the features do not fit."""
    options, seed = from_flags(ProbeOptions, arguments), arguments.seed
    torch.set_num_threads(arguments.torch_threads)
    device = distributed.choose_device(MachineOptions(device=arguments.device))
    lists = probe_splits(arguments.features, arguments.layer, arguments.validation_videos, seed)
    tried: list[tuple[object, ...]] = []
    rows: list[tuple[object, ...]] = []
    for classifier, (predicted, grid) in {
        "linear": linear_probe(lists, options, seed, device),
        "knn": knn_probe(lists, options, device.type),
    }.items():
        tried += [(classifier, *row) for row in grid]
        rows += [(classifier, *row) for row in prediction_rows(lists.test, predicted)]
        right = int((predicted == lists.test.labels).sum())
        print(f"{arguments.features}: {classifier} {100 * right / len(predicted):.1f} % on {len(predicted)} test videos")
    write_csv(arguments.grid, GRID, tried)
    write_csv(arguments.out, HEADER, rows)
