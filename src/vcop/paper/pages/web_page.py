"""HTML page of a table, or of a list of numbers or claims: heading, legend, body and style in one file."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from vcop.paper.heading import Heading

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
# Of elements with the class "unit" those stay that hold all words, in their own text or in that of the "unit-head" above them.
FILTER = f"""\
<p class="filter" hidden><label>Find <input type="search" placeholder="words of a row"></label><output></output></p>
<script>{Path(__file__).with_suffix(".js").read_text(encoding="utf-8")}</script>"""


def prose_html(text: str) -> str:
    """Return words as HTML.

    ``**`` marks what is measured. The name of a task, or a number with its interval, is not broken over two lines.
    """
    text = re.sub(r"\b\d+-\d+-\d(-[a-z]+)?\b|\S+ \[[^]]*\d\]", r'<span class="line">\g<0></span>', escape(text))
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, which ends where another one begins."""
    return re.split(r"(?<=[a-z)\]%0-9!]\.) (?=[A-Z0-9])", text.strip(), maxsplit=1)[0]


def scrolling(table: str) -> str:
    """Return a table that scrolls sideways by itself where it is wider than the screen, as on a phone."""
    return f'<div class="scroll">{table}</div>'


def html_page(heading: Heading, legend: str, body: str, style: str = "", summary: str = "") -> str:
    """Return a page that needs no other file; the workflow's report shows it as it is.

    Args:
        heading: Title, caption and whose numbers these are.
        legend: How the numbers are read, as prose.
        body: The content, as HTML.
        style: CSS in addition to that of all pages.
        summary: What the page says, in a sentence or two, for the list of all pages; by default the first sentence of its caption.
    """
    described = escape((summary or first_sentence(heading.caption)).replace("**", ""))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="description" content="{described}"><title>{escape(heading.title)}</title><style>{STYLE}{style}</style>'
        f"<h1>{escape(heading.title)}</h1><p>{prose_html(heading.caption)}</p>"
        f'<p class="study">{prose_html(heading.measured_on)}</p><p class="legend">{prose_html(legend)}</p>{body}</html>\n'
    )
