"""``vcop pretrain``: learn to predict the order of shuffled clips."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.commands.shared_flags import add_training_arguments, model_session
from vcop.config.options import PretrainOptions
from vcop.loading.clip_datasets import FixedTuples, TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.pretext import order_prediction
from vcop.pretext.pretraining import CONFIDENCE, choose_videos, confidence_rows, predict_orders
from vcop.runtime.atomic_files import write_csv
from vcop.sampling.tasks import Task
from vcop.storage import weights
from vcop.training import checkpoints
from vcop.training.run import TrainingRun


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_training_arguments(parser)
    add_flags(parser, PretrainOptions)
    parser.add_argument("--task", required=True, help="clip length - interval - tuple length, as in 16-8-3")
    parser.add_argument("--videos", type=Path, help="train on these alone, a name a line (sample-based curriculum)")
    parser.add_argument("--momenta", type=Path, help="the optimiser's state to go on with (.pt)")
    parser.add_argument("--order", type=Path, required=True, help="order predictions on the test list (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where the store does not fit or too few videos are long enough."""
    session, options, seed = (
        model_session(arguments, share_batches=True),
        from_flags(PretrainOptions, arguments),
        arguments.seed,
    )
    store, task = session.store, Task.parse(arguments.task)
    lists = choose_videos(store, task, arguments.validation_videos, seed, arguments.videos)
    name = f"{session.network} {task}"
    lists.print_sizes(name)

    model = order_prediction.build_order_network(session, options, task.tuple_length, seed)
    weights.load_start_weights(arguments.start, model.backbone, model.head, whole=task.variant == "hard")
    model.backbone.tune(session.compute)
    start = {
        "start": weights.weights_digest(arguments.start),
        "momenta": arguments.momenta and weights.weights_digest(arguments.momenta),
    }
    about = session.identity(options, task=str(task), seed=seed, **start, **lists.digests)
    training = TrainingRun(session, options, lists, name, arguments.out, seed, arguments.restart, about)
    trainer = training.trainer(
        model,
        TrainingTuples(store, lists.training, task, session.inputs, seed, options.shared_crop),
        FixedTuples(store, lists.validation, task, session.inputs),
        prepare_tuples(session.inputs, session.compute),
        clips=task.tuple_length,
        confidence_epochs=options.confidence_epochs,
        confidence_mode=options.confidence_mode,
        keep_optimiser=options.hard_optimiser == "carried",
    )
    if arguments.momenta:
        checkpoints.load_optimiser(arguments.momenta, trainer.optimiser)
    trainer.fit()
    if not session.group.first:
        return
    rows = predict_orders(trainer, session.batches(FixedTuples(store, lists.test, task, session.inputs), options.batch_size))
    write_csv(arguments.order, order_prediction.HEADER, rows)
    write_csv(arguments.out.with_name("confidence.csv"), CONFIDENCE, confidence_rows(trainer))
    if options.hard_optimiser == "carried":
        checkpoints.save_optimiser(arguments.out.with_name("optimiser.pt"), trainer.state.best_optimiser)
    training.write(trainer, network=session.network, weights=str(task))
    print(f"{name}: order accuracy {100 * sum(row[3] for row in rows) / len(rows):.1f} % on {len(rows)} test videos")
