"""Page of the papers' numbers beside ours: a list of items, and below it one long table whose headings stay in sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.measurement.reproduction import (
    ABOVE,
    BELOW,
    NOT_COMPARED,
    ONE_SEED,
    UNPRINTED,
    WITHIN,
    NumberBesidePublished,
)
from vcop.paper.pages.markdown import heading_lines, table_lines
from vcop.paper.pages.tables import ONE_RUN, format_points
from vcop.paper.pages.web_page import FILTER, html_page, prose_html, scrolling

Numbers = Mapping[str, list[NumberBesidePublished]]  # by item, in the papers' order
PAPERS = {
    "cvpr2019": "CVPR 2019: Xu et al., Self-supervised Spatiotemporal Learning via Video Clip Order Prediction",
    "tmm2020": "TMM 2020: Xiao et al., Explore Video Clip Order with Self-Supervised and Curriculum Learning",
}
SIGNS = {ABOVE: "▲", WITHIN: "=", BELOW: "▼", UNPRINTED: "", NOT_COMPARED: "", ONE_SEED: ""}
LEGEND = (
    "Accuracies are in percent. Differences are ours minus the paper's, in percentage points, with a 95 % interval [ ] that includes the "
    "uncertainty of both numbers. ▲: the whole interval of the difference is above zero. ▼: the whole interval is below zero. =: the "
    "interval contains zero. Each sign is of one interval by itself: of a hundred numbers that do not truly differ, about five have ▲ or ▼ by "
    "chance. A number from one run has no sign, because another run may give a different number. On the web page each "
    "difference is also drawn: the upright line is the paper's number, the dot is ours, and the horizontal line is the interval of the "
    "difference. All drawings of an item have the same scale. n is the number of test videos, in Table VI of test questions. Hours are "
    "wall-clock hours of the training loop, on a GPU (times the number of GPUs) or, without a GPU, on a CPU."
)
NOTHING = "These videos are synthetic, so that there is nothing to compare: the papers' numbers stand beside ours for their place alone."
HEADER = ["row", "column", "paper", "ours", "difference [95 %]", "interval [95 %]", "seeds", "n", "commit", "hours"]
RIGHT = {"paper", "ours", "seeds", "n", "numbers", "printed", "= within", "▲ above", "▼ below"}
CONTENTS = ["item", "numbers", "printed", "= within", "▲ above", "▼ below"]
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def count_verdicts(numbers: Sequence[NumberBesidePublished]) -> list[int]:
    """Return how many numbers there are, how many the papers print, and how many of these lie within, above and below."""
    counts = Counter(number.verdict for number in numbers)
    return [len(numbers), len(numbers) - counts[UNPRINTED], *(counts[verdict] for verdict in (WITHIN, ABOVE, BELOW))]


def numbers_summary(numbers: Numbers) -> str:
    """Return a sentence that counts the numbers of all items."""
    every = [number for group in numbers.values() for number in group]
    measured, printed, within, above, below = count_verdicts(every)
    if any(number.verdict == NOT_COMPARED for number in every):
        return f"{measured} numbers are measured. The papers print {printed} of them. {NOTHING}"
    single = sum(number.verdict == ONE_SEED for number in every)
    return (
        f"{measured} numbers are measured. The papers print {printed} of them: of ours, {within} differ from the paper's by no more "
        f"than the intervals of both explain, {above} lie above it, and {below} below."
        + (f" {single} are of one seed, so that nothing is concluded from them." if single else "")
    )


def numbers_markdown(heading: Heading, numbers: Numbers, task: str, titles: Mapping[str, str]) -> str:
    """Return the page as Markdown; see ``numbers_html``."""
    contents = ([f"[{titles[item]}](#{item})", *map(str, count_verdicts(group))] for item, group in numbers.items())
    lines = heading_lines(heading, LEGEND, numbers_summary(numbers)) + table_lines(CONTENTS, contents)
    for paper, items in _by_paper(numbers):
        lines += ["", f"## {_paper_title(paper, task)}"]
        for item in items:
            lines += ["", f'### <a id="{item}"></a>{titles[item]}', "", *table_lines(HEADER, map(_cells, numbers[item]))]
    return "\n".join(lines) + "\n"


def numbers_html(heading: Heading, numbers: Numbers, task: str, titles: Mapping[str, str]) -> str:
    """Return the page as HTML.

    Args:
        heading: Title, caption and whose numbers these are.
        numbers: The numbers of each item.
        task: The study's pretext task, which the items of CVPR 2019 are about.
        titles: The title of each item.
    """
    body = f"<p><b>{numbers_summary(numbers)}</b></p>{_contents(numbers, task, titles)}{FILTER}"
    table = f'<table class="all"><thead><tr>{"".join(map(_head, HEADER))}</tr></thead>'
    for paper, items in _by_paper(numbers):
        title = prose_html(_paper_title(paper, task))
        table += f'<tbody><tr class="paper-name"><th colspan="{len(HEADER)}">{title}</th></tr></tbody>'
        table += "".join(_item(item, titles[item], numbers[item]) for item in items)
    return html_page(heading, LEGEND, body + scrolling(f"{table}</table>"), STYLE, numbers_summary(numbers))


def _by_paper(numbers: Numbers) -> Iterator[tuple[str, list[str]]]:
    """Yield each paper with its items."""
    return ((paper, list(items)) for paper, items in groupby(numbers, lambda item: item.split("_")[0]))


def _paper_title(paper: str, task: str) -> str:
    """Return a paper's title; CVPR 2019 has one pretext task, the rows of TMM 2020 name theirs."""
    return f"{PAPERS[paper]}; pretext task {task}" if paper == "cvpr2019" else PAPERS[paper]


