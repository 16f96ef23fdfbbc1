"""``vcop synthesise``: make encoded videos in the layout of UCF101, HMDB51 or ActivityNet-QA."""

from __future__ import annotations

import argparse
import os
from itertools import repeat
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.config.fields import flags
from vcop.config.names import DATASETS, QUESTIONS
from vcop.preparation.synthetic.generator import make_video, plan_dataset
from vcop.runtime.atomic_files import write_csv, write_text
from vcop.runtime.process_pool import start_pool
from vcop.runtime.progress import Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--dataset", choices=(*DATASETS, QUESTIONS), required=True, help="whose layout to make")
    parser.add_argument("--videos", type=Path, required=True, help="folder for the videos")
    parser.add_argument("--lists", type=Path, required=True, help="folder for the lists")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="videos made at a time")
    parser.add_argument("--out", type=Path, required=True, help="table of what was made (.csv)")
    for section in (SynthesiseOptions, QuizOptions):
        add_flags(parser, section)


def run(arguments: argparse.Namespace) -> None:
    """Make the videos, then the lists. Raises ValueError for a folder that holds anything this verb did not make."""
    options, quiz = from_flags(SynthesiseOptions, arguments), from_flags(QuizOptions, arguments)
    mark = arguments.videos / "made-by-vcop-synthesise.txt"
    # A kill may have left the mark itself unfinished.
    others = arguments.videos.is_dir() and any(not p.name.startswith(f".{mark.name}.") for p in arguments.videos.iterdir())
    if others and not mark.exists():
        raise ValueError(f"{arguments.videos}: holds files that `synthesise` did not make, so it is left as it is")
    write_text(mark, f"{arguments.dataset} {flags(options, quiz)}\n")
    made = plan_dataset(arguments.dataset, options, quiz)
    videos, digests = made.videos, []
    with start_pool(arguments.processes) as pool, Progress("synthesise", len(videos), "video") as progress:
        for digest in pool.map(make_video, videos, repeat(arguments.videos), repeat(options), chunksize=4):
            digests.append(digest)
            progress.advance()
    for name, text in made.lists.items():
        write_text(arguments.lists / name, text)
    rows = [(*video.row, digest) for video, digest in zip(videos, digests, strict=True)]
    write_csv(arguments.out, (*made.columns, "digest"), rows)
    print(f"{arguments.out}: {len(videos)} videos, {sum(video.frames for video in videos)} frames")
