"""``vcop baselines``: what can be told of a data set without a network."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from vcop.evaluation.handcrafted_features import evaluate_descriptions
from vcop.storage.frame_store import FrameStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--frames", type=Path, required=True, help="the frame store (.h5)")


def run(arguments: argparse.Namespace) -> None:
    """Print the accuracies over the test videos of all three splits as CSV."""
    store = FrameStore(arguments.frames)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("description", "accuracy", "low", "high", "times_chance", "n"))
    chance = 100 / len(store.classes)
    for row in evaluate_descriptions(store):
        name, value, low, high, n = row
        out.writerow((name, f"{value:.1f}", f"{low:.1f}", f"{high:.1f}", f"{value / chance:.2f}", n))
    out.writerow(("chance", f"{chance:.1f}", "", "", "1.00", ""))
