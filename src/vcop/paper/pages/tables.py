"""Tables of the papers: a tidy CSV, and the papers' numbers beside ours in Markdown, HTML and LaTeX."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from vcop.paper.heading import Heading
from vcop.paper.measurement.pooling import pool_gains
from vcop.paper.measurement.published import Cell, cells
from vcop.paper.measurement.scores import Measured, csv_number
from vcop.paper.pages import latex
from vcop.paper.pages.markdown import heading_lines
from vcop.paper.pages.web_page import html_page, prose_html, scrolling
from vcop.runtime.atomic_files import write_text

HEADER = ["row", "column", "published", "measured", "low", "high", "n"]
TRAINING = "training_videos"
OPTIONAL = [TRAINING, "seeds", "groups", "spread", "gain", "gain_low", "gain_high"]  # columns of a table that needs them
ONE_RUN = "one run"  # a single seed: its interval says nothing of another training
BESIDE = "beside"  # words below the numbers of a cell; the pages have this column, the CSV has numbers instead
OURS = ("C3D", "R3D", "R(2+1)D")
NARROW = 20  # characters of a line in LaTeX: five columns of that width fit on a page of either paper, in small letters


def measured_table(
    item: str,
    measure: Callable[[Cell], Measured | None],
    task: str = "task",
    columns: Collection[str] | None = None,
    alike: Callable[[Cell], str] = attrgetter("column"),
    baseline: str = "",
) -> pd.DataFrame:
    """Return the tidy table of an item: a row for each published cell, with our number beside it.

    Args:
        item: The table or figure, as in cvpr2019_table1.
        measure: Function that returns our number of a cell, or None if there is no result; not called for rows that the paper
            quotes from other work.
        task: The study's pretext task.
        columns: The columns to include; by default all.
        alike: Function that names what a cell measures: gains of one name are pooled (``pooling``).
        baseline: Name of the baseline of all gains, if it has trainings of its own; random weights are of each network.

    Returns:
        A table with the columns HEADER, and those of OPTIONAL that any cell has a number for.

    Raises:
        ValueError: If a result is missing.
    """
    shown = [cell for cell in cells(item, task) if columns is None or cell.column in columns]
    numbers: dict[Cell, Measured] = {}
    for cell in (cell for cell in shown if cell.network):
        measured = measure(cell)
        if measured is None:
            raise ValueError(f"{item}: no result for {cell.row}, {cell.column} among the files given")
        numbers[cell] = measured
    for kind in {alike(cell) for cell in numbers}:
        of_kind = [cell for cell in numbers if alike(cell) == kind]
        pooled = pool_gains([(baseline or cell.network, numbers[cell]) for cell in of_kind])
        numbers.update(zip(of_kind, pooled, strict=True))
    rows: list[list[object]] = []
    for cell in shown:
        published = "" if cell.published is None else f"{cell.published:.1f}"
        rows.append([cell.row, cell.column, published, *_numbers(numbers.get(cell))])
    table = pd.DataFrame(rows, columns=[*HEADER, *OPTIONAL], dtype=object)
    return table.drop(columns=[name for name in OPTIONAL if table[name].isna().all()])


def _numbers(m: Measured | None) -> list[object]:
    """Return the cells under ``measured`` and all columns after it."""
    if m is None:
        return ["", "", "", "", *[None] * len(OPTIONAL)]
    spread = None if m.spread is None else csv_number(m.spread)
    gain = m.gain.texts if m.gain else [None] * 3
    return [*m.texts, m.n, m.training_videos, m.seeds, m.groups, spread, *gain]


def save_csv(table: pd.DataFrame, out: Path) -> None:
    """Write a table to ``out``.csv."""
    write_text(out.with_suffix(".csv"), table.to_csv(index=False, lineterminator="\n"))


@dataclass(frozen=True)
class Legend:
    """Words of a table's legend: what n counts, and what a gain is measured against."""

    counted: str = "test videos"
    baseline: str = "random weights on the same videos"

    def text(self, columns: Collection[str]) -> str:
        """Return the legend of a table with these columns."""
        videos = f"n {self.counted}, trained on so many" if TRAINING in columns else f"n {self.counted}"
        groups = ", groups cut from the same recording" if "groups" in columns else ""
        seeds = f"; seeds, and the standard deviation over them, or {ONE_RUN}" if "seeds" in columns else ""
        gain = f"; gain over {self.baseline}, points" if "gain" in columns else ""
        return f"published / **measured** [95 % interval] ({videos}{groups}{seeds}), percent{gain}"


