"""Reproduction: each number of the papers beside ours, with what it took to measure ours."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vcop.paper.measurement import costs, job_lineage
from vcop.paper.measurement.costs import Cost, Training
from vcop.paper.measurement.published import Cell, cells

ABOVE, WITHIN, BELOW, UNPRINTED = "above", "within", "below", "not printed"


@dataclass(frozen=True)
class NumberBesidePublished:
    """One number of a table or figure.

    The texts are those of the item's CSV: ``measured`` in percent with its 95 % interval over test videos (``low``, ``high``), the
    number of test videos or questions (``n``) and of seeds. ``published`` is empty where the paper prints no number.
    """

    row: str
    column: str
    published: str
    measured: str
    low: str
    high: str
    n: str
    seeds: str
    cost: Cost

    @cached_property
    def difference(self) -> tuple[float, float, float] | None:
        """Our number minus the paper's, in percentage points, and its bounds; None if the paper prints no number.

        The interval is ours, shifted: the papers print no intervals, so theirs would add to it.
        """
        if not self.published:
            return None
        value, low, high = (round(float(v) - float(self.published), 2) for v in (self.measured, self.low, self.high))
        return value, low, high

    @property
    def verdict(self) -> str:
        """ABOVE or BELOW if our whole interval lies on that side of the paper's number; WITHIN if the interval contains it."""
        if self.difference is None:
            return UNPRINTED
        _, low, high = self.difference
        return ABOVE if low > 0 else BELOW if high < 0 else WITHIN


def read_item(wanted_by: str, item: str, path: Path, task: str, runs: Sequence[Training]) -> list[NumberBesidePublished]:
    """Return the measured numbers of an item's CSV.

    Args:
        wanted_by: Name of the page that asks, for error messages.
        item: The table or figure, as in cvpr2019_table1.
        path: Its CSV.
        task: The study's pretext task.
        runs: All trainings of the study.

    Raises:
        ValueError: If the CSV has other rows than the papers' item, or if a training behind a number is missing.
    """
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {row["column"] for row in rows}  # a study may have questions of some types only
    printed = [cell for cell in cells(item, task) if cell.column in columns]
    if [(row["row"], row["column"]) for row in rows] != [(cell.row, cell.column) for cell in printed]:
        raise ValueError(f"{path}: its rows are not those of {item}: remove the file and run the workflow again")
    costs_of_jobs: dict[tuple[str, ...], Cost] = {}  # the cells of a row share their jobs

    def cost(cell: Cell) -> Cost:
        """Return what all trainings behind a cell took."""
        jobs = tuple(job_lineage.jobs_of_cell(cell))
        if jobs not in costs_of_jobs:
            costs_of_jobs[jobs] = Cost.of(costs.select_runs(wanted_by, job_lineage.jobs_behind(jobs), runs))
        return costs_of_jobs[jobs]

    return [_line(row, cost(cell)) for row, cell in zip(rows, printed, strict=True) if cell.network]


def _line(row: Mapping[str, str], cost: Cost) -> NumberBesidePublished:
    """Return the number of a row of the CSV."""
    shared = {key: row[key] for key in ("row", "column", "published", "measured", "low", "high", "n")}
    return NumberBesidePublished(**shared, seeds=row.get("seeds") or "1", cost=cost)
