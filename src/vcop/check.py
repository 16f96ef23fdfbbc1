"""``vcop check``: read a frame store whole and name every damaged frame."""

import argparse
from pathlib import Path

from vcop.frames import FrameStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("store", type=Path, help="a frame store (.h5)")


def run(arguments: argparse.Namespace) -> None:
    """Raises ValueError if a frame is damaged, after naming each."""
    store = FrameStore(arguments.store)
    damaged = list(store.check())
    print(*damaged, sep="\n", end="\n" if damaged else "")
    if damaged:
        raise ValueError(f"{arguments.store}: {len(damaged)} damaged frames (named above)")
    print(f"{arguments.store}: {len(store.videos)} videos, {sum(v.count for v in store.videos)} frames, all good")
