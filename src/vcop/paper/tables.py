"""A table of a paper: a tidy CSV and two readable renderings, Markdown and HTML, the papers' numbers beside ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from vcop.files import write_text
from vcop.paper.measured import Measured
from vcop.paper.published import Cell, cells

HEADER = ["row", "column", "published", "measured", "low", "high", "n"]
TRAINING = "training_videos"


@dataclass(frozen=True)
class Heading:
    """What stands above an item. ``task`` is empty where the item names its tasks, ``note`` where a study confesses nothing."""

    title: str
    caption: str
    study: str
    task: str
    note: str = ""

    @property
    def of(self) -> str:
        """Whose numbers these are: no measured number may pass for the papers'."""
        task = f"; pretext task {self.task}" if self.task else ""
        note = f" {self.note[0].upper()}{self.note[1:]}." if self.note else ""
        return f"Measured on: {self.study}{task}. Published: the papers' data and networks.{note}"


def measure(item: str, find: Callable[[Cell], Measured | None], task: str = "task") -> pd.DataFrame:
    """The tidy table: each published cell with what ``find`` measured for it (None in quoted rows).

    A column for the training videos is there where ``find`` counts them.
    """
    rows: list[list[object]] = []
    for cell in cells(item, task):
        m = find(cell) if cell.network else None
        if cell.network and m is None:
            raise ValueError(f"{item}: no result for {cell.row}, {cell.column} among the files given")
        numbers = [f"{m.value:.2f}", f"{m.low:.2f}", f"{m.high:.2f}", m.n, m.training_videos] if m else ["", "", "", "", None]
        rows.append([cell.row, cell.column, "" if cell.published is None else f"{cell.published:.1f}", *numbers])
    table = pd.DataFrame(rows, columns=[*HEADER, TRAINING], dtype=object)
    return table if table[TRAINING].notna().any() else table.drop(columns=TRAINING)


def write(table: pd.DataFrame, heading: Heading, out: Path) -> None:
    """``out``.csv, ``out``.md and ``out``.html."""
    write_text(out.with_suffix(".csv"), table.to_csv(index=False, lineterminator="\n"))
    wide = table.assign(cell=table.apply(_text, axis=1)).pivot(index="row", columns="column", values="cell")
    wide = wide.loc[table["row"].unique(), table["column"].unique()].fillna("–")
    videos = "n test videos, trained on so many" if TRAINING in table else "n test videos"
    legend = f"published / **measured** [95 % interval] ({videos}), percent"
    lines = [f"# {heading.title}", "", heading.caption, "", f"*{heading.of}*", "", legend, ""]
    lines += [f"| | {' | '.join(wide.columns)} |", "|---" * (len(wide.columns) + 1) + "|"]
    lines += [f"| {row} | {' | '.join(map(str, values))} |" for row, values in zip(wide.index, wide.to_numpy(), strict=True)]
    write_text(out.with_suffix(".md"), "\n".join(lines) + "\n")
    write_text(out.with_suffix(".html"), _html(wide, heading, legend))


def _text(row: pd.Series) -> str:
    """One cell for people."""
    videos = f"n {row.n}, trained on {row[TRAINING]}" if TRAINING in row else row.n
    measured = (
        f"**{float(row.measured):.1f}** [{float(row.low):.1f}, {float(row.high):.1f}] ({videos})" if row.measured else ""
    )
    return " / ".join(part for part in (row.published or "–", measured) if part)


STYLE = """\
body { font: 15px/1.45 "Source Sans 3", "Helvetica Neue", Arial, sans-serif; color: #1c2430; margin: 2rem auto; max-width: 70rem; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; } p { margin: .2rem 0; } .study { color: #8a4b00; } .legend { color: #5b6675; }
table { border-collapse: collapse; margin-top: 1rem; border-top: 2px solid #1c2430; border-bottom: 2px solid #1c2430; }
th { font-weight: 600; text-align: left; border-bottom: 1px solid #1c2430; } th, td { padding: .3rem .9rem .3rem 0; vertical-align: top; }
td b { color: #0b5cad; } td small { color: #5b6675; white-space: nowrap; } tr.quoted td { color: #5b6675; }
"""


def _html(wide: pd.DataFrame, heading: Heading, legend: str) -> str:
    """A page of its own: the report shows it as it is."""

    def cell(text: str) -> str:
        head, bold, rest = text.partition("**")
        if not bold:
            return f"<td>{escape(head)}</td>"
        value, _, bounds = rest.partition("**")
        return f"<td>{escape(head)}<b>{escape(value)}</b><br><small>{escape(bounds.strip())}</small></td>"

    body = []
    for name, values in zip(wide.index, wide.to_numpy(), strict=True):
        kind = "" if any("**" in str(v) for v in values) else ' class="quoted"'
        body.append(f"<tr{kind}><td>{escape(str(name))}</td>{''.join(cell(str(v)) for v in values)}</tr>")
    head = "".join(f"<th>{escape(str(c))}</th>" for c in ["", *wide.columns])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(heading.title)}</title><style>{STYLE}</style>'
        f"<h1>{escape(heading.title)}</h1><p>{escape(heading.caption)}</p>"
        f'<p class="study">{escape(heading.of)}</p><p class="legend">{escape(legend.replace("**", ""))}</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></html>\n"
    )
