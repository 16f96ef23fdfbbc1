"""Accuracies with 95 % intervals, from result files.

A *run* is one result file: one trained network, tested on one split. Its path says which data set, split, network, weights and
seed. It gives each test video (or each question about a video) a *score*:

- order prediction and action recognition (CVPR 2019, 4 and 4.2): 1 if the prediction is right, else 0;
- clip retrieval at k (CVPR 2019, 4.1): the share of the video's ten clips with a clip of the same class among the k nearest;
- video retrieval at k: 1 if a video of the same class is among the k nearest, else 0;
- question answering (TMM 2020, IV-D): 1 for each question whose answer is right, else 0.

*The number* is the mean over runs of each run's mean score, in percent. Each run counts the same, whatever the size of its split.

*The interval* is a percentile bootstrap (``vcop.stats``): the test videos are drawn with replacement 2000 times, and the number is
computed anew each time. A video is drawn with everything that belongs to it, since that is not independent: its ten clips, its
questions, and its scores in all seeds and splits.

*The interval covers* the choice of the test videos alone. It does not cover another training: how much seeds differ is printed as
their standard deviation. Nor does it know that many videos of UCF101 and of HMDB51 are cut from the same recording: they are drawn
as if they were independent, so that the interval is too narrow rather than too wide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop import stats
from vcop.sampling.seeding import generator
from vcop.stats import wilson_interval

# Scores of one run, 0 to 1: indexed by the video's name, or by video and question.
Scores = pd.Series


@dataclass(frozen=True)
class Measured:
    """A measured accuracy in percent, or a difference of two in percentage points.

    Attributes:
        value: Mean over the runs.
        low: Lower bound of the 95 % interval over test videos.
        high: Upper bound.
        n: Number of test videos, or of test questions, of all runs together.
        training_videos: Number of training videos, where an item prints it.
        seeds: Number of seeds.
        spread: Standard deviation over seeds of the mean over splits; None for a single seed.
        gain: Gain over a baseline (random weights, or the question alone), run by run on the same videos.
    """

    value: float
    low: float
    high: float
    n: int
    training_videos: int | None = None
    seeds: int = 1
    spread: float | None = None
    gain: Measured | None = None

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Value, lower and upper bound."""
        return self.value, self.low, self.high

    @property
    def texts(self) -> list[str]:
        """Value and bounds as texts of a CSV, with two decimals."""
        return [f"{v:.2f}" for v in self.numbers]


def group_runs(paths: Sequence[Path], pattern: str) -> dict[tuple[str, ...], list[Path]]:
    """Return result files grouped by setting: those that differ in the seed or split alone are in one group.

    Args:
        paths: Result files, and others, which are ignored. A file that is given twice counts once.
        pattern: Regular expression that is searched in each path; its groups are the key.
    """
    groups: dict[tuple[str, ...], list[Path]] = {}
    for path in dict.fromkeys(paths):
        match = re.search(pattern, path.as_posix())
        if match:
            groups.setdefault(match.groups(), []).append(path)
    return groups


@lru_cache(maxsize=4)
def _draws(count: int) -> NDArray[np.float64]:
    """Return how often each of ``count`` videos is drawn in each resample. Shape: (2000, videos).

    The draws depend on the count alone, so that all numbers on the same videos are resampled alike. They are slow to make.
    """
    return stats.draw_resamples(generator("bootstrap", count), count)


def resampled_means(scores: Sequence[Scores]) -> NDArray[np.float64]:
    """Return each run's mean score in every resample of the test videos that any of the runs has.

    A video is drawn with its scores in all runs (seeds, splits) and with all its questions.

    Returns:
        Mean scores, 0 to 1. Shape: (2000, runs).
    """
    table = pd.concat(scores, axis=1)  # video x run; a video is missing where a split does not test it
    values, known = (_by_video(part).to_numpy(dtype=float) for part in (table.fillna(0.0), table.notna()))
    return stats.resampled_means(values, known, _draws(len(values)))


def _by_video(table: pd.DataFrame) -> pd.DataFrame:
    """Return the sums over the questions of each video; rows that are videos already are returned as they are."""
    return table.groupby(level=0, sort=False).sum() if table.index.nlevels > 1 else table


def count_tested(scores: Sequence[Scores]) -> int:
    """Return the number of videos, or questions, that the runs have together."""
    return len(set().union(*(run.index for run in scores)))


def mean_interval(scores: Sequence[Scores]) -> Measured:
    """Return the mean over runs of each run's mean score, with its bootstrap interval over test videos.

    If all scores are 1, or all are 0, every resample is the same, and the bootstrap's interval would be empty although nothing is
    certain. Wilson's interval for the number of test videos is returned then.

    Args:
        scores: The scores of each run.
    """
    mean = _bootstrap(scores)
    if mean.value in (0, 100):
        low, high = wilson_interval(mean.value, len(set().union(*(run.index.get_level_values(0) for run in scores))))
        return replace(mean, low=low, high=high)
    return mean


def _bootstrap(scores: Sequence[Scores]) -> Measured:
    """Return the mean over runs with its percentile interval."""
    low, high = stats.percentile_interval(resampled_means(scores).mean(axis=1))
    return Measured(100 * float(np.mean([s.mean() for s in scores])), 100 * low, 100 * high, count_tested(scores))


def paired_difference(ours: Sequence[Scores], base: Sequence[Scores]) -> Measured:
    """Return the mean gain of one setting over another, paired run by run and video by video, in percentage points.

    Pairing removes what makes a video hard for both settings, so that the interval is narrower than the two intervals
    suggest. It is over test videos, not over seeds, as in ``mean_interval``.

    Args:
        ours: The scores of each run.
        base: The scores of each run's partner: same split and seed, other setting.

    Raises:
        ValueError: If the numbers of runs, or the videos of a pair, differ.
    """
    pairs = list(zip(ours, base, strict=True))
    for a, b in pairs:
        if set(a.index) != set(b.index):
            raise ValueError("a paired difference needs the same test videos on both sides")
    return _bootstrap([a - b for a, b in pairs])


def correct_videos(path: Path, **columns: str) -> Scores:
    """Return the scores of order or recognition predictions.

    Args:
        path: Result file with a row for each video.
        columns: Values that a row must have, by column, if the file has several rows for a video.
    """
    table = pd.read_csv(path)
    for column, value in columns.items():
        table = table[table[column] == value]
    return table.set_index("video")["right"].astype(float)


def correct_answers(kind: int | None = None) -> Callable[[Path], Scores]:
    """Return a function that reads the scores of answers: to questions of one type (its number), or to all."""

    def scores(path: Path) -> Scores:
        table = pd.read_csv(path, keep_default_na=False)
        chosen = table if kind is None else table[table["type"] == kind]
        return chosen.set_index(["video", "question"])["right"].astype(float)

    return scores


def retrieval_at(k: int, level: str) -> Callable[[Path], Scores]:
    """Return a function that reads the scores of retrieval at k.

    Args:
        k: A query is right if one of its k nearest neighbours has its class.
        level: "clip" (a video's score is the mean over its clips) or "video".
    """

    def scores(path: Path) -> Scores:
        table = _ranks(path, path.stat().st_mtime_ns)
        table = table[table["level"] == level]
        right = ((table["rank"] > 0) & (table["rank"] <= k)).astype(float)
        return right.groupby(table["video"]).mean()

    return scores


@lru_cache(maxsize=64)
def _ranks(path: Path, written: int) -> pd.DataFrame:
    """Return a retrieval table, read once for all k; ``written`` (its time) distinguishes it from a later file of the same name."""
    return pd.read_csv(path, usecols=["level", "video", "rank"])
