"""Numbers that the papers print (published.csv), cell by cell, and which of our settings each is to be compared with."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from vcop.paper.labels import DATASET_LABELS

SOURCE = Path(__file__).with_name("published.csv")


@dataclass(frozen=True)
class Cell:
    """One cell of a table or figure of the papers.

    Attributes:
        item: The table or figure, as in cvpr2019_table1.
        row: Row as the paper names it.
        column: Column as the paper names it.
        published: The printed number in percent; None if only a figure shows it, or if the row is our own control.
        network: c3d, r3d, r21d or a control; empty in rows that the paper quotes from other work.
        weights: "random", or a pretext task such as "16-8-4".
        source: Where the number is printed.
    """

    item: str
    row: str
    column: str
    published: float | None
    network: str
    weights: str
    source: str


def cells(item: str, task: str = "task") -> list[Cell]:
    """Return the cells of a table or figure in the order printed.

    Args:
        item: The table or figure.
        task: The study's pretext task. It replaces the word "task" in published.csv, since CVPR 2019 has only one task.
    """
    with open(SOURCE, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["item"] == item]
    return [_cell(row, task) for row in rows]


def _cell(row: dict[str, str], task: str) -> Cell:
    """Return the cell of one line of the file."""
    weights = task if row["weights"] == "task" else row["weights"]
    return Cell(**row | {"weights": weights, "published": float(row["published"]) if row["published"] else None})  # type: ignore[arg-type]


def dataset_of_cell(cell: Cell) -> str:
    """Return the data set that a row's first word names."""
    return next(key for key, title in DATASET_LABELS.items() if cell.row.startswith(title))


def layer_of_cell(cell: Cell) -> str:
    """Return the stage that a row names, as in "C3D, layer 2"; the last one if it names none."""
    match = re.search(r"layer (\d)$", cell.row)
    return f"conv{match[1]}" if match else "conv5"


def dataset_and_layer(cell: Cell) -> tuple[str, str]:
    """Return data set and first trained stage of a recognition cell; its column names one of them."""
    return ("ucf101", cell.column) if cell.column.startswith("conv") else (cell.column.lower(), "conv1")


def splits_of_cell(cell: Cell) -> str:
    """Return the digits of the splits that a recognition row is the mean of."""
    return "1" if cell.row.endswith("split 1") else "123"
