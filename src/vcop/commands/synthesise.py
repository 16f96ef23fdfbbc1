"""``vcop synthesise``: make encoded videos in the layout of UCF101, HMDB51 or ActivityNet-QA."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.config.names import PAPER_DATASETS, QUESTIONS
from vcop.preparation.synthetic.generator import synthesise
from vcop.runtime.process_pool import available_cores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    parser.add_argument(
        "--dataset", choices=(*PAPER_DATASETS, QUESTIONS), required=True, help="Data set whose layout is used."
    )
    parser.add_argument(
        "--videos", type=Path, required=True, help="Directory for the videos; empty, or written by this command."
    )
    parser.add_argument("--lists", type=Path, required=True, help="Directory for the lists.")
    parser.add_argument(
        "--processes",
        type=int,
        default=available_cores(),
        help="Number of videos made at the same time (default: the cores that may be used).",
    )
    parser.add_argument("--out", type=Path, required=True, help="Table to write: all videos and what is true of each (.csv).")
    for section in (SynthesiseOptions, QuizOptions):
        add_flags(parser, section)


def run(arguments: argparse.Namespace) -> None:
    """Make the videos, then the lists."""
    plan = synthesise(
        arguments.dataset,
        arguments.videos,
        arguments.lists,
        arguments.out,
        from_flags(SynthesiseOptions, arguments),
        from_flags(QuizOptions, arguments),
        arguments.processes,
    )
    print(f"{arguments.out}: {len(plan.videos)} videos, {sum(video.frames for video in plan.videos)} frames")
