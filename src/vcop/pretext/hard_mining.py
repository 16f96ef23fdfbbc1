"""Sample-based curriculum: find the videos that a trained order network does not find simple (TMM 2020, III-D2 and IV-A).

A converged network, whose training goes on later, predicts the order of several new tuples of every training video, in evaluation
mode. A video is simple if each of these orders was predicted correctly, with a probability above 0.8. Simple videos leave the training
list, and training goes on with the others, the hard videos.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from vcop.config.options import MineOptions, PretrainOptions
from vcop.loading.clip_datasets import TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.pretext import order_prediction
from vcop.pretext.order_prediction import Prediction
from vcop.pretext.pretraining import choose_videos, shares_crop
from vcop.pretext.tasks.base import PretextTask
from vcop.runtime.progress import Progress
from vcop.storage.weights_about import PROVENANCE_FILE, read_identity
from vcop.training.session import ModelSession


@torch.no_grad()
def predict_training_videos(
    session: ModelSession,
    options: PretrainOptions,
    mining: MineOptions,
    task: PretextTask,
    weights: Path,
    *,
    seed: int,
    validation_videos: int = 800,
) -> list[Prediction]:
    """Predict new tuples of every training video of a pretraining.

    They are the tuples of the epochs that would follow the last one of ``options``, so the network was not trained on them.

    Args:
        session: Frame store, network and where to compute.
        options: Options of the pretraining.
        mining: Number of tuples of each video.
        task: The pretext task.
        weights: The pretrained network (.safetensors).
        seed: Seed of the pretraining.
        validation_videos: Videos that the pretraining has set aside.

    Returns:
        The predictions, by number of the tuple, then by name of the video.

    Raises:
        ValueError: If store, weights and options do not fit each other, if the options are not those of the pretraining as
            provenance.json beside the weights says, or if a probability is not finite.
    """
    splits = choose_videos(session.store, task, validation_videos, seed)
    model = order_prediction.open_pretrained(session, options, task, weights, seed=seed)
    _require_pretraining(weights, {"epochs": options.epochs, "shared_crop": options.shared_crop} | splits.digests)
    tuples = TrainingTuples(session.store, splits.training, task, session.inputs, seed, shares_crop(task, options))
    batches = session.batches(tuples, options.batch_size, seed)
    prepare, device = prepare_tuples(session.inputs, session.compute, task.alter), session.group.device
    predictions: list[Prediction] = []
    with Progress("mine", mining.tuples * len(tuples), "tuple") as progress:
        for number, sample in order_prediction.fixed_batches(batches, mining.tuples, options.epochs):
            logits, labels = order_prediction.answers(model, *prepare(sample, device), task, session.compute)
            if not torch.isfinite(logits).all():
                raise ValueError(
                    f"{weights}: predictions for {', '.join(sample['video'])} are not finite: try another compute.precision, or other "
                    "weights"
                )
            predictions += order_prediction.make_predictions(sample["video"], number, logits, labels)
            progress.advance(len(sample["video"]))
    return sorted(predictions, key=lambda prediction: (prediction.tuple, prediction.video))


def _require_pretraining(weights: Path, used: dict[str, Any]) -> None:
    """Raise ValueError if provenance.json beside the weights says that they were pretrained with other options or videos."""
    beside = weights.with_name(PROVENANCE_FILE)
    if not beside.is_file():
        return
    made = read_identity(beside)
    for key, value in used.items():
        if made.get(key, value) != value:
            listed = key in ("training", "validation")
            other = f"another list of {key} videos" if listed else f"{key} {made[key]}, not {value}"
            flag = "--validation-videos and --frames" if listed else f"--{key.replace('_', '-')}"
            raise ValueError(f"{beside}: the pretraining had {other}: give {flag} as in the pretraining")


def hard_videos(predictions: Sequence[Prediction], threshold: float, minimum: int) -> list[str]:
    """Return the names of the videos to train on: the hard ones, and at least ``minimum`` videos, if there are so many.

    Args:
        predictions: Predictions of several tuples of each training video.
        threshold: A video is simple if each of its orders was predicted correctly, with a probability above this (0.8 in the
            paper).
        minimum: If fewer videos are hard, simple ones are kept as well: first those whose smallest probability is lowest.

    Returns:
        The names in alphabetical order.
    """
    lowest: dict[str, float] = {}  # of each video the smallest probability of a true order; 0 if one was not predicted
    for prediction in predictions:
        sure = float(prediction.probability) if prediction.right else 0.0
        lowest[prediction.video] = min(sure, lowest.get(prediction.video, 1.0))
    hard = [video for video, probability in lowest.items() if probability <= threshold]
    simple = sorted((probability, video) for video, probability in lowest.items() if probability > threshold)
    return sorted([*hard, *(video for _, video in simple[: max(0, minimum - len(hard))])])


def count_by_class(classes: Mapping[str, str], kept: Sequence[str]) -> list[tuple[str, int, int]]:
    """Count for each class how many of its videos are kept and dropped.

    Args:
        classes: Class of each training video.
        kept: Names of the videos that are kept.

    Returns:
        Rows of (class, kept, dropped); the class that loses most comes first.
    """
    before, after = Counter(classes.values()), Counter(classes[video] for video in kept)
    return sorted(((name, after[name], n - after[name]) for name, n in before.items()), key=lambda row: (-row[2], row[0]))
