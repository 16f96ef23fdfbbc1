"""``vcop pretrain``: learn to predict the order of shuffled clips (CVPR 2019, 3 and 4; curricula: TMM 2020, III-D).

Writes the weights with the lowest validation loss, the history, the validation list, the provenance, the confidence of the last
epochs (what ``mine`` finds hard videos by), and the order predicted for every test video: one tuple a video, drawn once and for
ever, centre crop.
"""

from __future__ import annotations

from pathlib import Path

from vcop.loading.batches import Batches
from vcop.pretext import order_prediction
from vcop.runtime.atomic_files import require_existing, require_intact
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore, Video
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits, split_validation

CONFIDENCE = ("video", "epoch", "probability", "right")


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
    rows = sorted(trainer.progress.confidence, key=lambda row: (row[1], row[0]))
    return [(video, epoch, f"{sure:.6f}", right) for video, epoch, sure, right in rows]
