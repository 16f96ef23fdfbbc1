"""All numbers of both papers beside ours: difference, interval, and the commits and hours of the trainings behind ours."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from vcop.paper.heading import Heading
from vcop.paper.items.lookup import find_item
from vcop.paper.measurement import costs, job_lineage, reproduction
from vcop.paper.measurement.costs import PLACES
from vcop.paper.measurement.reproduction import NumberBesidePublished
from vcop.paper.measurement.scores import csv_number
from vcop.paper.pages import numbers, tables
from vcop.runtime.atomic_files import write_text

ITEM = "papers_numbers"
TITLE = "Both papers side by side with ours"
CAPTION = (
    "Every number that stands in a table or figure of ours, beside the one that the papers print; a dash where they print none, in some "
    "figures and in our own controls. Rows quoted from other work have no number of ours: they stand in the tables alone. The "
    "difference is ours minus the paper's; its interval holds ours, the choice of the paper's test videos (a proportion of the official "
    "test list, its variance doubled for videos of one recording) and its single training, taken to vary as ours do. Commits and hours are of the "
    "trainings behind a number, all seeds and attempts: what its curriculum started from, its pretraining, its fine-tunings or "
    "answers. Numbers share trainings, so that their hours do not add up."
)
HEADER = ["item", "row", "column", "published", "measured", "difference", "difference_low", "difference_high"]
HEADER += ["low", "high", "seeds", "n", "commits", "gpu_hours", "cpu_hours"]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Write the page.

    Inputs: the CSV file of every item of ``job_lineage.NUMBERS``, and the provenance.json of every training behind them.
    """
    lines = read(inputs, heading.task, compared=not heading.synthetic)
    rows = [[item, *_cells(line)] for item, numbers_of_item in lines.items() for line in numbers_of_item]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER, dtype=object), out)
    titles = {item: find_item(item).title for item in lines}
    task, heading = heading.task, replace(heading, task="")  # the 2019 paper's alone
    write_text(out.with_suffix(".md"), numbers.numbers_markdown(heading, lines, task, titles))
    write_text(out.with_suffix(".html"), numbers.numbers_html(heading, lines, task, titles))


def read(inputs: list[Path], task: str, *, compared: bool = True) -> dict[str, list[NumberBesidePublished]]:
    """Read the numbers of every item. Raise ValueError where its CSV file is missing."""
    runs = costs.read_trainings(inputs)
    files = {f"{path.parent.name}_{path.stem}": path for path in inputs if path.suffix == ".csv"}
    for item in job_lineage.NUMBERS:
        if item not in files:
            raise ValueError(f"{ITEM}: no CSV of {item} among the files given")
    return {
        item: reproduction.read_item(ITEM, item, files[item], task, runs, compared=compared) for item in job_lineage.NUMBERS
    }


def _cells(line: NumberBesidePublished) -> list[str]:
    """Return the cells of a number under HEADER, without its item."""
    difference = [csv_number(v) for v in line.difference] if line.difference else ["", "", ""]
    spent = [" ".join(line.cost.commits), *(f"{h:.{PLACES}f}" for h in (line.cost.gpu_hours, line.cost.cpu_hours))]
    ours = [line.low, line.high, line.seeds, line.n]
    return [line.row, line.column, line.published, line.measured, *difference, *ours, *spent]
