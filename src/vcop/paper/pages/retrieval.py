"""Retrieval accuracies at k beside the published ones (CVPR 2019, Tables 2, 3, Figure 5; TMM 2020, Tables II to IV, Figures 6, 7)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell, dataset_of_cell, layer_of_cell
from vcop.paper.measurement.scores import Measured, group_runs, retrieval_at
from vcop.paper.pages import tables


def retrieval_table(item: str, inputs: list[Path], level: str, task: str, dataset: str | None = None) -> pd.DataFrame:
    """Return the tidy table of an item, at k = 1, 5, 10, 20 and 50.

    Args:
        item: The table or figure, as in cvpr2019_table2.
        inputs: results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv.
        level: "clip" or "video".
        task: The study's pretext task.
        dataset: The data set; without it a row's first word names it.

    Raises:
        ValueError: If a result is missing.
    """
    results = group_runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/(conv\d)-seed")

    def measure(cell: Cell) -> Measured | None:
        name, layer = dataset or dataset_of_cell(cell), layer_of_cell(cell)
        paths, random = (results.get((name, cell.network, w, layer), []) for w in (cell.weights, comparisons.RANDOM))
        base = random if cell.weights != comparisons.RANDOM else []
        score = retrieval_at(int(cell.column.removeprefix("Top")), level)
        return comparisons.measure_runs(paths, score, base) if paths else None

    return tables.measured_table(item, measure, task)


def count_classes(inputs: list[Path], within: str) -> int:
    """Return the number of classes of the test videos in a result file.

    Args:
        inputs: Result files.
        within: A part of the path; the first file whose path contains it is read.
    """
    path = next(p for p in inputs if within in p.as_posix())
    return int(pd.read_csv(path, usecols=["class"])["class"].nunique())


def chance_at(k: int, count: int) -> float:
    """Return the percentage of queries with at least one right class among k random guesses.

    Args:
        k: Number of guesses, independent of one another.
        count: Number of classes, all equally likely.
    """
    return 100 * (1 - (1 - 1 / count) ** k)
