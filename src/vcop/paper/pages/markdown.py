"""Parts of Markdown pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vcop.paper.heading import Heading


def heading_lines(heading: Heading, *paragraphs: str) -> list[str]:
    """Return the lines above the content of a page: title, caption, whose numbers these are, and more paragraphs."""
    lines = [f"# {heading.title}", "", heading.caption, "", f"*{heading.measured_on}*", ""]
    return [*lines, *(line for paragraph in paragraphs for line in (paragraph, ""))]


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table, whose cells are Markdown already."""
    lines = (f"| {' | '.join(cells)} |" for cells in (header, *rows))
    return [next(lines), "|---" * len(header) + "|", *lines]
