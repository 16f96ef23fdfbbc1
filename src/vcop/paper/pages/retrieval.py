"""Retrieval accuracies at k = 1, 5, 10, 20, 50 beside the published ones (C: Tables 2, 3, Figure 5; T: II to IV, Figures 6, 7)."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell
from vcop.paper.measurement.scores import Measured, retrieved_at, runs
from vcop.paper.pages import tables

TITLES = {"ucf101": "UCF101", "hmdb51": "HMDB51"}


def measure(item: str, inputs: list[Path], level: str, task: str, dataset: str | None = None) -> pd.DataFrame:
    """The tidy table of an item of the study's ``task``; without ``dataset`` a row's first word names it.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv.
    """
    found = runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/(conv\d)-seed")

    def find(cell: Cell) -> Measured | None:
        of, layer = dataset or dataset_of(cell), layer_of(cell)
        paths, random = (found.get((of, cell.network, w, layer), []) for w in (cell.weights, comparisons.RANDOM))
        base = random if cell.weights != comparisons.RANDOM else []
        score = retrieved_at(int(cell.column.removeprefix("Top")), level)
        return comparisons.measure(paths, score, base) if paths else None

    return tables.measure(item, find, task)


def dataset_of(cell: Cell) -> str:
    """The data set that a row's first word names."""
    return next(key for key, title in TITLES.items() if cell.row.startswith(title))


def layer_of(cell: Cell) -> str:
    """The stage that a row names, as in "C3D, layer 2"; the last one where it names none."""
    match = re.search(r"layer (\d)$", cell.row)
    return f"conv{match[1]}" if match else "conv5"


def classes(inputs: list[Path], within: str) -> int:
    """How many classes the test videos of a result file have, the first whose path has ``within`` in it."""
    path = next(p for p in inputs if within in p.as_posix())
    return int(pd.read_csv(path, usecols=["class"])["class"].nunique())


def chance(k: int, count: int) -> float:
    """Percent that one of k guesses among ``count`` classes is right, all alike."""
    return 100 * (1 - (1 - 1 / count) ** k)
