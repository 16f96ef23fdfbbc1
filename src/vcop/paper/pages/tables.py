"""A table of a paper: a tidy CSV, and the papers' numbers beside ours in Markdown, HTML and LaTeX."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from vcop.paper.heading import Heading
from vcop.paper.measurement.published import Cell, cells
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages import latex
from vcop.runtime.atomic_files import write_text

HEADER = ["row", "column", "published", "measured", "low", "high", "n"]
TRAINING = "training_videos"
# Columns that are there where any cell has a number for them.
OPTIONAL = [TRAINING, "seeds", "spread", "gain", "gain_low", "gain_high"]
OURS = ("C3D", "R3D", "R(2+1)D")
NARROW = 20  # small letters: five columns of so many fit beside one another into a page of either paper


def measured_table(
    item: str, find: Callable[[Cell], Measured | None], task: str = "task", columns: Collection[str] | None = None
) -> pd.DataFrame:
    """The tidy table: each published cell (of some ``columns``) with what ``find`` measured for it (None in quoted rows).

    Columns for the training videos, for several seeds and for the gain on random weights are there where ``find`` has them.
    """
    rows: list[list[object]] = []
    for cell in (cell for cell in cells(item, task) if columns is None or cell.column in columns):
        m = find(cell) if cell.network else None
        if cell.network and m is None:
            raise ValueError(f"{item}: no result for {cell.row}, {cell.column} among the files given")
        rows.append([cell.row, cell.column, "" if cell.published is None else f"{cell.published:.1f}", *_numbers(m)])
    table = pd.DataFrame(rows, columns=[*HEADER, *OPTIONAL], dtype=object)
    return table.drop(columns=[name for name in OPTIONAL if table[name].isna().all()])


def _numbers(m: Measured | None) -> list[object]:
    """What stands under ``measured`` and behind it."""
    if m is None:
        return ["", "", "", "", *[None] * len(OPTIONAL)]
    several = [m.seeds, f"{m.spread:.2f}"] if m.spread is not None else [None, None]
    gain = m.gain.texts if m.gain else [None] * 3
    return [*m.texts, m.n, m.training_videos, *several, *gain]


def save_csv(table: pd.DataFrame, out: Path) -> None:
    """``out``.csv."""
    write_text(out.with_suffix(".csv"), table.to_csv(index=False, lineterminator="\n"))


@dataclass(frozen=True)
class Legend:
    """What the numbers of a table's cells are of: how many of what, and over what something is gained."""

    of: str = "test videos"
    over: str = "random weights on the same videos"


def write_table(table: pd.DataFrame, heading: Heading, out: Path, reading: Legend = Legend()) -> None:
    """``out``.csv, ``out``.md, ``out``.html and ``out``.tex."""
    save_csv(table, out)
    texts = {(row["row"], row["column"]): Text.of(row) for row in table.to_dict("records")}
    columns = list(table["column"].unique())
    wide = {name: [texts.get((name, column), Text("–")) for column in columns] for name in table["row"].unique()}
    legend = _legend(table, reading)
    lines = [f"# {heading.title}", "", heading.caption, "", f"*{heading.measured_on}*", "", legend, ""]
    lines += [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(text.markdown for text in texts)} |" for name, texts in wide.items()]
    write_text(out.with_suffix(".md"), "\n".join(lines) + "\n")
    write_text(out.with_suffix(".html"), html_page(heading, legend, _html(columns, wide)))
    caption = [f"{heading.title}.", heading.caption, heading.measured_on, f"Cells: {legend}."]
    groups = [
        [line for name in names for line in latex.table_row(name, [t.tex for t in wide[name]])] for names in _groups(wide)
    ]
    write_text(out.with_suffix(".tex"), latex.latex_table(caption, f"tab:{out.parent.name}:{out.name}", columns, groups))


def _legend(table: pd.DataFrame, reading: Legend) -> str:
    """How a cell is read."""
    videos = f"n {reading.of}, trained on so many" if TRAINING in table else f"n {reading.of}"
    seeds = "; seeds, and the standard deviation over them" if "seeds" in table else ""
    gain = f"; gain over {reading.over}, points" if "gain" in table else ""
    return f"published / **measured** [95 % interval] ({videos}{seeds}), percent{gain}"


def format_points(value: float, low: float, high: float) -> str:
    """A difference with its interval, for people."""
    return f"{value:+z.1f} [{low:+z.1f}, {high:+z.1f}]"


