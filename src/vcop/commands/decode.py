"""``vcop decode``: decode a data set's videos into a frame store."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from vcop.commands.flags import add_flags
from vcop.config.data_options import FrameOptions
from vcop.config.names import DATASETS, QUESTIONS
from vcop.datasets import video_checksums
from vcop.preparation.decoding import _decode
from vcop.runtime.file_lease import Lease


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--dataset", choices=(*DATASETS, QUESTIONS), required=True, help="whose layout the lists have")
    parser.add_argument(
        "--videos", type=Path, required=True, help=f"folder of the videos, one folder a class ({QUESTIONS}: none)"
    )
    parser.add_argument("--lists", type=Path, required=True, help=f"folder of the official lists ({QUESTIONS}: annotations)")
    parser.add_argument("--clips", type=int, help=f"clips of a video, evenly spread ({QUESTIONS} alone)")
    parser.add_argument("--clip-length", type=int, help=f"frames of a clip ({QUESTIONS} alone)")
    parser.add_argument("--allow-unreadable", type=int, default=0, help="videos that may be missing or unreadable")
    parser.add_argument(
        "--digests",
        type=Path,
        nargs="?",
        help=f"SHA-256 of the videos, as sha256sum writes them (default: {video_checksums.NAME} in their folder, where there is one)",
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="videos decoded at a time")
    parser.add_argument("--out", type=Path, required=True, help="the frame store (.h5)")
    parser.add_argument("--digest", type=Path, required=True, help="the store's digest, what later stages depend on")
    parser.add_argument(
        "--unreadable",
        type=Path,
        required=True,
        help="table of the videos that are not plainly good: left out, or accepted with a note (.csv)",
    )
    add_flags(parser, FrameOptions)


def run(arguments: argparse.Namespace) -> None:
    """Decode, alone. Raises ValueError if more videos than allowed are missing or unreadable, after naming each."""
    with Lease(arguments.out.with_name(f".{arguments.out.stem}.lock")).held(f"decode {arguments.dataset}"):
        _decode(arguments)
