"""Shortcut audits: accuracies at a pretext task under each condition of ``vcop audit``, and their changes against the plain samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.scores import Measured, Scores, correct_videos, paired_difference

PLAIN = "plain"
# Conditions in the order shown, and their printed names
CONDITIONS = {
    PLAIN: "plain (central crop)",
    "still": "first frame repeated",
    "grey": "no colour",
    "reversed": "each clip reversed",
    "own-crops": "a crop for each clip",
    "shared-crop": "one random crop",
}


def measure_conditions(paths: Sequence[Path]) -> dict[str, Measured]:
    """Return the accuracy under each condition; its gain is the change against the plain samples of the same videos.

    Args:
        paths: results/audit/{network}/{task}/seed-{seed}.csv of one network and task.

    Raises:
        ValueError: If a condition is missing.
    """
    plain = [score(PLAIN)(path) for path in paths]
    measured = {condition: comparisons.measure_runs(paths, score(condition)) for condition in CONDITIONS}
    changes = {name: paired_difference([score(name)(path) for path in paths], plain) for name in CONDITIONS if name != PLAIN}
    return {name: replace(accuracy, gain=changes.get(name)) for name, accuracy in measured.items()}


def score(condition: str) -> Callable[[Path], Scores]:
    """Return a function that reads from a file the share of each video's samples that are right under a condition."""

    def scores(path: Path) -> Scores:
        videos = correct_videos(path, condition=condition)
        if videos.empty:
            raise ValueError(f"{path}: no rows of the condition {condition!r}: run `vcop audit` again")
        return videos

    return scores
