"""The page that leads to all pages of a study: what a reader wants first, then item by item, then the trainings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from vcop.paper.heading import Heading
from vcop.paper.pages.web_page import FILTER, html_page, prose_html, scrolling

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
RUN_HEADER = ("training", "state", "epochs", "validation", "files")


@dataclass(frozen=True)
class Entry:
    """A page or a figure that is there.

    Attributes:
        title: Its title.
        line: What it says or shows, in one line.
        page: Its main file, relative to the directory of the index.
        files: Its other files, for reuse.
    """

    title: str
    line: str
    page: str
    files: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    """Entries under a heading, and the names of the items of this section that are not drawn.

    Attributes:
        title: The heading.
        entries: What is there, in the order of reading.
        missing: Names of what is not there.
        target: Target of the workflow that draws what is missing; empty for the study itself.
        first: Whether these are the pages to read first, in larger letters.
    """

    title: str
    entries: Sequence[Entry]
    missing: Sequence[str] = ()
    target: str = ""
    first: bool = False


@dataclass(frozen=True)
class Training:
    """A training run: its path below results/, its state, and figures as text; files are relative to the index."""

    name: str
    state: str
    epochs: str
    validation: str
    files: Sequence[str] = ()


def index_html(heading: Heading, sections: Sequence[Section], trainings: Sequence[Training]) -> str:
    """Return the page as HTML; sections of which nothing is drawn are left out."""
    entries, done = sum(len(section.entries) for section in sections), sum(run.state == "done" for run in trainings)
    begun = f" {done} of {len(trainings)} trainings that began are done." if trainings else ""
    counted = f"{entries} pages and figures are drawn.{begun}"
    body = FILTER + "".join(map(_section, sections)) + (_trainings(trainings) if trainings else "")
    return html_page(heading, counted, body, STYLE)


def _section(section: Section) -> str:
    """Return a section; nothing if nothing of it is drawn, which another study may have no data for."""
    if not section.entries:
        return ""
    kind = "pages first" if section.first else "pages"
    table = scrolling(f'<table class="{kind}"><tbody>{"".join(map(_row, section.entries))}</tbody></table>')
    return f'<h2 class="unit-head">{escape(section.title)}</h2>{table}{_missing(section)}'


def _missing(section: Section) -> str:
    """Return the line that names what is not drawn."""
    if not section.missing:
        return ""
    names = ", ".join(map(escape, section.missing))
    command = f"snakemake --cores all {escape(section.target)}".rstrip()
    return f'<p class="missing">Not drawn: {names}. This draws it: <code>{command}</code></p>'


def _row(entry: Entry) -> str:
    """Return the row of an entry; a picture is shown small."""
    picture = f'<img src="{quote(entry.page)}" alt="" loading="lazy">' if entry.page.endswith(".png") else ""
    title = f'<a href="{quote(entry.page)}">{escape(entry.title)}{picture}</a>'
    files = " ".join(_link(path, Path(path).suffix[1:]) for path in entry.files)
    return f'<tr class="unit"><td>{title}</td><td>{prose_html(entry.line)}</td><td>drawn<br><small>{files}</small></td></tr>'


def _link(path: str, name: str) -> str:
    """Return a link to a file."""
    return f'<a href="{quote(path)}">{escape(name)}</a>'


def _trainings(trainings: Sequence[Training]) -> str:
    """Return the table of trainings, which is opened by a click."""
    head = "".join(f"<th>{name}</th>" for name in RUN_HEADER)
    rows = "".join(
        f'<tr class="unit"><td>{escape(run.name)}</td><td>{escape(run.state)}</td><td>{run.epochs}</td><td>{run.validation}</td>'
        f"<td>{' '.join(_link(path, Path(path).name) for path in run.files)}</td></tr>"
        for run in trainings
    )
    table = scrolling(f'<table class="runs"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')
    return f'<h2 class="unit-head" hidden></h2><details><summary>Trainings ({len(trainings)})</summary>{table}</details>'
