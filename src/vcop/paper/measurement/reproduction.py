"""Reproduction: each number of the papers beside ours, with what it took to measure ours."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot, sqrt
from pathlib import Path

from vcop.datasets.activitynet_qa import TYPES
from vcop.datasets.official_counts import QUESTIONS_OF, TASKS, official_counts
from vcop.datasets.splits import TEST
from vcop.paper.measurement import costs, job_lineage
from vcop.paper.measurement.costs import Cost, Training
from vcop.paper.measurement.published import Cell, cells
from vcop.stats.estimates import LEVEL
from vcop.stats.proportions import QUANTILE
from vcop.stats.student import two_sided_t

ABOVE, WITHIN, BELOW, UNPRINTED = "above", "within", "below", "not printed"
NOT_COMPARED = "not compared"  # synthetic videos: their numbers have nothing to do with the papers'
ONE_SEED = "one seed"  # nothing is concluded from a single training
# How many times larger the variance of a published number is than that of as many independent videos. Groups of UCF101 make intervals
# 1.1 to 1.7 times as wide; the square of 1.4.
DESIGN_EFFECT = 2.0


@dataclass(frozen=True)
class NumberBesidePublished:
    """One number of a table or figure.

    The texts are those of the item's CSV: ``measured`` in percent with its 95 % interval over seeds and test videos (``low``,
    ``high``), the number of test videos or questions (``n``) and of seeds. ``published`` is empty where the paper prints no number;
    ``published_error`` is its standard error in points. ``compared`` is False where the study's videos are synthetic.
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
    spread: str = ""
    published_error: float = 0.0
    compared: bool = True

    @cached_property
    def difference(self) -> tuple[float, float, float] | None:
        """Our number minus the paper's, in percentage points, and its 95 % bounds; None if there is nothing to compare.

        The interval holds ours, and what the paper's number varies by: its test videos, and its one training, which is taken to vary
        as ours do. The two sides' half widths are added as squares (Newcombe 1998).
        """
        if not self.published or not self.compared:
            return None
        measured, low, high, published = (float(v) for v in (self.measured, self.low, self.high, self.published))
        # One new training lies within t standard deviations, where t knows that our few seeds tell the standard deviation badly.
        training = two_sided_t(LEVEL, int(self.seeds) - 1) * float(self.spread) if self.spread else 0.0
        theirs = hypot(QUANTILE * self.published_error, training)
        value = measured - published
        return value, value - hypot(measured - low, theirs), value + hypot(high - measured, theirs)

    @property
    def verdict(self) -> str:
        """ABOVE or BELOW if the difference's whole interval lies on that side of zero, WITHIN if it contains zero.

        UNPRINTED, NOT_COMPARED and ONE_SEED say why nothing is concluded.
        """
        if not self.published:
            return UNPRINTED
        if self.difference is None:
            return NOT_COMPARED
        if self.seeds == "1":
            return ONE_SEED
        _, low, high = self.difference
        return ABOVE if low > 0 else BELOW if high < 0 else WITHIN


def read_item(
    wanted_by: str, item: str, path: Path, task: str, runs: Sequence[Training], *, compared: bool = True
) -> list[NumberBesidePublished]:
    """Return the measured numbers of an item's CSV.

    Args:
        wanted_by: Name of the page that asks, for error messages.
        item: The table or figure, as in cvpr2019_table1.
        path: Its CSV.
        task: The study's pretext task.
        runs: All trainings of the study.
        compared: Whether the study is on the papers' data, so that the numbers can be compared.

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

    return [_line(row, cell, cost(cell), compared) for row, cell in zip(rows, printed, strict=True) if cell.network]


def _line(row: Mapping[str, str], cell: Cell, cost: Cost, compared: bool) -> NumberBesidePublished:
    """Return the number of a row of the CSV."""
    texts = {key: row[key] for key in ("row", "column", "published", "measured", "low", "high", "n")}
    texts |= {"seeds": row.get("seeds") or "1", "spread": row.get("spread") or ""}
    return NumberBesidePublished(**texts, cost=cost, published_error=published_error(cell), compared=compared)  # type: ignore[arg-type]


def published_error(cell: Cell) -> float:
    """Return the standard error of a printed number in percentage points, as far as test videos go; 0 where none is printed.

    It is that of a proportion of the official test list's videos, times the root of DESIGN_EFFECT.
    """
    if cell.published is None:
        return 0.0
    return sqrt(DESIGN_EFFECT * cell.published * (100 - cell.published) / count_published(cell))


def count_published(cell: Cell) -> int:
    """Return how many test videos, or questions, the official lists have for a cell; the splits of a mean together."""
    count = 0
    for job in job_lineage.jobs_of_cell(cell):
        rule, name, *_, last = job.split("/")
        if rule == "pretrain":
            sizes, _ = TASKS.get("-".join(last.split("-")[:3]), ((0, official_counts("ucf101")["split 1 test"]), None))
            count += sizes[1]
        elif rule == "answer":
            by_type = QUESTIONS_OF[TEST][1]
            count += sum(by_type) if cell.column == "All" else by_type[TYPES.index(cell.column)]
        else:
            dataset, _, split = name.partition("-")
            count += official_counts(dataset)[f"split {split or 1} test"]
    return count
