"""What the papers print, row by row (published.csv), and which of our runs stands beside it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

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
