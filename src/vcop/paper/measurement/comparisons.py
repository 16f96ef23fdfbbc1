"""Runs of several seeds, and two sets of weights held against each other on the same videos."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

import numpy as np

from vcop.paper.measurement.scores import Measured, Scores, count_tested, mean_interval, paired_difference, resampled_means
from vcop.stats import percentile_interval

Score = Callable[[Path], Scores]
RANDOM = "random"
# results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.csv, or any other result's end
RUN = re.compile(r"(?:-([123])(?:/[^/]+){3}/)?seed-(\d+)\.csv$")


def split_and_seed(path: Path) -> tuple[str, str]:
    """Split ("1" where results have no other) and seed of a result file: runs of equal ones are a pair."""
    match = RUN.search(path.as_posix())
    if match is None:
        raise ValueError(f"{path} is no result of one seed: seed-<number>.csv is expected")
    return match[1] or "1", match[2]


def paired_runs(ours: Sequence[Path], base: Sequence[Path]) -> list[Path]:
    """For each of ``ours`` the file of ``base`` of the same split and seed. Raises ValueError where there is none."""
    partners = {split_and_seed(path): path for path in base}
    for path in ours:
        if split_and_seed(path) not in partners:
            split, seed = split_and_seed(path)
            raise ValueError(f"{path}: nothing of split {split}, seed {seed} to hold it against among the files given")
    return [partners[split_and_seed(path)] for path in ours]


def measure_runs(paths: Sequence[Path], score: Score, base: Sequence[Path] = ()) -> Measured:
    """The mean of all runs with its interval; the spread of several seeds; with ``base``, the gain on it, run by run."""
    scores = [score(path) for path in paths]
    by_seed: dict[str, list[float]] = {}
    for path, of in zip(paths, scores, strict=True):
        by_seed.setdefault(split_and_seed(path)[1], []).append(100 * float(of.mean()))
    spread = stdev(fmean(splits) for splits in by_seed.values()) if len(by_seed) > 1 else None
    gain = paired_difference(scores, [score(path) for path in paired_runs(paths, base)]) if base else None
    return replace(mean_interval(scores), seeds=len(by_seed), spread=spread, gain=gain)


def training_videos(provenances: list[Path]) -> int:
    """The training videos of a run, the seeds' mean: only mined lists of hard videos differ between seeds."""
    counts = []
    for path in provenances:
        videos = json.loads(path.read_text()).get("videos")
        if videos is None:
            raise ValueError(f"{path} does not count its videos: it was written by an older version")
        counts.append(videos["training"])
    return round(sum(counts) / len(counts))


def best_contrast(ours: Sequence[Sequence[Scores]], base: Sequence[Scores]) -> Measured:
    """How far the best of ``ours`` (settings, each a list of runs) lies above ``base``, in percentage points.

    The test lists may differ, as those of longer tuples do: a video is drawn with all it has on both sides, so that the
    difference is paired as far as the lists overlap. Of several settings the best is chosen anew in every resample.
    """
    settings = [*ours, base]
    scores = [run for setting in settings for run in setting]
    ends = np.cumsum([len(setting) for setting in settings])[:-1]
    means = [np.mean(of, axis=1) for of in np.split(resampled_means(scores), ends, axis=1)]
    # Rounded, since equal scores must differ by nothing.
    low, high = percentile_interval(np.round(100 * (np.max(means[:-1], axis=0) - means[-1]), 9))
    values = [100 * fmean(float(run.mean()) for run in setting) for setting in settings]
    return Measured(max(values[:-1]) - values[-1], low, high, count_tested(scores))
