"""``vcop baselines``: accuracies of hand-made descriptors, without a network."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from vcop.evaluation.handcrafted_features import (
    RETRIEVAL_HEADER,
    describe_videos,
    evaluate_descriptors,
    retrieve_by_descriptors,
)
from vcop.runtime.atomic_files import write_csv
from vcop.storage.frame_store import FrameStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--frames", type=Path, required=True, help="Frame store (.h5).")
    parser.add_argument(
        "--out", type=Path, help="Write the neighbours of each test video of split 1 by each descriptor, too (.csv)."
    )


def run(arguments: argparse.Namespace) -> None:
    """Print the accuracies over the test videos of all three splits as CSV; with ``--out``, write the neighbours in split 1."""
    store = FrameStore(arguments.frames)
    described = describe_videos(store)
    if arguments.out:
        write_csv(arguments.out, RETRIEVAL_HEADER, retrieve_by_descriptors(store, described))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("description", "accuracy", "low", "high", "times_chance", "n"))
    chance = 100 / len(store.classes)
    for name, value, low, high, n in evaluate_descriptors(store, described):
        out.writerow((name, f"{value:.1f}", f"{low:.1f}", f"{high:.1f}", f"{value / chance:.2f}", n))
    out.writerow(("chance", f"{chance:.1f}", "", "", "1.00", ""))
