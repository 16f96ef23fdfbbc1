"""``vcop check``: a data set's lists and videos against the official counts; or whether files of ours are as they were written."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.preparation.checking import inventory
from vcop.preparation.checking.inventory import KNOWN
from vcop.preparation.checking.summary import check_dataset, check_files


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add = parser.add_argument
    add(
        "what",
        metavar="DATASET|FILE|FOLDER",
        help=f"{', '.join(KNOWN)}; or a store, features, weights, a state, a table, or a folder of such",
    )
    add("videos", type=Path, nargs="?", help="folder of the data set's videos; or of its lists, to check these alone")
    beside = ", ".join(dict.fromkeys(inventory.LISTS.values()))
    add("--lists", "--annotations", type=Path, help=f"folder of the lists (default: one beside the videos, {beside})")
    add(
        "--official",
        action=argparse.BooleanOptionalAction,
        help="compare with the official counts (default: if the names of classes or videos are the official ones)",
    )
    add(
        "--deep",
        action=argparse.BooleanOptionalAction,
        help=f"decode every frame, not a few of each video (default: but for {QUESTIONS})",
    )
    add("--frames", type=Path, help="take frames from a frame store (.h5) or a table (video, frames; .csv) and decode nothing")
    add("--duplicates", action=argparse.BooleanOptionalAction, default=True, help="look for equal files and pictures")
    add(
        "--against",
        nargs=2,
        action="append",
        default=[],
        metavar=("DATASET", "FOLDER"),
        help="another set's videos, to find duplicates between the two",
    )
    add("--allow-unreadable", type=int, default=0, metavar="N", help="videos that may be missing or unreadable")
    add("--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="videos looked at a time")
    add("--out", type=Path, help="table of every video with all that was found of it (.csv); good for --frames")
    add("--counts", type=Path, help="the table of counts whole, every class included (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Raises ValueError if something is wrong, after naming each fault."""
    if arguments.what in KNOWN:
        check_dataset(arguments)
    else:
        check_files(Path(arguments.what))
