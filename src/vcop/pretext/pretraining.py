"""``vcop pretrain``: learn to predict the order of shuffled clips (CVPR 2019, 3 and 4; curricula: TMM 2020, III-D).

Writes the weights with the lowest validation loss, the history, the validation list, the provenance, the confidence of the last
epochs (what ``mine`` finds hard videos by), and the order predicted for every test video: one tuple a video, drawn once and for
ever, centre crop.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.shared_flags import add_training_arguments
from vcop.config.options import PretrainOptions
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples, TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.pretext import order_prediction
from vcop.runtime.atomic_files import require_existing, require_intact, write_csv
from vcop.sampling.tasks import Task
from vcop.storage import weights
from vcop.storage.frame_store import FrameStore, Video
from vcop.training import checkpoints
from vcop.training.run import TrainingRun
from vcop.training.session import ModelSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits, split_validation

CONFIDENCE = ("video", "epoch", "probability", "right")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    add_training_arguments(parser)
    PretrainOptions.add_flags(parser)
    parser.add_argument("--task", required=True, help="clip length - interval - tuple length, as in 16-8-3")
    parser.add_argument("--videos", type=Path, help="train on these alone, a name a line (sample-based curriculum)")
    parser.add_argument("--momenta", type=Path, help="the optimiser's state to go on with (.pt)")
    parser.add_argument("--order", type=Path, required=True, help="order predictions on the test list (.csv)")


def run(arguments: argparse.Namespace) -> None:
    """Train and test. Raises ValueError where the store does not fit or too few videos are long enough."""
    session, options, seed = (
        ModelSession.from_flags(arguments, shared=True),
        PretrainOptions.from_flags(arguments),
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
        checkpoints.save_optimiser(arguments.out.with_name("optimiser.pt"), trainer.best_optimiser)
    training.write(trainer, network=session.network, weights=str(task))
    print(f"{name}: order accuracy {100 * sum(row[3] for row in rows) / len(rows):.1f} % on {len(rows)} test videos")


def choose_videos(store: FrameStore, task: Task, validation: int, seed: int, only: Path | None) -> TrainingSplits[Video]:
    """The videos that are long enough; of those to train on the ones in the list ``only``, if there is one.

    The validation list is drawn before that, so that a harder training list is validated on the same videos.
    Raises ValueError where none are left.
    """
    usable, test, where = order_prediction.usable_videos(store, task)
    training, aside = split_validation(usable, validation, seed, where)
    if only is not None:
        names = set(
            require_intact(require_existing(only, "the list of videos")).read_text(errors="surrogateescape").splitlines()
        )
        unknown = names - {v.name for v in training}
        if unknown or not names:
            raise ValueError(
                f"{only}: {min(unknown, default='nothing')} is not among the {len(training)} training videos of {task}"
            )
        training = [v for v in training if v.name in names]
    return TrainingSplits(training, aside, test)


def predict_orders(trainer: Trainer, test: Batches) -> list[tuple[str, int, int, int, str]]:
    """A row a test video, see ``orders.predictions``."""
    return [
        row for sample in test.once() for row in order_prediction.prediction_rows(sample["video"], *trainer.logits(sample))
    ]


def confidence_rows(trainer: Trainer) -> list[tuple[str, int, str, int]]:
    """A row a training video and late epoch: how probable the right order was, and whether it was predicted (T III-D2)."""
    rows = sorted(trainer.running.confidence, key=lambda row: (row[1], row[0]))
    return [(video, epoch, f"{sure:.6f}", right) for video, epoch, sure, right in rows]
