"""What the papers print, row by row (published.csv), and which of our runs stands beside it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from vcop.paper.labels import DATASET_LABELS

SOURCE = Path(__file__).with_name("published.csv")


@dataclass(frozen=True)
class Cell:
    """One printed number; ``network`` is empty in rows quoted from other work, ``published`` where only a figure shows it.

    ``weights``: "random", a pretext task such as "16-8-4", or "task" for the study's own (the 2019 paper has only one).
    """

    item: str
    row: str
    column: str
    published: float | None
    network: str
    weights: str
    source: str


def cells(item: str, task: str = "task") -> list[Cell]:
    """The cells of a table or figure in the order printed; ``task`` takes the place of the word "task"."""
    with open(SOURCE, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["item"] == item]
    return [_cell(row, task) for row in rows]


def _cell(row: dict[str, str], task: str) -> Cell:
    """One line of the file."""
    weights = task if row["weights"] == "task" else row["weights"]
    return Cell(**row | {"weights": weights, "published": float(row["published"]) if row["published"] else None})  # type: ignore[arg-type]


def dataset_of_cell(cell: Cell) -> str:
    """The data set that a row's first word names."""
    return next(key for key, title in DATASET_LABELS.items() if cell.row.startswith(title))


def layer_of_cell(cell: Cell) -> str:
    """The stage that a row names, as in "C3D, layer 2"; the last one where it names none."""
    match = re.search(r"layer (\d)$", cell.row)
    return f"conv{match[1]}" if match else "conv5"


def dataset_and_layer(cell: Cell) -> tuple[str, str]:
    """Data set and shallowest trained stage: a column names one of them."""
    return ("ucf101", cell.column) if cell.column.startswith("conv") else (cell.column.lower(), "conv1")


def splits_of_cell(cell: Cell) -> str:
    """The splits that a row is of."""
    return "1" if cell.row.endswith("split 1") else "123"
