"""Printed numbers of both papers, found by the setting that they belong to, and what a difference of two of them says.

The papers print accuracies without intervals. What can be said of a printed accuracy p of n videos is the binomial error
sqrt(p (1 - p) / n): how much other test videos of the same number would move it. Two settings are tested on the same videos,
which makes the error of their difference smaller than that of two samples, but the papers do not print by how much. So the error
here is rather too wide for the test videos. It says nothing of another training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from vcop.datasets import official_counts
from vcop.datasets.splits import TEST
from vcop.paper.measurement import job_lineage
from vcop.paper.measurement.published import Cell, cells
from vcop.sampling.tasks import Task

TASK = "16-8-3"  # of CVPR 2019, whose tables name none
# Rule of the last job before a number > the folder of its results.
FOLDERS = {"pretrain": "order", "retrieve": "retrieval", "finetune": "recognition", "answer": "answers"}
OF_VIDEOS = ("cvpr2019_figure5", "tmm2020_figure7")  # retrieval of videos; the tables are of clips
ALL_QUESTIONS = "all questions"
Z = 1.959964  # of a 95 % interval


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


def printed_accuracy(setting: str, measure: str) -> float | None:
    """Return the number that the papers print for a setting, in percent; None if they print none.

    Args:
        setting: Path of a result without split, seed and ending, such as retrieval/ucf101/c3d/16-8-3/conv5.
        measure: "order", "recognition", "all questions", "top 5", "video, top 5".
    """
    return _numbers().get((setting, measure))


def sampling_variance(setting: str, accuracy: float) -> float:
    """Return the binomial variance of a printed accuracy over test videos, in squared percentage points.

    The mean over three splits counts the videos of split 1 alone, so that it is rather too large; the ten clips of a video count
    as one.

    Args:
        setting: As in ``printed_accuracy``.
        accuracy: The printed number in percent.
    """
    return accuracy * (100 - accuracy) / count_test_videos(setting)


def difference_error(variances: list[float]) -> float:
    """Return half the 95 % interval of a sum or difference of independent numbers with these variances."""
    return Z * math.sqrt(sum(variances))


def count_test_videos(setting: str) -> int:
    """Return how many test videos, or questions, the papers' accuracy of a setting stands on, by the official lists."""
    kind, where, *more = setting.split("/")
    if kind == "order":
        return official_counts.TASKS[str(Task.parse(more[0]).plain)][0][1]
    if kind == "answers":
        return sum(official_counts.QUESTIONS_OF[TEST][1])
    return official_counts.official_counts(where)["split 1 test"]


@cache
def _numbers() -> dict[tuple[str, str], float]:
    """Return all printed numbers by setting and measure. Where both papers print one they agree, as a test checks."""
    found: dict[tuple[str, str], float] = {}
    for item in job_lineage.NUMBERS:
        for cell in cells(item, TASK):
            key = _key(cell)
            if key is not None and cell.published is not None:
                found.setdefault(key, cell.published)
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
