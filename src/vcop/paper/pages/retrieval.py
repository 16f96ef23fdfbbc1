"""Retrieval accuracies at k = 1, 5, 10, 20, 50 beside the published ones (C: Tables 2, 3, Figure 5; T: II to IV, Figures 6, 7)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell, dataset_of_cell, layer_of_cell
from vcop.paper.measurement.scores import Measured, group_runs, retrieval_at
from vcop.paper.pages import tables


def retrieval_table(item: str, inputs: list[Path], level: str, task: str, dataset: str | None = None) -> pd.DataFrame:
    """The tidy table of an item of the study's ``task``; without ``dataset`` a row's first word names it.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv.
    """
    found = group_runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/(conv\d)-seed")

    def find(cell: Cell) -> Measured | None:
        of, layer = dataset or dataset_of_cell(cell), layer_of_cell(cell)
        paths, random = (found.get((of, cell.network, w, layer), []) for w in (cell.weights, comparisons.RANDOM))
        base = random if cell.weights != comparisons.RANDOM else []
        score = retrieval_at(int(cell.column.removeprefix("Top")), level)
        return comparisons.measure_runs(paths, score, base) if paths else None

    return tables.measured_table(item, find, task)


def count_classes(inputs: list[Path], within: str) -> int:
    """How many classes the test videos of a result file have, the first whose path has ``within`` in it."""
    path = next(p for p in inputs if within in p.as_posix())
    return int(pd.read_csv(path, usecols=["class"])["class"].nunique())


def chance_at(k: int, count: int) -> float:
    """Percent that one of k guesses among ``count`` classes is right, all alike."""
    return 100 * (1 - (1 - 1 / count) ** k)
