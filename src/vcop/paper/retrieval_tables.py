"""Retrieval accuracies at k = 1, 5, 10, 20, 50 beside the published ones (CVPR 2019, Tables 2 and 3, Figure 5)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from vcop.paper import tables
from vcop.paper.measured import Measured, interval, retrieved_at, runs
from vcop.paper.published import Cell

TITLES = {"ucf101": "UCF101", "hmdb51": "HMDB51"}


def measure(item: str, inputs: list[Path], level: str, task: str, dataset: str | None = None) -> pd.DataFrame:
    """The tidy table of an item of the study's ``task``; without ``dataset`` a row's first word names it.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv.
    """
    found = runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/")

    def find(cell: Cell) -> Measured | None:
        of = dataset or next(key for key, title in TITLES.items() if cell.row.startswith(title))
        k = int(cell.column.removeprefix("Top"))
        paths = found.get((of, cell.network, cell.weights))
        return interval([retrieved_at(k, level)(p) for p in paths]) if paths else None

    return tables.measure(item, find, task)
