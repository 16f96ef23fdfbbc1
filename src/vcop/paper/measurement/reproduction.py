"""A number of the papers beside ours, as an item's CSV holds both, with what it took to measure ours."""

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
    """One number. Texts are the CSV's, in percent; ``published`` is empty where the paper prints none."""

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
        """Ours minus the paper's, with the interval of ours, in points; None where the paper prints no number."""
        if not self.published:
            return None
        value, low, high = (round(float(v) - float(self.published), 2) for v in (self.measured, self.low, self.high))
        return value, low, high

    @property
    def verdict(self) -> str:
        """Where ours lies: wholly above or below the paper's number, or within, where the interval holds it."""
        if self.difference is None:
            return UNPRINTED
        _, low, high = self.difference
        return ABOVE if low > 0 else BELOW if high < 0 else WITHIN


def read_item(wanted_by: str, item: str, path: Path, task: str, runs: Sequence[Training]) -> list[NumberBesidePublished]:
    """The measured numbers of an item's CSV. Raises ValueError where it has other rows, or a training behind one is missing."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {row["column"] for row in rows}  # a study may ask questions of some types only
    printed = [cell for cell in cells(item, task) if cell.column in columns]
    if [(row["row"], row["column"]) for row in rows] != [(cell.row, cell.column) for cell in printed]:
        raise ValueError(f"{path}: its rows are not those of {item}: draw that item again")
    spent: dict[tuple[str, ...], Cost] = {}  # the cells of a row share their jobs

    def cost(cell: Cell) -> Cost:
        jobs = tuple(job_lineage.jobs_of_cell(cell))
        if jobs not in spent:
            spent[jobs] = Cost.of(costs.select_runs(wanted_by, job_lineage.jobs_behind(jobs), runs))
        return spent[jobs]

    return [_line(row, cost(cell)) for row, cell in zip(rows, printed, strict=True) if cell.network]


def _line(row: Mapping[str, str], cost: Cost) -> NumberBesidePublished:
    shared = {key: row[key] for key in ("row", "column", "published", "measured", "low", "high", "n")}
    return NumberBesidePublished(**shared, seeds=row.get("seeds") or "1", cost=cost)
