"""HTML page of a table, or of a list of numbers or claims: heading, legend, body and style in one file."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from vcop.paper.heading import Heading

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def prose_html(text: str) -> str:
    """Return words as HTML.

    ``**`` marks what is measured. The name of a task, or a number with its interval, is not broken over two lines.
    """
    text = re.sub(r"\b\d+-\d+-\d(-[a-z]+)?\b|\S+ \[[^]]*\d\]", r'<span class="line">\g<0></span>', escape(text))
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)


def html_page(heading: Heading, legend: str, body: str, style: str = "") -> str:
    """Return a page that needs no other file; the workflow's report shows it as it is.

    Args:
        heading: Title, caption and whose numbers these are.
        legend: How the numbers are read, as prose.
        body: The content, as HTML.
        style: CSS in addition to that of all pages.
    """
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(heading.title)}</title><style>{STYLE}{style}</style>'
        f"<h1>{escape(heading.title)}</h1><p>{prose_html(heading.caption)}</p>"
        f'<p class="study">{prose_html(heading.measured_on)}</p><p class="legend">{prose_html(legend)}</p>{body}</html>\n'
    )
