"""``vcop mine``: keep the videos that a pretrained network does not find simple (sample-based curriculum)."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import MineOptions
from vcop.pretext.hard_mining import count_by_class, hard_videos, read_confidence
from vcop.runtime.atomic_files import write_csv, write_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_flags(parser, MineOptions)
    parser.add_argument("--confidence", type=Path, required=True, help="Confidences of a pretraining (confidence.csv).")
    parser.add_argument(
        "--minimum",
        type=int,
        default=8,
        help="Number of videos to keep at least, for example one batch (default: %(default)s).",
    )
    parser.add_argument("--out", type=Path, required=True, help="File to write: names of the videos kept, one a line.")
    parser.add_argument("--classes", type=Path, required=True, help="File to write: videos kept and dropped by class (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Write the list of hard videos, and say how many videos of which classes were dropped."""
    table = read_confidence(arguments.confidence)
    kept = hard_videos(table, from_flags(MineOptions, arguments).threshold, arguments.minimum)
    classes = count_by_class(table["video"].unique().tolist(), kept)
    dropped = sum(n for _, _, n in classes)
    print(f"{arguments.confidence}: {table['epoch'].nunique()} passes; {len(kept)} videos kept, {dropped} simple ones dropped")
    for name, stay, leave in classes:
        print(f"  {name}: {leave} of {stay + leave} dropped")
    write_csv(arguments.classes, ("class", "kept", "dropped"), classes)
    write_result(arguments.out, "".join(f"{name}\n" for name in kept))
