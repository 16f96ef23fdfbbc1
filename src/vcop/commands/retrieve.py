"""``vcop retrieve``: nearest neighbours of test clips and videos among the training ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.names import LAYERS
from vcop.config.options import MachineOptions, RetrieveOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.retrieval import HEADER, retrieve_stores
from vcop.runtime.atomic_files import write_csv
from vcop.storage.feature_store import FeatureStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--queries", type=Path, required=True, help="Feature file of the query videos, its test videos (.h5).")
    parser.add_argument(
        "--gallery", type=Path, required=True, help="Feature file that is searched, its training videos (.h5)."
    )
    parser.add_argument("--layer", required=True, help=f"Layer whose features are compared: {', '.join(LAYERS)}.")
    parser.add_argument(
        "--clips", type=int, help="Clips of each video that are used, evenly spread over it; by default all that are stored."
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="Device that compares the features.")
    parser.add_argument("--out", type=Path, required=True, help="Result: one row for each query (.csv).")
    add_flags(parser, RetrieveOptions)


def run(arguments: argparse.Namespace) -> None:
    """Retrieve. Raises ValueError for features of different networks or weights, for more clips than are stored, and without a GPU."""
    options = from_flags(RetrieveOptions, arguments)
    queries = FeatureStore(arguments.queries, arguments.layer, TEST, arguments.clips)
    gallery = FeatureStore(arguments.gallery, arguments.layer, (TRAIN, VALIDATION), arguments.clips)
    device = arguments.device
    if device == "cuda":
        from vcop.training import distributed  # on the CPU nothing here needs PyTorch, whose import takes seconds

        device = str(distributed.start_group(MachineOptions(device=device)).device)
    write_csv(arguments.out, HEADER, retrieve_stores(queries, gallery, block=options.block_rows, device=device))
    print(f"{arguments.out}: retrieved neighbours of {len(queries)} query videos among {len(gallery)} gallery videos")
