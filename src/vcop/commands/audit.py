"""``vcop audit``: test which cues a pretrained network orders clips by."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_pretrained_arguments, model_session
from vcop.config.options import AuditOptions, PretrainOptions
from vcop.pretext.order_prediction import accuracy
from vcop.pretext.shortcut_audit import HEADER, audit_network
from vcop.pretext.task_registry import find_task
from vcop.runtime.atomic_files import write_csv


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_pretrained_arguments(parser)
    add_flags(parser, AuditOptions)
    parser.add_argument(
        "--out", type=Path, required=True, help="File to write: order predictions under every condition (.csv)."
    )


def run(arguments: argparse.Namespace) -> None:
    """Audit the network, write its predictions and print its accuracy under every condition."""
    session = model_session(arguments, arguments.weights)
    task = find_task(arguments.task)
    predictions = audit_network(session, from_flags(PretrainOptions, arguments), task, arguments.weights)
    write_csv(arguments.out, HEADER, ((condition, *row) for condition, rows in predictions.items() for row in rows))
    for condition, rows in predictions.items():
        print(f"{session.network} {task}, {condition}: {accuracy(rows):.1f} % on {len(rows)} test samples")