def _cells(number: NumberBesidePublished) -> list[str]:
    """Return the cells of a number under HEADER."""
    difference = f"{SIGNS[number.verdict]} {format_points(*number.difference)}".strip() if number.difference else "–"
    ours, low, high = (f"{float(v):.1f}" for v in (number.measured, number.low, number.high))
    compared = [number.published or "–", f"**{ours}**", difference, f"[{low}, {high}]"]
    commits = " ".join(number.cost.commits) or "–"
    return [number.row, number.column, *compared, _seeds(number.seeds), number.n, commits, number.cost.text]


def _seeds(seeds: str) -> str:
    """Return the number of seeds in words."""
    return ONE_RUN if seeds == "1" else seeds


def _contents(numbers: Numbers, task: str, titles: Mapping[str, str]) -> str:
    """Return the list of items, with links to them and with the counts of their numbers."""
    rows = []
    for paper, items in _by_paper(numbers):
        title = prose_html(_paper_title(paper, task))
        rows.append(f'<tr class="row"><td colspan="{len(CONTENTS)}"><b>{title}</b></td></tr>')
        for item in items:
            counts = "".join(f'<td class="right">{count or "–"}</td>' for count in count_verdicts(numbers[item]))
            rows.append(f'<tr><td><a href="#{item}">{escape(titles[item])}</a></td>{counts}</tr>')
    return scrolling(f"<table><thead><tr>{''.join(map(_head, CONTENTS))}</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def _head(name: str) -> str:
    """Return the heading of a column, above numbers on the right."""
    side = ' class="right"' if name in RIGHT else ""
    return f"<th{side}>{escape(name)}</th>"


def _item(item: str, title: str, numbers: Sequence[NumberBesidePublished]) -> str:
    """Return the rows of an item, whose differences are drawn on one scale; what is one row of the item is one ``tbody``."""
    reach = max([1.0, *(abs(v) for number in numbers if number.difference for v in number.difference)])
    head = (
        f'<tbody id="{item}" class="unit-head"><tr class="item"><th colspan="{len(HEADER)}">{escape(title)}</th></tr></tbody>'
    )
    rows = (_row(list(group), reach) for _, group in groupby(numbers, lambda number: number.row))
    return head + "".join(f'<tbody class="unit">{"".join(row)}</tbody>' for row in rows)


def _row(numbers: Sequence[NumberBesidePublished], reach: float) -> Iterator[str]:
    """Yield the columns of one row of an item, one below the other. Its name, and costs shared with neighbours, appear once."""
    name = f'<td rowspan="{len(numbers)}">{prose_html(numbers[0].row)}</td>'
    for cost, group in groupby(numbers, lambda number: number.cost):
        first, *rest = same = list(group)
        commits = " ".join(map(_one_line, cost.commits)) or "–"
        texts = (commits, _one_line(cost.text))
        costs = "".join(f'<td class="muted" rowspan="{len(same)}">{text}</td>' for text in texts)
        begins = ' class="row"' if name else ""
        yield f"<tr{begins}>{name}{_number_cells(first, reach)}{costs}</tr>"
        yield from (f"<tr>{_number_cells(number, reach)}</tr>" for number in rest)
        name = ""


def _one_line(text: str) -> str:
    """Return words that are not broken over two lines."""
    return f'<span class="line">{escape(text)}</span>'


def _number_cells(number: NumberBesidePublished, reach: float) -> str:
    """Return the cells that belong to one number alone."""
    _, column, paper, ours, difference, bounds, seeds, n, *_ = map(prose_html, _cells(number))
    drawn = f'<td class="line {number.verdict}">{_drawing(number, reach)}{difference}</td>'
    cells = f'<td class="line">{column}</td><td class="right muted">{paper}</td><td class="right">{ours}</td>{drawn}'
    return f'{cells}<td class="line muted">{bounds}</td><td class="right">{seeds}</td><td class="right">{n}</td>'


def _drawing(number: NumberBesidePublished, reach: float, width: int = 90) -> str:
    """Return a drawing of the difference and its interval, with our number as a dot and the paper's as an upright line."""
    if number.difference is None:
        return ""
    value, low, high = (round(width / 2 * (1 + 0.94 * v / reach), 1) for v in number.difference)
    return (
        f'<svg width="{width}" height="9" aria-hidden="true" stroke="currentColor" fill="currentColor">'
        f'<path d="M{width / 2} 0v9" stroke="#9aa5b4"/><path d="M{low} 4.5H{high}" stroke-width="1.6"/>'
        f'<circle cx="{value}" cy="4.5" r="1.7"/></svg>'
    )
