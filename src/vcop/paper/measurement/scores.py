"""Numbers with their intervals, from the result files that a rule lists as its input.

A run is a file; it gives each of its test videos, or each question about one, a score in 0..1. What a run is of stands in its path.
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

Scores = pd.Series  # video name -> score, or (video name, question) -> score


@dataclass(frozen=True)
class Measured:
    """Percent of ``n`` videos or questions, with a 95 % interval; the videos trained on where an item has to print them.

    ``spread``: standard deviation over the seeds, where there are several. ``gain``: what it gains on random weights.
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
        """Value, low and high."""
        return self.value, self.low, self.high

    @property
    def texts(self) -> list[str]:
        """The same for a CSV."""
        return [f"{v:.2f}" for v in self.numbers]


def group_runs(paths: Sequence[Path], pattern: str) -> dict[tuple[str, ...], list[Path]]:
    """Result files by the named parts of their paths; files that differ in the seed or split alone stand together.

    ``pattern`` is searched in the path; its groups are the key. A file that is given twice counts once.
    """
    found: dict[tuple[str, ...], list[Path]] = {}
    for path in dict.fromkeys(paths):
        match = re.search(pattern, path.as_posix())
        if match:
            found.setdefault(match.groups(), []).append(path)
    return found


@lru_cache(maxsize=4)
def _draws(count: int) -> NDArray[np.float64]:
    """How often each video is drawn, by resample: slow to make, and the same for all numbers of an item. Shape: (2000, videos)."""
    return stats.draw_resamples(generator("bootstrap", count), count)


def resampled_means(scores: Sequence[Scores]) -> NDArray[np.float64]:
    """Each run's mean in every resample of the videos that any of them has. Shape: (2000, runs).

    A video is drawn with all it has in all runs (seeds, splits) and with all its questions, since these are not independent; nor
    are its ten clips, which are one score here.
    """
    table = pd.concat(scores, axis=1)  # video x run; a video is missing where a split does not test it
    values, known = (_by_video(part).to_numpy(dtype=float) for part in (table.fillna(0.0), table.notna()))
    return stats.resampled_means(values, known, _draws(len(values)))


def _by_video(table: pd.DataFrame) -> pd.DataFrame:
    """The sums over the questions of each video; rows of whole videos as they are."""
    return table.groupby(level=0, sort=False).sum() if table.index.nlevels > 1 else table


def count_tested(scores: Sequence[Scores]) -> int:
    """How many videos or questions the runs have together."""
    return len(set().union(*(run.index for run in scores)))


def mean_interval(scores: Sequence[Scores]) -> Measured:
    """Mean of the runs' means and its percentile bootstrap interval over videos.

    Where all are right, or none, every resample is the same, which is not certainty: the interval is Wilson's then.
    """
    found = _bootstrap(scores)
    if found.value in (0, 100):
        low, high = wilson_interval(found.value, len(set().union(*(run.index.get_level_values(0) for run in scores))))
        return replace(found, low=low, high=high)
    return found


def _bootstrap(scores: Sequence[Scores]) -> Measured:
    low, high = stats.percentile_interval(resampled_means(scores).mean(axis=1))
    return Measured(100 * float(np.mean([s.mean() for s in scores])), 100 * low, 100 * high, count_tested(scores))


def paired_difference(ours: Sequence[Scores], base: Sequence[Scores]) -> Measured:
    """What ours gain on base, run by run (the same seed or split) on the same videos, in percentage points.

    The interval is of the videos drawn, as in ``interval``, not of the seeds. Raises ValueError where the videos differ.
    """
    pairs = list(zip(ours, base, strict=True))
    for a, b in pairs:
        if set(a.index) != set(b.index):
            raise ValueError("a paired difference needs the same test videos on both sides")
    return _bootstrap([a - b for a, b in pairs])


def correct_videos(path: Path, **of: str) -> Scores:
    """Order or recognition predictions: 1 where right; ``of`` says which rows, where a file has more than one of a video."""
    table = pd.read_csv(path)
    for column, value in of.items():
        table = table[table[column] == value]
    return table.set_index("video")["right"].astype(float)


def correct_answers(kind: int | None = None) -> Callable[[Path], Scores]:
    """Answers to the questions of a type, or to all: 1 where right."""

    def scores(path: Path) -> Scores:
        table = pd.read_csv(path, keep_default_na=False)
        chosen = table if kind is None else table[table["type"] == kind]
        return chosen.set_index(["video", "question"])["right"].astype(float)

    return scores


def retrieval_at(k: int, level: str) -> Callable[[Path], Scores]:
    """Scores of retrieval at k; at clip level a video's score is the mean over its clips."""

    def scores(path: Path) -> Scores:
        table = _ranks(path, path.stat().st_mtime_ns)
        table = table[table["level"] == level]
        right = ((table["rank"] > 0) & (table["rank"] <= k)).astype(float)
        return right.groupby(table["video"]).mean()

    return scores


@lru_cache(maxsize=64)
def _ranks(path: Path, written: int) -> pd.DataFrame:
    """A retrieval table, read once for all k; ``written`` tells a file from a later one of the same name."""
    return pd.read_csv(path, usecols=["level", "video", "rank"])
