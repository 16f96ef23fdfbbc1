"""Accuracies with 95 % intervals, from result files.

A *run* is one result file: one trained network, tested on one split. Its path says which data set, split, network, weights and
seed. It gives each test video (or each question about a video) a *score*:

- order prediction and action recognition (CVPR 2019, 4 and 4.2): 1 if the prediction is right, else 0;
- clip retrieval at k (CVPR 2019, 4.1): the share of the video's ten clips with a clip of the same class among the k nearest;
- video retrieval at k: 1 if a video of the same class is among the k nearest, else 0;
- question answering (TMM 2020, IV-D): 1 for each question whose answer is right, else 0.

*The number* is the mean over seeds, in percent: of each seed the mean over its splits, which count the same whatever their size.

*The interval* says what would vary if somebody did it again: the groups of test videos, and the seeds (``vcop.stats.estimates``,
docs/intervals.md). A group is drawn with everything that belongs to it: its videos, their clips, questions, and their scores in all
seeds and splits. With one seed it covers the test videos alone, and says nothing of another training.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from vcop.datasets.source_groups import source_group
from vcop.stats.estimates import Estimate, estimate_mean

CLASSIFIERS = {"linear": "linear probe", "knn": "k-NN"}  # of `vcop probe`, and their printed names
# Scores of one run, 0 to 1: indexed by the video's name, or by video and question.
Scores = pd.Series


@dataclass(frozen=True)
class Measured:
    """A measured accuracy in percent, or a difference of two in percentage points.

    Attributes:
        value: Mean over the runs.
        low: Lower bound of the 95 % interval over seeds and groups of test videos; with one seed, over groups alone.
        high: Upper bound.
        n: Number of test videos, or of test questions, of all runs together.
        training_videos: Number of training videos, where an item prints it.
        seeds: Number of seeds.
        spread: Standard deviation over seeds of the mean over splits; None for a single seed.
        gain: Gain over a baseline (random weights, or the question alone), run by run on the same videos.
        groups: Number of groups of test videos, which are cut from the same recording.
        estimate: What the interval is made of; None where the number is no mean over runs.
    """

    value: float
    low: float
    high: float
    n: int
    training_videos: int | None = None
    seeds: int = 1
    spread: float | None = None
    gain: Measured | None = None
    groups: int | None = None
    estimate: Estimate | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, estimate: Estimate) -> Measured:
        """Return the measured number of an estimate."""
        e = estimate
        return cls(e.value, *e.interval, e.n, seeds=e.seeds, spread=e.spread, groups=e.groups, estimate=e)

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Value, lower and upper bound."""
        return self.value, self.low, self.high

    @property
    def texts(self) -> list[str]:
        """Value and bounds as texts of a CSV, with so many digits that a page can round them as if they had never been rounded."""
        return [csv_number(v) for v in self.numbers]


def csv_number(value: float) -> str:
    """Return a number of percent as the text of a CSV: at most six decimals, at least two."""
    whole, _, decimals = f"{value:.6f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


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


def estimate_scores(scores: Mapping[str, Sequence[Scores]], groups: Mapping[str, str] | None = None) -> Estimate:
    """Return the mean over seeds of each seed's mean score over its splits, with everything its interval is made of.

    Args:
        scores: By seed the scores of its runs, one for each split.
        groups: The group of each video, see ``video_list.group_index``; without it their names tell.

    Raises:
        ValueError: If seeds have different numbers of splits, whose difference would count as one between seeds.
    """
    if len({len(splits) for splits in scores.values()}) > 1:
        counts = ", ".join(f"seed {seed} has {len(splits)}" for seed, splits in scores.items())
        raise ValueError(
            f"all seeds need the same number of splits, but {counts}: add the missing results or leave out the incomplete seeds"
        )
    runs = {seed: [_by_group(run, groups) for run in splits] for seed, splits in scores.items()}
    return estimate_mean(runs, count_tested([run for splits in scores.values() for run in splits]))


def _by_group(scores: Scores, groups: Mapping[str, str] | None) -> Scores:
    """Return scores indexed by the group of their video."""
    videos = scores.index.get_level_values(0)
    index = _groups(tuple(videos)) if groups is None else pd.Index([groups[video] for video in videos])
    return pd.Series(scores.to_numpy(dtype=float), index=index)


@lru_cache(maxsize=64)
def _groups(videos: tuple[str, ...]) -> pd.Index:
    """Return the groups of videos; runs on the same list share one index."""
    return pd.Index([source_group(str(video)) for video in videos])


def count_tested(scores: Sequence[Scores]) -> int:
    """Return the number of videos, or questions, that the runs have together."""
    return len(set().union(*(run.index for run in scores)))


def mean_interval(scores: Sequence[Scores], groups: Mapping[str, str] | None = None) -> Measured:
    """Return the mean over seeds of each seed's mean score, with its interval.

    Args:
        scores: The scores of each run; each is of a seed of its own. ``comparisons.measure_runs`` knows splits, too.
        groups: The group of each video; without it their names tell.
    """
    return Measured.of(estimate_scores({str(seed): [run] for seed, run in enumerate(scores)}, groups))


def paired_difference(ours: Sequence[Scores], base: Sequence[Scores]) -> Measured:
    """Return the mean gain of one setting over another, paired seed by seed and video by video, in percentage points.

    Pairing removes what makes a video hard for both settings, and what a seed does to both, so that the interval is narrower than
    the two intervals suggest.

    Args:
        ours: The scores of each seed.
        base: The scores of each seed's partner: same seed, other setting.

    Raises:
        ValueError: If the numbers of runs, or the videos of a pair, differ.
    """
    return Measured.of(
        estimate_difference({str(i): [run] for i, run in enumerate(ours)}, {str(i): [run] for i, run in enumerate(base)})
    )


def estimate_difference(ours: Mapping[str, Sequence[Scores]], base: Mapping[str, Sequence[Scores]]) -> Estimate:
    """Return the estimate of the paired difference of two settings, each by seed a list of its splits' scores.

    Raises:
        ValueError: If seeds, splits or videos of a pair differ.
    """
    if {seed: len(splits) for seed, splits in ours.items()} != {seed: len(splits) for seed, splits in base.items()}:
        raise ValueError("a paired difference needs the same seeds and splits on both sides")
    for a, b in ((a, b) for seed, splits in ours.items() for a, b in zip(splits, base[seed], strict=True)):
        if set(a.index) != set(b.index):
            raise ValueError("a paired difference needs the same test videos on both sides")
    return estimate_scores(ours).minus(estimate_scores(base))


def correct_videos(path: Path, **columns: str) -> Scores:
    """Return the scores of order or recognition predictions: the share of a video's rows that are right.

    Args:
        path: Result file with a row for each video, or for each video and each of its fixed tuples.
        columns: Values that a row must have, by column.
    """
    table = pd.read_csv(path)
    for column, value in columns.items():
        table = table[table[column] == value]
    return table.groupby("video", sort=False)["right"].mean()


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
