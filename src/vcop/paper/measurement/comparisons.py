"""Comparisons: several seeds of one setting, and one setting against another on the same test videos.

A *setting* is a network with its weights and task; its runs differ in split and seed alone. Runs of two settings with the same split
and seed are a pair.
"""

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

Score = Callable[[Path], Scores]  # reads the scores of a result file
RANDOM = "random"  # weights that are not pretrained
# results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.csv, or any other result's end
RUN = re.compile(r"(?:-([123])(?:/[^/]+){3}/)?seed-(\d+)\.csv$")


def split_and_seed(path: Path) -> tuple[str, str]:
    """Return split ("1" if the results have no other) and seed of a result file. Raises ValueError if its path names no seed."""
    match = RUN.search(path.as_posix())
    if match is None:
        raise ValueError(f"{path} is not the result of one seed: its name should end in seed-<number>.csv")
    return match[1] or "1", match[2]


def paired_runs(ours: Sequence[Path], base: Sequence[Path]) -> list[Path]:
    """Return for each file of ``ours`` the file of ``base`` with the same split and seed.

    Raises:
        ValueError: If there is none.
    """
    partners = {split_and_seed(path): path for path in base}
    for path in ours:
        if split_and_seed(path) not in partners:
            split, seed = split_and_seed(path)
            raise ValueError(f"{path}: no result of split {split}, seed {seed} to compare it with among the given files")
    return [partners[split_and_seed(path)] for path in ours]


def measure_runs(paths: Sequence[Path], score: Score, base: Sequence[Path] = ()) -> Measured:
    """Return the accuracy of one setting with its interval, the spread over its seeds, and its gain over a baseline.

    Args:
        paths: Result files of the setting's runs.
        score: Function that reads the scores of a file.
        base: Result files of the baseline, among which each run has a partner; empty for no gain.

    Raises:
        ValueError: If a run has no partner in ``base``, or one with other test videos.
    """
    scores = [score(path) for path in paths]
    by_seed: dict[str, list[float]] = {}
    for path, run in zip(paths, scores, strict=True):
        by_seed.setdefault(split_and_seed(path)[1], []).append(100 * float(run.mean()))
    spread = stdev(fmean(splits) for splits in by_seed.values()) if len(by_seed) > 1 else None
    gain = paired_difference(scores, [score(path) for path in paired_runs(paths, base)]) if base else None
    return replace(mean_interval(scores), seeds=len(by_seed), spread=spread, gain=gain)


def training_videos(provenances: list[Path]) -> int:
    """Return the number of training videos of a setting, the mean over its seeds.

    Only lists of hard videos differ between seeds (sample-based curriculum, TMM 2020, III-D2).

    Args:
        provenances: The provenance.json of each run.

    Raises:
        ValueError: If one does not count its videos.
    """
    counts = []
    for path in provenances:
        videos = json.loads(path.read_text()).get("videos")
        if videos is None:
            raise ValueError(
                f"{path} does not count its videos, since an older version wrote it: remove it and run the workflow"
            )
        counts.append(videos["training"])
    return round(sum(counts) / len(counts))


def best_contrast(ours: Sequence[Sequence[Scores]], base: Sequence[Scores]) -> Measured:
    """Return how far the best of some settings lies above another setting, in percentage points.

    The lists of test videos may differ: longer tuples fit into fewer videos. A video is drawn with its scores on both sides, so
    that the difference is paired as far as the lists overlap. The best of several settings is chosen anew in every resample;
    to choose it once by its result would favour it.

    Args:
        ours: Settings, each a list of its runs' scores.
        base: The runs' scores of the setting that they are compared with.
    """
    settings = [*ours, base]
    scores = [run for setting in settings for run in setting]
    ends = np.cumsum([len(setting) for setting in settings])[:-1]
    means = [np.mean(runs, axis=1) for runs in np.split(resampled_means(scores), ends, axis=1)]
    # Rounded: sums in another order must not make equal scores differ, and so decide a verdict.
    low, high = percentile_interval(np.round(100 * (np.max(means[:-1], axis=0) - means[-1]), 9))
    values = [100 * fmean(float(run.mean()) for run in setting) for setting in settings]
    return Measured(max(values[:-1]) - values[-1], low, high, count_tested(scores))
