"""Linear and k-nearest-neighbour probes: how well frozen features classify actions (not in the papers).

Linear probe: multinomial logistic regression on the pooled features of single clips, standardised by the training clips; the score
of a video is the mean of its clips' logits, as after fine-tuning. k-NN probe: a video is the mean of its clip features, as in
video retrieval (CVPR 2019, Figure 5), and gets the class of most of its k nearest neighbours by cosine.

Learning rate, weight decay and k are those that are right on most videos of the validation list, which is the one of fine-tuning
with the same seed. Then a classifier is made of the training and the validation videos together. The test videos are read once, at
the end.

Both probes hold a bounded number of clips at a time. Shapes: V videos, k neighbours.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vcop.config.options import ProbeOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.logistic_regression import Labels, fit_classifiers
from vcop.evaluation.nearest_neighbours import nearest_neighbours
from vcop.storage import sanity
from vcop.storage.feature_store import FeatureStore
from vcop.storage.frame_store import Video
from vcop.training.validation_split import training_and_validation

HEADER = ("classifier", "video", "class", "predicted", "right")
GRID_HEADER = ("classifier", "learning_rate", "weight_decay", "k", "validation_right", "validation_videos", "chosen")
Setting = tuple[float | str, float | str, int | str]  # learning rate, weight decay, k; "" where a probe has none
GridRow = tuple[float | str, float | str, int | str, int, int, int]


@dataclass(frozen=True)
class ProbeSplits:
    """Features of the videos that fit candidates, choose among them, fit the final classifier (both together) and test it."""

    training: FeatureStore
    validation: FeatureStore
    both: FeatureStore
    test: FeatureStore


@dataclass(frozen=True)
class ProbeResult:
    """Predicted classes of the test videos (V,), and the grid: each setting with its success on the validation videos."""

    predicted: Labels
    grid: list[GridRow]


def probe_splits(path: Path, layer: str, validation_videos: int, seed: int) -> ProbeSplits:
    """Open a feature file with the training and validation lists that fine-tuning has with the same seed.

    Args:
        path: Feature file.
        layer: Layer whose features are classified.
        validation_videos: Number of validation videos, at most a fifth of the training videos.
        seed: Decides which videos these are.

    Raises:
        ValueError: If there is nothing to train on or to test.
    """
    both, test = (FeatureStore(path, layer, role) for role in ((TRAIN, VALIDATION), TEST))
    if not len(test):
        raise ValueError(f"{path}: holds no test videos, so nothing can be classified")
    sanity.require_classes(str(path), both.classes, both.labels.tolist())
    videos = [Video(name, int(label), 0, 0) for name, label in zip(both.names, both.labels, strict=True)]
    listed = set(FeatureStore(path, layer, VALIDATION).names)
    given = [video for video in videos if video.name in listed]
    training = [video for video in videos if video.name not in listed]
    validation = {video.name for video in training_and_validation(training, given, validation_videos, seed, str(path))[1]}
    in_validation = np.array([name in validation for name in both.names])
    return ProbeSplits(subset(both, ~in_validation), subset(both, in_validation), both, test)


def subset(features: FeatureStore, chosen: NDArray[np.bool_]) -> FeatureStore:
    """Return a reader of the chosen videos alone. Shape of ``chosen``: (V,)."""
    part = copy.copy(features)
    part.rows, part.labels = features.rows[chosen], features.labels[chosen]
    part.names = [name for name, taken in zip(features.names, chosen, strict=True) if taken]
    return part


def probe(splits: ProbeSplits, options: ProbeOptions, seed: int, device: torch.device) -> dict[str, ProbeResult]:
    """Choose, fit and test both classifiers.

    Args:
        splits: The features, see ``probe_splits``.
        options: The settings to try.
        seed: Decides the order of the clips.
        device: Where to compute.

    Returns:
        The results of "linear" and of "knn".
    """
    return {"linear": linear_probe(splits, options, seed, device), "knn": knn_probe(splits, options, str(device))}


def linear_probe(splits: ProbeSplits, options: ProbeOptions, seed: int, device: torch.device) -> ProbeResult:
    """Choose learning rate and weight decay, then fit and test the linear classifier."""
    settings = list(product(options.learning_rates, options.weight_decays))
    candidates = fit_classifiers(splits.training, settings, options, seed, device)
    right = (candidates.predict(splits.validation) == splits.validation.labels).sum(axis=1).tolist()
    final = fit_classifiers(splits.both, [settings[argmax_first(right)]], options, seed, device)
    grid = grid_rows([(*setting, "") for setting in settings], right, len(splits.validation))
    return ProbeResult(final.predict(splits.test)[0], grid)


def knn_probe(splits: ProbeSplits, options: ProbeOptions, device: str) -> ProbeResult:
    """Choose the number of neighbours, then test the nearest-neighbour classifier."""
    ks = options.neighbours
    near = neighbour_labels(splits.validation, splits.training, max(ks), options.held_rows, device)
    right = [int((majority_vote(near[:, :k]) == splits.validation.labels).sum()) for k in ks]
    near = neighbour_labels(splits.test, splits.both, ks[argmax_first(right)], options.held_rows, device)
    return ProbeResult(majority_vote(near), grid_rows([("", "", k) for k in ks], right, len(splits.validation)))


def prediction_rows(test: FeatureStore, predicted: Labels) -> list[tuple[str, str, str, int]]:
    """Return a row for each test video: its name, its class, the predicted class, and whether they agree."""
    predictions = zip(test.names, test.labels, predicted, strict=True)
    return [(video, test.classes[label], test.classes[guess], int(guess == label)) for video, label, guess in predictions]


def argmax_first(numbers: list[int]) -> int:
    """Return the index of the highest number, the first one of equals."""
    return numbers.index(max(numbers))


def grid_rows(settings: list[Setting], right: list[int], videos: int) -> list[GridRow]:
    """Return a row for each setting: rate, decay, k, how many of the validation videos are right, and whether it was chosen."""
    best = argmax_first(right)
    return [(*setting, r, videos, int(i == best)) for i, (setting, r) in enumerate(zip(settings, right, strict=True))]


def neighbour_labels(queries: FeatureStore, gallery: FeatureStore, k: int, held_rows: int, device: str) -> Labels:
    """Return the labels of the ``k`` nearest videos of the gallery, nearest first. Shape: (V, k)."""
    block = max(1, held_rows // gallery.clips)
    blocks = nearest_neighbours(queries.means, len(queries), gallery.means, len(gallery), k, block, device)
    return gallery.labels[np.concatenate(list(blocks))].astype(np.int64)


def majority_vote(near: Labels) -> Labels:
    """Return the class of most neighbours; of equal classes, the one whose first neighbour is nearest. Shape: (V, k) -> (V,)."""
    votes = (near[:, :, None] == near[:, None, :]).sum(axis=2)  # of each neighbour: how many neighbours have its class
    return np.take_along_axis(near, votes.argmax(axis=1)[:, None], axis=1)[:, 0]
