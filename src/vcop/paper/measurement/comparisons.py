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

from vcop.paper.measurement.scores import Measured, Scores, estimate_difference, estimate_scores
from vcop.stats.families import class_intervals

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
    scores = scores_by_seed(paths, score)
    measured = Measured.of(estimate_scores(scores))
    if not base:
        return measured
    gain = estimate_difference(scores, scores_by_seed(paired_runs(paths, base), score))
    return replace(measured, gain=Measured.of(gain))


def scores_by_seed(paths: Sequence[Path], score: Score) -> dict[str, list[Scores]]:
    """Return the scores of result files by seed, the splits of a seed in the order of the files."""
    scores: dict[str, list[Scores]] = {}
    for path in paths:
        scores.setdefault(split_and_seed(path)[1], []).append(score(path))
    return scores


def measure_classes(runs: Sequence[Scores]) -> dict[str, Measured]:
    """Return the accuracy of every class of a test list, with intervals that take the design effect from all classes together.

    Args:
        runs: The scores of each seed; a video's class is the first part of its name.
    """
    classes = [run.index.get_level_values(0).str.partition("/").get_level_values(0) for run in runs]
    names = sorted(set().union(*classes))
    parts = [{str(i): [run[own == name]] for i, (run, own) in enumerate(zip(runs, classes, strict=True))} for name in names]
    estimates = [estimate_scores(part) for part in parts]
    return {
        name: replace(Measured.of(estimate), low=interval.low, high=interval.high)
        for name, estimate, interval in zip(names, estimates, class_intervals(estimates), strict=True)
    }


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
