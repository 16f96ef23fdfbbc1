"""Numbers with their intervals, from the result files that a rule lists as its input.

A run is a file; it gives each of its test videos a score in 0..1. What a run is of stands in its path.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop.randomness import generator

Scores = pd.Series  # video name -> score
RESAMPLES = 2000


@dataclass(frozen=True)
class Measured:
    """Percent, with a 95 % interval over ``n`` videos; the videos trained on where an item has to print them."""

    value: float
    low: float
    high: float
    n: int
    training_videos: int | None = None


def runs(paths: Sequence[Path], pattern: str) -> dict[tuple[str, ...], list[Path]]:
    """Result files by the named parts of their paths; files that differ in the seed or split alone stand together.

    ``pattern`` is searched in the path; its groups are the key.
    """
    found: dict[tuple[str, ...], list[Path]] = {}
    for path in paths:
        match = re.search(pattern, path.as_posix())
        if match:
            found.setdefault(match.groups(), []).append(path)
    return found


@lru_cache(maxsize=1)
def _draws(count: int) -> NDArray[np.float64]:
    """How often each video is drawn, by resample: slow to make, and the same for all numbers of an item. Shape: (2000, videos)."""
    return generator("bootstrap", count).multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(float)


def interval(scores: Sequence[Scores]) -> Measured:
    """Mean of the runs' means and its percentile bootstrap interval over videos.

    A video is drawn with all it has in all runs (seeds, splits), since these are not independent; nor are its ten clips, which
    are one score here.
    """
    table = pd.concat(scores, axis=1)  # video x run; a video is missing where a split does not test it
    values, known = table.fillna(0.0).to_numpy(), table.notna().to_numpy(dtype=float)
    count, draws = len(table), _draws(len(table))
    means = (draws @ values) / np.maximum(draws @ known, 1e-12)
    low, high = np.percentile(means.mean(axis=1), [2.5, 97.5])
    return Measured(100 * float(np.mean([s.mean() for s in scores])), 100 * float(low), 100 * float(high), count)


def difference(ours: Sequence[Scores], base: Sequence[Scores]) -> Measured:
    """What ours gain on base, run by run (the same seed or split) on the same videos, in percentage points.

    The interval is of the videos drawn, as in ``interval``, not of the seeds. Raises ValueError where the videos differ.
    """
    pairs = list(zip(ours, base, strict=True))
    for a, b in pairs:
        if set(a.index) != set(b.index):
            raise ValueError("a paired difference needs the same test videos on both sides")
    return interval([a - b for a, b in pairs])


def wilson(value: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of ``value`` percent of ``n`` videos, in percent: not empty at 0 and 100, unlike a bootstrap's.

    For few videos, as those of one class. Where ``value`` is a mean of seeds it is wide rather than narrow, since the seeds
    of a video count as one draw.
    """
    p, z = value / 100, 1.959964
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 100 / (1 + z * z / n)
    return max(0.0, scale * (centre - half)), min(100.0, scale * (centre + half))


def rightness(path: Path) -> Scores:
    """Order or recognition predictions: 1 where right."""
    return pd.read_csv(path).set_index("video")["right"].astype(float)


def retrieved_at(k: int, level: str) -> Callable[[Path], Scores]:
    """Scores of retrieval at k; at clip level a video's score is the mean over its clips."""

    def scores(path: Path) -> Scores:
        table = pd.read_csv(path)
        table = table[table["level"] == level]
        right = ((table["rank"] > 0) & (table["rank"] <= k)).astype(float)
        return right.groupby(table["video"]).mean()

    return scores
