"""Tables of a recognition by class: accuracies with their intervals, and confusions (CVPR 2019, 4.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from vcop.datasets.source_groups import source_group
from vcop.stats.estimates import estimate_mean
from vcop.stats.families import class_intervals

HEADER = ("video", "class", "predicted", "right")
CLASS_HEADER = ("class", "n", "right", "accuracy", "low", "high")
Prediction = tuple[str, int, int, int]  # a row of HEADER


def accuracy_by_class(
    predictions: Sequence[Prediction], classes: Sequence[str], groups: Mapping[str, str] | None = None
) -> list[tuple[str | int, ...]]:
    """Return a row for each tested class: its videos, how many are right, the percentage and its interval (docs/intervals.md).

    Videos of one group are not independent. How much this widens the intervals is estimated once, from all classes (``class_intervals``).

    Args:
        predictions: A row of ``HEADER`` for each test video.
        classes: Names of the classes.
        groups: Group of each video, as ``video_list.group_index`` returns it. If None, groups are read from the names of the videos.
    """
    group = source_group if groups is None else groups.__getitem__
    hits: dict[int, dict[str, int]] = {label: {} for label in sorted({label for _, label, _, _ in predictions})}
    for video, label, _, hit in predictions:
        hits[label][video] = hit
    scores = [pd.Series([float(hit) for hit in of.values()], [group(video) for video in of]) for of in hits.values()]
    intervals = class_intervals([estimate_mean({"0": [own]}, len(own)) for own in scores])
    rows: list[tuple[str | int, ...]] = []
    for label, own, interval in zip(hits, scores, intervals, strict=True):
        numbers = (f"{value:.2f}" for value in (interval.value, interval.low, interval.high))
        rows.append((classes[label], len(own), int(own.sum()), *numbers))
    return rows


def confusion_matrix(predictions: Sequence[Prediction], classes: Sequence[str]) -> list[tuple[str | int, ...]]:
    """Return a row for each class: its name, and how many of its videos were predicted as each of the classes."""
    count = Counter((label, guess) for _, label, guess, _ in predictions)
    return [(name, *(count[i, j] for j in range(len(classes)))) for i, name in enumerate(classes)]
