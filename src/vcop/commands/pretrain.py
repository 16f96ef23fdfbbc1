"""``vcop pretrain``: learn to predict the order of shuffled clips, or another pretext task."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import TASK_HELP, add_training_arguments, model_session
from vcop.config.options import PretrainOptions
from vcop.pretext.order_prediction import HEADER
from vcop.pretext.pretraining import pretrain
from vcop.pretext.task_registry import find_task
from vcop.runtime.atomic_files import write_csv


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_training_arguments(parser)
    add_flags(parser, PretrainOptions)
    parser.add_argument("--task", required=True, help=TASK_HELP)
    parser.add_argument(
        "--videos", type=Path, help="List of the videos to train on, one name a line (sample-based curriculum); else all."
    )
    parser.add_argument("--momenta", type=Path, help="State of the optimiser to go on with (.pt, sample-based curriculum).")
    parser.add_argument("--order", type=Path, required=True, help="File to write: predictions for the test videos (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Train and test, and write the results."""
    result = pretrain(
        model_session(arguments, arguments.start, share_batches=True),
        from_flags(PretrainOptions, arguments),
        find_task(arguments.task),
        arguments.start,
        arguments.out,
        seed=arguments.seed,
        validation_videos=arguments.validation_videos,
        videos=arguments.videos,
        momenta=arguments.momenta,
        restart=arguments.restart,
    )
    if result is None:  # another process of this training writes
        return
    write_csv(arguments.order, HEADER, result.predictions)
    result.save()
    print(
        f"{result.run.name}: accuracy {result.accuracy:.1f} % on {len(result.predictions)} test samples, chance {result.chance:.1f} %"
    )
