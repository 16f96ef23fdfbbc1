"""``vcop illustrate``: one shuffled tuple through a pretrained network, for a picture."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vcop.commands import shared_flags
from vcop.commands.flags import from_flags
from vcop.commands.shared_flags import model_session
from vcop.config.options import PretrainOptions
from vcop.loading.clip_datasets import FixedTuples
from vcop.pretext import order_prediction
from vcop.pretext.illustration import first_shuffled, illustrate_tuple
from vcop.runtime.atomic_files import write_result
from vcop.sampling.tasks import Task


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    shared_flags.add_pretrained_arguments(parser)
    parser.add_argument("--out", type=Path, required=True, help="the tuple and its probabilities (.json)")


def run(arguments: argparse.Namespace) -> None:
    """Illustrate. Raises ValueError where store, weights and options do not fit each other."""
    session, options = model_session(arguments), from_flags(PretrainOptions, arguments)
    task = Task.parse(arguments.task)
    _, test, where = order_prediction.usable_videos(session.store, task)
    tuples = FixedTuples(session.store, [], task, session.inputs)
    tuples.videos = [first_shuffled(test, tuples, where)]
    model = order_prediction.load_pretrained(session, options, task.tuple_length, arguments.weights)
    found = illustrate_tuple(model, tuples, session)
    about = {"network": session.network, "task": str(task), "frames": session.store.digest}
    write_result(arguments.out, json.dumps(about | found, indent=1) + "\n")
    print(f"{arguments.out}: {found['video']}, order {found['order']}, probabilities {found['probabilities']}")
