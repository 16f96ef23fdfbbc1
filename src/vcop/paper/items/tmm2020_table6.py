"""TMM 2020, Table VI: question answering on ActivityNet-QA with frozen clip features.

The paper's numbers beside ours, which are computed from the answers of ``vcop answer``, and two controls without video.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from vcop.datasets.activitynet_qa import TYPES
from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.pooling import pool_gains
from vcop.paper.measurement.published import Cell, cells
from vcop.paper.measurement.scores import Measured, correct_answers, group_runs
from vcop.paper.pages import tables
from vcop.paper.pages.tables import Legend

TITLE = "Table VI (TMM 2020). Results on ActivityNet-QA"
CAPTION = (
    "Percentage of questions answered rightly, by type, by extended soft attention over the features of frozen networks: supervised "
    "on UCF101's actions from random weights, and pretrained by clip order (16-8-3). Question only: the same network with features "
    "of zero. Most frequent answer: that of the training questions of the same type. The last two are ours and not in the paper. The "
    "paper's own contrast stands below the numbers of 16-8-3: their difference from the supervised network's on the same questions, "
    "in points, and the same of the published numbers."
)
CONTRAST = ["contrast", "contrast_low", "contrast_high", "published_contrast"]
PRETRAINED, SUPERVISED = "16-8-3", "supervised"
LEGEND = Legend(counted="test questions; the interval is over videos", baseline="the question alone on the same questions")
QUESTION_ONLY = "question-only"
# results/answers/{network}/{weights}/seed-{seed}.csv, or the name of a control in place of network and weights
ANSWERS = r"answers/(?:([^/]+)/)?([^/]+)/seed-\d+\.csv$"


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Write the table. A type without test questions has no column.

    Inputs: results/answers/{network}/{weights}/seed-{seed}.csv, results/answers/{control}/seed-{seed}.csv, and
    results/answering/question-only/seed-{seed}/provenance.json.
    """
    runs = {tuple(part or "" for part in key): paths for key, paths in group_runs(inputs, ANSWERS).items()}
    alone = runs.get(("", QUESTION_ONLY), [])

    def find(cell: Cell) -> Measured | None:
        paths = runs.get((cell.network, cell.weights) if cell.weights else ("", cell.network), [])
        score = correct_answers(None if cell.column == "All" else TYPES.index(cell.column))
        return comparisons.measure_runs(paths, score, alone if cell.weights else []) if paths else None

    asked = {kind for path in alone for kind in pd.read_csv(path)["type"].unique()}
    columns = [*(name for kind, name in enumerate(TYPES) if kind in asked), "All"]
    table = add_contrasts(tables.measured_table("tmm2020_table6", find, columns=columns, baseline=QUESTION_ONLY), runs)
    note = " ".join(part for part in (heading.note and f"{heading.note};", question_counts(inputs)) if part)
    tables.write_table(table, replace(heading, note=note), out, LEGEND)


def add_contrasts(table: pd.DataFrame, runs: Mapping[tuple[str, ...], list[Path]]) -> pd.DataFrame:
    """Add the paper's contrast, clip order against supervised features, to the rows of 16-8-3: as columns, and as words for the page.

    Args:
        table: Tidy table of the item.
        runs: Result files by network and weights.
    """
    by_cell = {(c.row, c.column): c for c in cells("tmm2020_table6")}
    printed = {(c.network, c.weights, c.column): c.published for c in by_cell.values()}
    shown = [by_cell[key] for key in zip(table["row"], table["column"], strict=True)]
    gains = _gains_on_supervised([cell for cell in shown if cell.weights == PRETRAINED], runs)
    numbers, words = [], []
    for cell in shown:
        if cell not in gains:
            numbers.append([""] * len(CONTRAST))
            words.append("")
            continue
        published = (cell.published or 0) - (printed[cell.network, SUPERVISED, cell.column] or 0)
        numbers.append([*gains[cell].texts, f"{published:.1f}"])
        words.append(f"on supervised {tables.format_points(*gains[cell].numbers)}; published {published:+z.1f}")
    table[CONTRAST] = pd.DataFrame(numbers, columns=CONTRAST, index=table.index, dtype=object)
    return table.assign(**{tables.BESIDE: words})


def _gains_on_supervised(cells: Sequence[Cell], runs: Mapping[tuple[str, ...], list[Path]]) -> dict[Cell, Measured]:
    """Return how far each cell lies above supervised features, those of one type of questions pooled (``pooling``)."""
    gains: dict[Cell, Measured] = {}
    for column in {cell.column for cell in cells}:
        score = correct_answers(None if column == "All" else TYPES.index(column))
        alike = [cell for cell in cells if cell.column == column]
        measured = [
            comparisons.measure_runs(runs[cell.network, PRETRAINED], score, runs[cell.network, SUPERVISED]) for cell in alike
        ]
        pooled = pool_gains([(cell.network, m) for cell, m in zip(alike, measured, strict=True)])
        gains |= {cell: m.gain for cell, m in zip(alike, pooled, strict=True) if m.gain}
    return gains


def question_counts(inputs: list[Path]) -> str:
    """Return the sentence that counts the questions used: fewer than published, since videos disappear from the internet."""
    path = next((p for p in inputs if p.name == "provenance.json"), None)
    if path is None:
        raise ValueError("tmm2020_table6: no provenance of the runs without video among the files given")
    provenance = json.loads(path.read_text())
    used, asked = provenance["questions"], provenance["asked"]
    return f"{used['test']} of {asked['test']} test questions, trained on {used['training']} of {asked['training']}"
