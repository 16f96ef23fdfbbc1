"""The summary of a study of one's own videos as a page and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from vcop.own_videos.summary import Number
from vcop.paper.heading import Heading
from vcop.paper.pages.web_page import html_page

CAPTION = (
    "Accuracies in percent, on videos that were held out by group. In brackets the 95 % interval over groups of test videos, and over "
    "seeds if there are several."
)
LEGEND = (
    "The order of shuffled clips is what the network learns without labels; it has learned something if the whole interval lies above "
    "chance. The rows below it are the same tuples with one cue taken away: what the accuracy does not lose without motion, the "
    "network takes from single pictures."
)


def summary_html(dataset: str, study: str, task: str, lines: Sequence[str], rows: Sequence[Number]) -> str:
    """Return the page.

    Args:
        dataset: Name of the data set.
        study: Name of the study.
        task: The pretext task.
        lines: Sentences about the videos.
        rows: The accuracies.
    """
    heading = Heading(f"Summary of {dataset}", CAPTION, study, task, printed=False)
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    cells = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(row))}</tr>" for row in rows)
    head = "<tr><th>number</th><th>measured</th><th>chance</th><th>above chance</th><th>test videos</th></tr>"
    return html_page(heading, LEGEND, f"<ul>{items}</ul><table><thead>{head}</thead><tbody>{cells}</tbody></table>")


def _cells(row: Number) -> tuple[str, ...]:
    """Return the texts of a row."""
    measured = f"{row.value:.1f} [{row.low:.1f}, {row.high:.1f}]"
    if row.chance is None:
        return row.name, measured, "", "", str(row.videos)
    return row.name, measured, f"{row.chance:.1f}", "yes" if row.above_chance else "no", str(row.videos)


def summary_lines(rows: Sequence[Number]) -> list[str]:
    """Return the accuracies as lines of text."""
    lines = []
    for row in rows:
        name, measured, chance, above, _ = _cells(row)
        lines.append(f"{name}: {measured}" + (f", chance {chance}, above chance: {above}" if chance else ""))
    return lines