@dataclass(frozen=True)
class Text:
    """One cell for people: what is published and measured, how sure that is, and what it gains."""

    published: str
    measured: str = ""
    bounds: str = ""
    gain: str = ""

    @classmethod
    def of(cls, row: dict[Hashable, Any]) -> Text:
        """The cell of a row of the tidy table."""
        published = row["published"] or "–"
        if not row["measured"]:
            return cls(published)
        videos = f"n {row['n']}, trained on {row[TRAINING]}" if row.get(TRAINING) else row["n"]
        seeds = f"; {row['seeds']} seeds, sd {float(row['spread']):.1f}" if row.get("seeds") else ""
        measured, low, high = (f"{float(row[key]):.1f}" for key in ("measured", "low", "high"))
        gain = f"gain {format_points(*(float(row[key]) for key in OPTIONAL[-3:]))}" if row.get("gain") else ""
        return cls(published, measured, f"[{low}, {high}] ({videos}{seeds})", gain)

    @property
    def markdown(self) -> str:
        """In one line."""
        gain = f", {self.gain}" if self.gain else ""
        return f"{self.published} / **{self.measured}** {self.bounds}{gain}" if self.measured else self.published

    @property
    def html(self) -> str:
        """Below one another."""
        lines = "".join(f"<br><small>{escape(line)}</small>" for line in (self.bounds, self.gain) if line)
        return f"{escape(self.published)} / <b>{self.measured}</b>{lines}" if self.measured else escape(self.published)

    @property
    def tex(self) -> list[str]:
        """The same, in short lines."""
        measured = f" / {latex.bold(self.measured)}" if self.measured else ""
        more = [line for text in (self.bounds, self.gain.removeprefix("gain ")) for line in textwrap.wrap(text, NARROW)]
        return [latex.escape(self.published) + measured, *map(latex.escape, more)]


STYLE = """\
body { font: 15px/1.45 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: #1c2430; margin: 2rem auto; max-width: 70rem; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; } p { margin: .2rem 0; } .study { color: #8a4b00; } .legend { color: #5b6675; }
table { border-collapse: collapse; margin-top: 1rem; border-top: 2px solid #1c2430; border-bottom: 2px solid #1c2430; }
th { font-weight: 600; text-align: left; border-bottom: 1px solid #1c2430; } th, td { padding: .3rem .9rem .3rem 0; vertical-align: top; }
td { color: #5b6675; } td:first-child { color: #1c2430; } tr.quoted td { color: #5b6675; } b { color: #0b5cad; }
small, .line { white-space: nowrap; } tr.group td { border-top: 1px solid #c6ced8; }
table.many { font-size: 12px; } table.many :is(th, td) { padding-right: .5rem; } body:has(table.many) { max-width: 82rem; }
"""


def write_prose(text: str) -> str:
    """Words as HTML: ** marks what is measured; the name of a task, or a number with its interval, stays in one line."""
    text = re.sub(r"\b\d+-\d+-\d(-[a-z]+)?\b|\S+ \[[^]]*\d\]", r'<span class="line">\g<0></span>', escape(text))
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)


def html_page(heading: Heading, legend: str, body: str, style: str = "") -> str:
    """A page of its own: the report shows it as it is."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(heading.title)}</title><style>{STYLE}{style}</style>'
        f"<h1>{escape(heading.title)}</h1><p>{write_prose(heading.caption)}</p>"
        f'<p class="study">{write_prose(heading.measured_on)}</p><p class="legend">{write_prose(legend)}</p>{body}</html>\n'
    )


def _groups(names: Iterable[str]) -> list[list[str]]:
    """The rows' names, one list after the other where another network's begin."""
    return [list(names) for _, names in groupby(names, lambda name: next((n for n in OURS if name.startswith(n)), ""))]


def _html(columns: list[str], wide: dict[str, list[Text]]) -> str:
    """The table; a thin line where another network's rows begin."""
    body: list[str] = []
    first = {names[0] for names in _groups(wide)[1:]}
    for name, texts in wide.items():
        quoted = not any(text.measured for text in texts)
        kinds = [kind for kind, so in (("quoted", quoted), ("group", name in first)) if so]
        attribute = f' class="{" ".join(kinds)}"' if kinds else ""
        body.append(f"<tr{attribute}><td>{write_prose(name)}</td>{''.join(f'<td>{text.html}</td>' for text in texts)}</tr>")
    head = "".join(f"<th>{escape(c)}</th>" for c in ["", *columns])
    table = f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    if len(columns) > 6:  # small letters; a gain is told by its sign, too
        return '<table class="many">' + table.replace("<small>gain ", "<small>")
    return "<table>" + table
