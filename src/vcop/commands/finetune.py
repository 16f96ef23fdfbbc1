"""``vcop finetune``: learn to recognise actions from given weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_clip_length, add_training_arguments, model_session
from vcop.config.names import LAYERS
from vcop.config.options import ExtractOptions, FinetuneOptions
from vcop.datasets.splits import SPLITS, TEST
from vcop.datasets.video_list import read_groups
from vcop.evaluation import class_tables, finetuning
from vcop.runtime.atomic_files import write_csv


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add_training_arguments(parser)
    add_flags(parser, FinetuneOptions)
    parser.add_argument("--dataset", required=True, help="Name of the data set of the frame store, for the log.")
    parser.add_argument("--split", type=int, choices=SPLITS, required=True, help="Official split.")
    add_clip_length(parser)
    parser.add_argument("--layer", choices=LAYERS, default=LAYERS[0], help="Shallowest layer that is trained.")
    parser.add_argument("--test-clips", type=int, default=ExtractOptions.test_clips, help="Clips of a test video.")
    parser.add_argument("--labels", type=int, default=100, help="Percentage of the training videos of each class to train on.")
    parser.add_argument(
        "--groups",
        nargs="?",
        type=Path,
        help="Table with the group of each video, written by vcop list (.csv), for the intervals of the classes. By default groups are "
        "read from the names of the videos, as UCF101 and HMDB51 have them.",
    )
    parser.add_argument("--recognition", type=Path, required=True, help="Predictions for the test videos (.csv).")
    parser.add_argument("--classes", type=Path, required=True, help="Accuracy of every class with its interval (.csv).")
    parser.add_argument("--confusion", type=Path, required=True, help="Videos by class and predicted class (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where the store does not fit."""
    session = model_session(arguments, arguments.start)
    test = [video.name for video in session.store.of(arguments.split, TEST)]
    groups = read_groups(arguments.groups, test) if arguments.groups else None
    result = finetuning.finetune(
        session,
        from_flags(FinetuneOptions, arguments),
        arguments.start,
        arguments.out,
        dataset=arguments.dataset,
        split=arguments.split,
        seed=arguments.seed,
        clip_length=arguments.clip_length,
        layer=arguments.layer,
        labels=arguments.labels,
        validation_videos=arguments.validation_videos,
        test_clips=arguments.test_clips,
        restart=arguments.restart,
    )
    rows, classes = result.predictions, session.store.classes
    write_csv(arguments.recognition, class_tables.HEADER, rows)
    write_csv(arguments.classes, class_tables.CLASS_HEADER, class_tables.accuracy_by_class(rows, classes, groups))
    write_csv(arguments.confusion, ("class", *classes), class_tables.confusion_matrix(rows, classes))
    result.save()
    print(f"{result.run.name}: accuracy {result.accuracy:.1f} % on {len(rows)} test videos")
