"""``vcop mine``: keep the videos that a pretrained network does not find simple."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import MineOptions
from vcop.pretext.hard_mining import count_by_class, hard_videos, read_confidence
from vcop.runtime.atomic_files import write_csv, write_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_flags(parser, MineOptions)
    parser.add_argument("--confidence", type=Path, required=True, help="confidence.csv of a pretraining")
    parser.add_argument(
        "--minimum", type=int, default=8, help="videos that are kept in any case, the least sure ones: a batch"
    )
    parser.add_argument("--out", type=Path, required=True, help="the videos kept, a name a line")
    parser.add_argument("--classes", type=Path, required=True, help="how many of each class were kept and dropped (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Write both lists and say how many videos were dropped, and of which classes."""
    options = from_flags(MineOptions, arguments)
    table = read_confidence(arguments.confidence)
    kept = hard_videos(table, options.threshold, arguments.minimum)
    classes = count_by_class(table["video"].unique().tolist(), kept)
    dropped = sum(row[2] for row in classes)
    print(f"{arguments.confidence}: {table['epoch'].nunique()} epochs; {len(kept)} videos kept, {dropped} simple ones dropped")
    for name, stay, leave in classes:
        print(f"  {name}: {leave} of {stay + leave} dropped")
    write_csv(arguments.classes, ("class", "kept", "dropped"), classes)
    write_result(arguments.out, "".join(f"{name}\n" for name in kept))
