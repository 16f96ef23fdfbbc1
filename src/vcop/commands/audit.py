"""``vcop audit``: by what a pretrained network tells the order of clips."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands import shared_flags
from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import model_session
from vcop.config.options import AuditOptions, PretrainOptions
from vcop.loading.clip_datasets import FixedTuples
from vcop.pretext import order_prediction
from vcop.pretext.shortcut_audit import CONDITIONS, HEADER, audit_orders
from vcop.runtime.atomic_files import write_csv
from vcop.sampling.tasks import Task
from vcop.training import distributed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    shared_flags.add_pretrained_arguments(parser)
    add_flags(parser, AuditOptions)
    parser.add_argument("--out", type=Path, required=True, help="order predictions under every condition (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Audit. Raises ValueError where store, weights and options do not fit each other."""
    session, options = model_session(arguments), from_flags(PretrainOptions, arguments)
    task = Task.parse(arguments.task)
    _, test, _ = order_prediction.usable_videos(session.store, task)
    model = order_prediction.load_pretrained(session, options, task.tuple_length, arguments.weights)
    distributed.set_layout(model, session.compute)
    # Batches as large as pretraining's, so that the plain condition gives the same bits as its test.
    batches = session.batches(FixedTuples(session.store, test, task, session.inputs), options.batch_size)
    rows = sorted(audit_orders(model, batches, session), key=lambda row: list(CONDITIONS).index(str(row[0])))
    write_csv(arguments.out, HEADER, rows)
    for condition in CONDITIONS:
        right = [row[4] for row in rows if row[0] == condition]
        print(f"{session.network} {task}, {condition}: {100 * sum(right) / len(right):.1f} % on {len(right)} test videos")
