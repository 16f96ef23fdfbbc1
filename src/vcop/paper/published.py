"""What the papers print, row by row (published.csv), and which of our runs stands beside it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("published.csv")


@dataclass(frozen=True)
class Cell:
    """One printed number; ``network`` is empty in rows quoted from other work, ``published`` where only a figure shows it.

    ``weights``: "random", or "task" for the study's pretext task.
    """

    item: str
    row: str
    column: str
    published: float | None
    network: str
    weights: str
    source: str


def cells(item: str) -> list[Cell]:
    """The cells of a table or figure in the order printed."""
    with open(SOURCE, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["item"] == item]
    return [Cell(**row | {"published": float(row["published"]) if row["published"] else None}) for row in rows]  # type: ignore[arg-type]
