"""``vcop answer``: learn to answer questions about videos from frozen clip features."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_study_argument, compute_session
from vcop.config.options import AnswerOptions, ComputeOptions, MachineOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.qa_dataset import ControlExperiment
from vcop.evaluation.question_answering import HEADER, answer_by_type, answer_questions
from vcop.runtime.atomic_files import write_csv


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add_flags(parser, AnswerOptions, ComputeOptions, MachineOptions)
    add_study_argument(parser)
    parser.add_argument("--features", type=Path, required=True, help="Clip features of the videos (.h5).")
    parser.add_argument(
        "--annotations",
        type=Path,
        required=True,
        help="Directory of the question lists: train_q.json, train_a.json and so on.",
    )
    parser.add_argument("--vectors", type=Path, required=True, help="GloVe vectors (text, .gz or .zip).")
    parser.add_argument(
        "--control",
        choices=get_args(ControlExperiment),
        default="none",
        help="Control experiment without the video: zeroed features, or those of another video (shuffled).",
    )
    parser.add_argument("--seed", type=int, required=True, help="Seed of every random draw of this run.")
    parser.add_argument("--restart", action="store_true", help="Begin anew instead of continuing from a saved state.")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="Weights to write (.safetensors); other files of the run are written beside them.",
    )
    parser.add_argument("--answers", type=Path, required=True, help="Predicted answers to the test questions (.csv).")
    parser.add_argument(
        "--frequent", type=Path, help="Answers of the baseline: the most frequent training answer of each type (.csv)."
    )


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where annotations, vectors and features do not fit each other."""
    result = answer_questions(
        compute_session(arguments),
        from_flags(AnswerOptions, arguments),
        arguments.out,
        features=arguments.features,
        annotations=arguments.annotations,
        vectors=arguments.vectors,
        seed=arguments.seed,
        control=arguments.control,
        restart=arguments.restart,
    )
    write_csv(arguments.answers, HEADER, result.answers)
    if arguments.frequent:
        write_csv(arguments.frequent, HEADER, answer_by_type(result.questions[TRAIN], result.questions[TEST]))
    result.save()
    print(f"{result.run.name}: accuracy {result.accuracy:.1f} % on {len(result.answers)} test questions")
