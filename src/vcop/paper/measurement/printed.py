"""Printed numbers of both papers, found by the setting that they belong to, and what a difference of two of them says.

The papers print accuracies without intervals. What can be said of a printed number is its error over test videos
(``reproduction.published_error``). Two settings are tested on the same videos, which makes the error of their difference smaller than
that of two samples, but the papers do not print by how much. So the error of a difference here is rather too wide for the test videos.
It says nothing of another training.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import hypot

from vcop.paper.measurement import job_lineage
from vcop.paper.measurement.published import Cell, cells
from vcop.paper.measurement.reproduction import published_error
from vcop.stats.proportions import QUANTILE

TASK = "16-8-3"  # of CVPR 2019, whose tables name none
# Rule of the last job before a number > the folder of its results.
FOLDERS = {"pretrain": "order", "retrieve": "retrieval", "finetune": "recognition", "answer": "answers"}
OF_VIDEOS = ("cvpr2019_figure5", "tmm2020_figure7")  # retrieval of videos; the tables are of clips
ALL_QUESTIONS = "all questions"


@dataclass(frozen=True)
class PrintedNumber:
    """A number that a paper prints, in percent, and its standard error over test videos in percentage points."""

    value: float
    error: float


@dataclass(frozen=True)
class Printed:
    """Two printed accuracies in percent, and the 95 % error of their difference in percentage points.

    Attributes:
        higher: Of the setting that the claim says is better.
        lower: Of the other setting; chance, where a claim compares with it.
        error: Half the 95 % interval of the difference over test videos, as of two independent samples.
    """

    higher: float
    lower: float
    error: float

    @property
    def difference(self) -> float:
        """Percentage points; rounded, so that equal numbers differ by 0."""
        return round(self.higher - self.lower, 9)

    @property
    def beyond_error(self) -> bool:
        """Whether the difference, of whatever sign, exceeds its error."""
        return abs(self.difference) > self.error


def printed_number(setting: str, measure: str) -> PrintedNumber | None:
    """Return the number that the papers print for a setting; None if they print none.

    Args:
        setting: Path of a result without split, seed and ending, such as retrieval/ucf101/c3d/16-8-3/conv5.
        measure: "order", "recognition", "all questions", "top 5", "video, top 5".
    """
    return _numbers().get((setting, measure))


def printed_difference(higher: PrintedNumber, lower: PrintedNumber) -> Printed:
    """Return two printed numbers with the error of their difference, as of two independent samples."""
    return Printed(higher.value, lower.value, QUANTILE * hypot(higher.error, lower.error))


@cache
def _numbers() -> dict[tuple[str, str], PrintedNumber]:
    """Return all printed numbers by setting and measure. Where both papers print one they agree, as a test checks."""
    found: dict[tuple[str, str], PrintedNumber] = {}
    for item in job_lineage.NUMBERS:
        for cell in cells(item, TASK):
            key = _key(cell)
            if key is not None and cell.published is not None:
                found.setdefault(key, PrintedNumber(cell.published, published_error(cell)))
    return found


def _key(cell: Cell) -> tuple[str, str] | None:
    """Return setting and measure of a cell; None for what no claim is about: other methods, and single types of questions."""
    jobs = job_lineage.jobs_of_cell(cell)
    if not jobs or (cell.item == "tmm2020_table6" and cell.column != "All"):
        return None
    rule, *names = jobs[0].split("/")
    if rule not in FOLDERS:
        return None
    kind = FOLDERS[rule]
    if kind == "recognition":
        names[0] = names[0].split("-")[0]  # the split
    measures = {"retrieval": f"{'video, ' * (cell.item in OF_VIDEOS)}top {cell.column[3:]}", "answers": ALL_QUESTIONS}
    return "/".join([kind, *names]), measures.get(kind, kind)
