"""``vcop probe``: what frozen features tell a linear classifier and nearest neighbours of the actions (not in the papers).

Linear: multinomial logistic regression on the pooled features of single clips, standardised by the training clips; a video's score
is the mean of its ten clips' logits, as after fine-tuning. k-NN: a video is the mean of its clip features, as in video retrieval
(CVPR 2019, Figure 5), and takes the class of most of its k nearest by cosine. Rate, decay and k are those right on most videos of
the validation list, which is fine-tuning's of the same seed; then training and validation videos together make the classifier. Test
videos are read once, at the end.

Either holds a bounded number of clips at a time, see ``vcop.evaluation.logistic_regression`` and ``vcop.evaluation.nearest_neighbours``. Shapes: V videos, k neighbours.
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
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.logistic_regression import Labels, fit_classifiers
from vcop.evaluation.nearest_neighbours import nearest_neighbours
from vcop.storage import sanity
from vcop.storage.feature_store import FeatureStore
from vcop.storage.frame_store import Video
from vcop.training.validation_split import split_validation

HEADER = ("classifier", "video", "class", "predicted", "right")
Setting = tuple[float | str, float | str, int | str]
Grid = list[tuple[float | str, float | str, int | str, int, int, int]]
GRID = ("classifier", "learning_rate", "weight_decay", "k", "validation_right", "validation_videos", "chosen")


@dataclass(frozen=True)
class ProbeSplits:
    """Whose features teach, choose, teach in the end (both together) and test."""

    training: FeatureStore
    validation: FeatureStore
    both: FeatureStore
    test: FeatureStore


def probe_splits(path: Path, layer: str, validation: int, seed: int) -> ProbeSplits:
    """The lists that fine-tuning has with the same seed. Raises ValueError where there is nothing to train on or to test."""
    both, test = (FeatureStore(path, layer, role) for role in (TRAIN, TEST))
    if not len(test):
        raise ValueError(f"{path}: holds no test videos, so nothing can be classified")
    sanity.require_classes(str(path), both.classes, both.labels.tolist())
    videos = [Video(name, int(label), 0, 0) for name, label in zip(both.names, both.labels, strict=True)]
    aside = {video.name for video in split_validation(videos, validation, seed, str(path))[1]}
    chosen = np.array([name in aside for name in both.names])
    return ProbeSplits(subset(both, ~chosen), subset(both, chosen), both, test)


def subset(features: FeatureStore, chosen: NDArray[np.bool_]) -> FeatureStore:
    """Some videos of a feature file."""
    some = copy.copy(features)
    some.rows, some.labels = features.rows[chosen], features.labels[chosen]
    some.names = [name for name, taken in zip(features.names, chosen, strict=True) if taken]
    return some


def prediction_rows(test: FeatureStore, predicted: Labels) -> list[tuple[object, ...]]:
    """A row a test video: its name, its class, the predicted one, whether it is right."""
    named = zip(test.names, test.labels, predicted, strict=True)
    return [(video, test.classes[label], test.classes[guess], int(guess == label)) for video, label, guess in named]


def linear_probe(lists: ProbeSplits, options: ProbeOptions, seed: int, device: torch.device) -> tuple[Labels, Grid]:
    """Predictions on the test videos, and what was tried (no k)."""
    settings = list(product(options.learning_rates, options.weight_decays))
    candidates = fit_classifiers(lists.training, settings, options, seed, device)
    right = (candidates.predict(lists.validation) == lists.validation.labels).sum(axis=1).tolist()
    final = fit_classifiers(lists.both, [settings[argmax_first(right)]], options, seed, device)
    return final.predict(lists.test)[0], grid_rows([(*s, "") for s in settings], right, len(lists.validation))


def knn_probe(lists: ProbeSplits, options: ProbeOptions, device: str) -> tuple[Labels, Grid]:
    """Predictions on the test videos, and what was tried (no rate, no decay)."""
    tried = options.neighbours
    near = neighbour_labels(lists.validation, lists.training, max(tried), options.held_rows, device)
    right = [int((majority_vote(near[:, :k]) == lists.validation.labels).sum()) for k in tried]
    near = neighbour_labels(lists.test, lists.both, tried[argmax_first(right)], options.held_rows, device)
    return majority_vote(near), grid_rows([("", "", k) for k in tried], right, len(lists.validation))


def argmax_first(right: list[int]) -> int:
    """The place of the highest number; of equals the first."""
    return right.index(max(right))


def grid_rows(settings: list[Setting], right: list[int], of: int) -> Grid:
    """A row a setting: rate, decay, k; right on so many of ``of`` validation videos, and whether it was chosen."""
    best = argmax_first(right)
    return [(*setting, r, of, int(i == best)) for i, (setting, r) in enumerate(zip(settings, right, strict=True))]


def neighbour_labels(queries: FeatureStore, gallery: FeatureStore, k: int, held: int, device: str) -> Labels:
    """Labels of the ``k`` nearest videos of the gallery, nearest first. Shape: (V, k)."""
    block = max(1, held // gallery.clips)
    found = nearest_neighbours(queries.means, len(queries), gallery.means, len(gallery), k, block, device)
    return gallery.labels[np.concatenate(list(found))].astype(np.int64)


def majority_vote(near: Labels) -> Labels:
    """The class of most neighbours; of equals the one whose first neighbour is nearest. Shape: (V, k) -> (V,)."""
    votes = (near[:, :, None] == near[:, None, :]).sum(axis=2)  # for each neighbour: how many are of its class
    return np.take_along_axis(near, votes.argmax(axis=1)[:, None], axis=1)[:, 0]
