"""``vcop illustrate``: pass one shuffled tuple through a pretrained network, for a picture."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vcop.commands.flags import from_flags
from vcop.commands.shared_flags import add_pretrained_arguments, model_session
from vcop.config.options import PretrainOptions
from vcop.pretext.illustration import illustrate
from vcop.runtime.atomic_files import write_result
from vcop.sampling.tasks import Task


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_pretrained_arguments(parser)
    parser.add_argument("--out", type=Path, required=True, help="File to write: the tuple and its probabilities (.json).")


def run(arguments: argparse.Namespace) -> None:
    """Illustrate the network and write the result."""
    session = model_session(arguments, arguments.weights)
    options, task = from_flags(PretrainOptions, arguments), Task.parse(arguments.task)
    shown = illustrate(session, options, task, arguments.weights)
    write_result(arguments.out, json.dumps(shown, indent=1) + "\n")
    print(f"{arguments.out}: {shown['video']}, order {shown['order']}, probabilities {shown['probabilities']}")