def write_table(table: pd.DataFrame, heading: Heading, out: Path, legend: Legend = Legend()) -> None:
    """Write a tidy table to ``out``.csv, ``out``.md, ``out``.html and ``out``.tex.

    Args:
        table: A table as ``measured_table`` returns it.
        heading: Title, caption and whose numbers these are.
        out: Path of the files, without ending.
        legend: Words of the legend.
    """
    save_csv(table.drop(columns=BESIDE, errors="ignore"), out)
    texts = {(row["row"], row["column"]): CellText.of(row) for row in table.to_dict("records")}
    columns = list(table["column"].unique())
    rows = {name: [texts.get((name, column), CellText("–")) for column in columns] for name in table["row"].unique()}
    words = legend.text(table.columns)
    write_text(out.with_suffix(".md"), _markdown(heading, words, columns, rows))
    write_text(out.with_suffix(".html"), html_page(heading, words, _html(columns, rows)))
    caption = [f"{heading.title}.", heading.caption, heading.measured_on, f"Cells: {words}."]
    groups = [
        [line for name in names for line in latex.table_row(name, [text.tex for text in rows[name]])]
        for names in _groups(rows)
    ]
    write_text(out.with_suffix(".tex"), latex.latex_table(caption, f"tab:{out.parent.name}:{out.name}", columns, groups))


def format_points(value: float, low: float, high: float) -> str:
    """Return a difference in percentage points with its interval, as people read it."""
    return f"{value:+z.1f} [{low:+z.1f}, {high:+z.1f}]"


@dataclass(frozen=True)
class CellText:
    """Texts of one cell: what is published, what is measured, its interval with n and seeds, its gain, and more words."""

    published: str
    measured: str = ""
    bounds: str = ""
    gain: str = ""
    beside: str = ""

    @classmethod
    def of(cls, row: dict[Hashable, Any]) -> CellText:
        """Return the cell of a row of the tidy table."""
        published = row["published"] or "–"
        if not row["measured"]:
            return cls(published)
        videos = f"n {row['n']}, trained on {row[TRAINING]}" if row.get(TRAINING) else row["n"]
        if row.get("groups") and row["groups"] != row["n"]:
            videos = f"{videos}, {row['groups']} groups"
        seeds = f"; {row['seeds']} seeds, sd {float(row['spread']):.1f}" if row.get("spread") else f"; {ONE_RUN}"
        measured, low, high = (f"{float(row[key]):.1f}" for key in ("measured", "low", "high"))
        gain = f"gain {format_points(*(float(row[key]) for key in OPTIONAL[-3:]))}" if row.get("gain") else ""
        return cls(published, measured, f"[{low}, {high}] ({videos}{seeds})", gain, row.get(BESIDE) or "")

    @property
    def markdown(self) -> str:
        """The cell in one line."""
        more = "".join(f"; {text}" for text in (self.gain, self.beside) if text)
        return f"{self.published} / **{self.measured}** {self.bounds}{more}" if self.measured else self.published

    @property
    def html(self) -> str:
        """The cell in up to four lines."""
        lines = "".join(f"<br><small>{escape(line)}</small>" for line in (self.bounds, self.gain, self.beside) if line)
        return f"{escape(self.published)} / <b>{self.measured}</b>{lines}" if self.measured else escape(self.published)

    @property
    def tex(self) -> list[str]:
        """The cell in short lines, as LaTeX."""
        measured = f" / {latex.bold(self.measured)}" if self.measured else ""
        more = [
            line
            for text in (self.bounds, self.gain.removeprefix("gain "), self.beside)
            for line in textwrap.wrap(text, NARROW)
        ]
        return [latex.escape(self.published) + measured, *map(latex.escape, more)]


def _groups(names: Iterable[str]) -> list[list[str]]:
    """Return the names of the rows in groups: a new one begins where another network's rows begin."""
    return [list(group) for _, group in groupby(names, lambda name: next((n for n in OURS if name.startswith(n)), ""))]


def _markdown(heading: Heading, legend: str, columns: list[str], rows: dict[str, list[CellText]]) -> str:
    """Return the page as Markdown."""
    lines = heading_lines(heading, legend)
    lines += [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(text.markdown for text in texts)} |" for name, texts in rows.items()]
    return "\n".join(lines) + "\n"


def _html(columns: list[str], rows: dict[str, list[CellText]]) -> str:
    """Return the table as HTML, with a thin line where another network's rows begin."""
    body: list[str] = []
    first = {names[0] for names in _groups(rows)[1:]}
    for name, texts in rows.items():
        quoted = not any(text.measured for text in texts)
        kinds = [kind for kind, applies in (("quoted", quoted), ("group", name in first)) if applies]
        attribute = f' class="{" ".join(kinds)}"' if kinds else ""
        body.append(f"<tr{attribute}><td>{prose_html(name)}</td>{''.join(f'<td>{text.html}</td>' for text in texts)}</tr>")
    head = "".join(f"<th>{escape(column)}</th>" for column in ["", *columns])
    table = f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    if len(columns) > 6:  # small letters, without the word "gain": its sign says enough
        return scrolling('<table class="many">' + table.replace("<small>gain ", "<small>"))
    return scrolling("<table>" + table)
