"""``vcop check``: compare a data set with its lists and the official counts, or verify that files of a study are undamaged."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.preparation.checking.inventory import KNOWN, LIST_FOLDERS, find_folders, take_inventory
from vcop.preparation.checking.summary import check_dataset
from vcop.preparation.checking.survey import CheckOptions
from vcop.runtime import io_timeout
from vcop.runtime.atomic_files import require_existing
from vcop.runtime.process_pool import available_cores
from vcop.storage import verification
from vcop.storage.frame_store import FrameStore
from vcop.storage.sealing import STORE, kind_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add = parser.add_argument
    add(
        "what",
        metavar="DATASET|FILE|FOLDER",
        help=f"Data set ({', '.join(KNOWN)}, or your own name of one, with its videos); or a frame store, features, weights, a training "
        "state, a table, or a directory of such files.",
    )
    add("videos", type=Path, nargs="?", help="Directory of the videos; or of the lists, to check only these.")
    usual = ", ".join(LIST_FOLDERS.values())
    add(
        "--lists",
        "--annotations",
        type=Path,
        help=f"Directory of the lists (default: beside that of the videos, {usual}), or a table of videos (.csv).",
    )
    add(
        "--official",
        action=argparse.BooleanOptionalAction,
        help="Compare with the official counts (default: if classes or videos have the official names).",
    )
    add(
        "--deep",
        action=argparse.BooleanOptionalAction,
        help=f"Decode every frame rather than a few of each video (default: yes, except for {QUESTIONS}).",
    )
    add("--frames", type=Path, help="Frame store (.h5) or table (video, frames; .csv) with frame counts: decode nothing.")
    add("--duplicates", action=argparse.BooleanOptionalAction, default=True, help="Look for equal files and recordings.")
    add(
        "--against",
        nargs=2,
        action="append",
        default=[],
        metavar=("DATASET", "FOLDER"),
        help="Videos of another data set, to find duplicates between the two.",
    )
    add("--allow-unreadable", type=int, default=0, metavar="N", help="Number of videos that may be missing or unreadable.")
    add(
        "--processes",
        type=int,
        default=available_cores(),
        metavar="N",
        help="Number of videos checked at the same time (default: the cores that may be used).",
    )
    add("--out", type=Path, help="Table to write: every video with all findings (.csv); --frames can read it.")
    add("--counts", type=Path, help="Table to write: all counts, every class included (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Check a data set or files. Raises ValueError if something is wrong, after every fault was printed."""
    if arguments.what in KNOWN or arguments.videos:
        _check_dataset(arguments)
    else:
        _check_files(Path(arguments.what))


def _check_dataset(arguments: argparse.Namespace) -> None:
    dataset: str = arguments.what
    for folder in filter(None, (arguments.videos, arguments.lists)):
        io_timeout.require_responsive(folder)
    videos, lists = find_folders(dataset, arguments.videos, arguments.lists)
    inventory = take_inventory(dataset, videos, lists)
    frames = f", numbers of frames from {arguments.frames}" if arguments.frames else ""
    print(f"{dataset}: lists {lists}, videos {videos or '(not checked)'}{frames}", flush=True)
    options = CheckOptions(
        official=arguments.official,
        deep=arguments.deep,
        frame_counts=arguments.frames,
        duplicates=arguments.duplicates,
        against=[(name, Path(folder)) for name, folder in arguments.against],
        processes=arguments.processes,
    )
    report = check_dataset(inventory, options)
    print(*report.lines(), sep="\n")
    if arguments.counts:
        report.write_counts(arguments.counts)
    if arguments.out:
        report.write_videos(arguments.out)
    print(report.verdict(arguments.allow_unreadable))


def _check_files(path: Path) -> None:
    files = verification.sealed_files(require_existing(path, f"a file or folder to check (or one of {', '.join(KNOWN)})"))
    damaged = 0
    for file in files:
        for line in verification.find_damage(file):
            print(line)
            damaged += 1
    if damaged:
        raise ValueError(f"{path}: {damaged} damaged frames or files (named above)")
    contents = f"{len(files)} files"
    if files == [path] and path.suffix == ".h5" and kind_of(path) is STORE:
        videos = FrameStore(path).videos
        contents = f"{len(videos)} videos, {sum(video.count for video in videos)} frames"
    print(f"{path}: {contents}, all undamaged")
