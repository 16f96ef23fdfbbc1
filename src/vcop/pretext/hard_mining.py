"""Sample-based curriculum: find the videos that a trained order network does not find simple (TMM 2020, III-D2 and IV-A).

A converged network, whose training goes on later, predicts the order of several new tuples of every training video, in evaluation
mode. A video is simple if each of these orders was predicted correctly, with a probability above 0.8. Simple videos leave the training
list, and training goes on with the others, the hard videos.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from vcop.config.options import MineOptions, PretrainOptions
from vcop.loading.clip_datasets import TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.pretext import order_prediction
from vcop.pretext.order_prediction import Prediction
from vcop.pretext.pretraining import choose_videos, shares_crop
from vcop.pretext.tasks.base import PretextTask
from vcop.runtime.progress import Progress
from vcop.training import distributed
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

    They are the tuples of the epochs that would follow the last one, so the network was not trained on them.

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
        ValueError: If store, weights and options do not fit each other, or a probability is not finite.
    """
    store = session.store
    session.require_fit(weights, task.clip_length, task=str(task), head_batchnorm=options.head_batchnorm, seed=seed)
    videos = choose_videos(store, task, validation_videos, seed).training
    model = order_prediction.load_pretrained(
        session.network, session.nets, options, task, weights, session.group.device, len(store.classes)
    )
    distributed.set_layout(model, session.compute)
    tuples = TrainingTuples(store, videos, task, session.inputs, seed, shares_crop(task, options))
    batches = session.batches(tuples, options.batch_size, seed)
    prepare, device = prepare_tuples(session.inputs, session.compute, task.alter), session.group.device
    predictions: list[Prediction] = []
    with Progress("mine", mining.tuples * len(videos), "tuple") as progress:
        try:
            for number in range(mining.tuples):
                for sample in batches.epoch(options.epochs + number):
                    inputs, labels = prepare(sample, device)
                    with distributed.autocast(device, session.compute):
                        outputs = model(inputs)
                    answers = task.logits(outputs.float(), labels)
                    predictions += order_prediction.make_predictions(sample["video"], number, *answers)
                    progress.advance(len(sample["video"]))
        finally:
            batches.close()
    for prediction in predictions:
        if not math.isfinite(float(prediction.probability)):
            raise ValueError(f"{weights}: predicts a probability that is not a number for {prediction.video}: train it again")
    return sorted(predictions, key=lambda prediction: (prediction.tuple, prediction.video))


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
