"""Pretraining: learn to predict the order of shuffled clips (CVPR 2019, 3 and 4; curricula: TMM 2020, III-D), or another pretext task.

In every epoch one new sample, of order prediction a tuple of clips, is drawn from each training video. The weights with the lowest loss on the validation
videos are kept. The test is on fixed tuples of each test video (``test_tuples``), drawn once and for ever, with the central crop.

Curricula:

- Task-based (TMM 2020, III-D1): ``start`` holds the weights of the task with one clip less. Its backbone and pair layer are
  carried over; the last layer, of tl! outputs, begins with random weights.
- Sample-based (TMM 2020, III-D2): ``start`` holds the weights of the same task, and ``videos`` lists the hard videos, which
  ``vcop.pretext.hard_mining`` finds. All layers are carried over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vcop.config.options import PretrainOptions
from vcop.datasets.splits import TRAIN, VALIDATION
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples, TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.pretext import order_prediction
from vcop.pretext.order_prediction import Prediction
from vcop.pretext.task_registry import source_digest
from vcop.pretext.tasks.base import PretextTask
from vcop.runtime.atomic_files import require_existing, require_intact
from vcop.storage import weights, weights_about
from vcop.storage.frame_store import FrameStore, Video
from vcop.training import checkpoints
from vcop.training.run import TrainingRun
from vcop.training.session import ModelSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits, training_and_validation


@dataclass(frozen=True)
class PretrainResult:
    """A pretrained and tested network whose weights have not been written yet.

    Attributes:
        run: The training, with the lists of its videos.
        trainer: The trainer; its ``model`` has the weights of the lowest validation loss.
        predictions: A prediction for each fixed sample of each test video.
        network: Name of the backbone.
        task: The pretext task.
        chance: Percentage of right answers of guessing.
    """

    run: TrainingRun
    trainer: Trainer
    predictions: list[Prediction]
    network: str
    task: PretextTask
    chance: float

    @property
    def accuracy(self) -> float:
        """Percentage of the test samples whose answer was predicted correctly."""
        return order_prediction.accuracy(self.predictions)

    def save(self) -> None:
        """Write validation list, provenance and weights, and give up the claim on the folder.

        Call this last: the weights tell the workflow that the run is complete. If the sample-based curriculum is to carry
        the optimiser on, its state is written, too.
        """
        folder = self.run.out.parent
        if self.trainer.keep_optimiser:
            checkpoints.save_optimiser(folder / "optimiser.pt", self.trainer.state.best_optimiser)
        self.run.write(self.trainer, {"chance": self.chance, "clips": self.task.clips})


def pretrain(
    session: ModelSession,
    options: PretrainOptions,
    task: PretextTask,
    start: Path,
    out: Path,
    *,
    seed: int,
    validation_videos: int = 800,
    videos: Path | None = None,
    momenta: Path | None = None,
    restart: bool = False,
) -> PretrainResult | None:
    """Train the network of a pretext task and test it.

    An interrupted training continues from the state that it has saved beside ``out``.

    Args:
        session: Frame store, network and where to compute.
        options: The training loop and the head.
        task: The pretext task, ``find_task("16-8-3")``.
        start: Weights to start from (.safetensors): of a backbone, or of an order network (curricula).
        out: Weights to write (.safetensors) when the result is saved; state and history are written beside them.
        seed: Decides every random draw.
        validation_videos: Videos of the whole training list that are set aside to choose the best weights, at most a fifth of it.
        videos: List of the videos to train on, one name a line (sample-based curriculum); all of them without it.
        momenta: State of the optimiser to go on with (sample-based curriculum).
        restart: Whether to begin anew instead of continuing from a saved state.

    Returns:
        The result, which is not saved yet. None in all but the first of several processes that share the training.

    Raises:
        ValueError: If store, weights, lists and options do not fit each other, or too few videos are long enough.
    """
    store, inputs, name = session.store, session.inputs, f"{session.network} {task}"
    splits = choose_videos(store, task, validation_videos, seed, videos)
    splits.print_sizes(name)
    require_whole_batches(task, session, options)

    session.require_fit(start, task.clip_length, weights_about.ADAPTED)
    model = order_prediction.build_task_network(session.network, session.nets, options, task, seed, len(store.classes))
    weights.load_start_weights(start, model.backbone, model.head, whole=task.goes_on)
    model.backbone.tune(session.compute)
    origin = {"start": weights.weights_digest(start), "momenta": momenta and checkpoints.optimiser_digest(momenta)}
    identity = session.identity(options, task=str(task), seed=seed, **origin, **source_digest(str(task)), **splits.digests)
    about = session.needed(task.clip_length) | {"task": str(task)} | order_prediction.head_options(options)
    run = TrainingRun(session, options, splits, name, out, seed, restart, identity, about)
    trainer = run.trainer(
        model,
        TrainingTuples(store, splits.training, task, inputs, seed, shares_crop(task, options)),
        FixedTuples(store, order_prediction.in_batches(task, splits.validation), task, inputs),
        prepare_tuples(inputs, session.compute, task.alter),
        clips=task.clips,
        objective=task,
        keep_optimiser=options.hard_optimiser == "carried",
    )
    if momenta:
        checkpoints.load_optimiser(momenta, trainer.optimiser)
    trainer.fit()
    if not session.group.first:
        return None
    test = session.batches(
        FixedTuples(store, order_prediction.in_batches(task, splits.test), task, inputs), options.batch_size
    )
    predictions = predict_orders(trainer, test, options.test_tuples)
    chance = mean_chance(task, len(test.data), test.batch_size, len(store.classes))
    return PretrainResult(run, trainer, predictions, session.network, task, chance)


def require_whole_batches(task: PretextTask, session: ModelSession, options: PretrainOptions) -> None:
    """Raise ValueError if a task that compares the samples of a batch is to be trained on parts of batches."""
    if task.whole_batch and (session.group.size > 1 or options.accumulate > 1):
        raise ValueError(
            f"task {task}: it compares the videos of a batch, which must stay whole: set machine.gpus, machine.nodes and "
            "pretrain.accumulate to 1"
        )


def shares_crop(task: PretextTask, options: PretrainOptions) -> bool:
    """Return whether all clips of a training sample have the same crop: as the task says, else the study."""
    return options.shared_crop if task.own_crops is None else not task.own_crops


def mean_chance(task: PretextTask, samples: int, batch_size: int, actions: int = 0) -> float:
    """Return the percentage of right answers of guessing over a list, whose last batch may be smaller than the others."""
    whole, rest = divmod(samples, batch_size)
    sizes = [batch_size] * whole + [rest] * (rest > 0)
    return sum(size * task.chance(size, actions) for size in sizes) / samples


def choose_videos(
    store: FrameStore, task: PretextTask, validation_videos: int, seed: int, listed: Path | None = None
) -> TrainingSplits[Video]:
    """Return the training, validation and test videos of a task.

    The validation videos are drawn from all training videos of the split, whatever their length, and before the list is shortened.
    So a video that validates one task never trains another task of the same seed, which in a curriculum would favour the later one.

    Args:
        store: The frames.
        task: The pretext task; videos shorter than its window are left out.
        validation_videos: Videos of the split's whole training list to set aside; those long enough for the task validate it.
        seed: Decides which.
        listed: List of the videos to train on, one name a line; all that are left without it.

    Raises:
        ValueError: If too few videos are long enough, or the list is empty or names other videos.
    """
    usable, test = order_prediction.usable_videos(store, task)
    source = order_prediction.describe_source(store, task)
    given = [video for video in store.of(order_prediction.SPLIT, VALIDATION) if video.count >= task.window]
    every = store.of(order_prediction.SPLIT, TRAIN)
    training, validation = training_and_validation(usable, given, validation_videos, seed, source, every)
    if listed is not None:
        training = _listed_videos(listed, training, task)
    return TrainingSplits(training, validation, test)


def _listed_videos(path: Path, training: list[Video], task: PretextTask) -> list[Video]:
    """Return the training videos that a file lists. Raises ValueError if it is empty or names other videos."""
    lines = require_intact(require_existing(path, "the list of videos")).read_text(errors="surrogateescape").splitlines()
    names = set(lines)
    if not names:
        raise ValueError(f"{path}: it is empty, so there is no video to train on")
    unknown = names - {video.name for video in training}
    if unknown:
        raise ValueError(f"{path}: {min(unknown)} is not among the {len(training)} training videos of {task}")
    return [video for video in training if video.name in names]


def predict_orders(trainer: Trainer, test: Batches, tuples: int) -> list[Prediction]:
    """Return the predictions for the first ``tuples`` fixed tuples of each test video."""
    return [
        prediction
        for number, sample in order_prediction.fixed_batches(test, tuples)
        for prediction in order_prediction.make_predictions(sample["video"], number, *trainer.logits(sample))
    ]
