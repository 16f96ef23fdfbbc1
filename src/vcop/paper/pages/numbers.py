"""The papers' numbers beside ours for people: a list of items, and below it one long table whose headings stay in sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from vcop.paper.heading import Heading
from vcop.paper.measurement.reproduction import ABOVE, BELOW, UNPRINTED, WITHIN, NumberBesidePublished
from vcop.paper.pages.tables import format_points, html_page, write_prose

Lines = Mapping[str, list[NumberBesidePublished]]
PAPERS = {
    "cvpr2019": "CVPR 2019: Xu et al., Self-supervised Spatiotemporal Learning via Video Clip Order Prediction",
    "tmm2020": "TMM 2020: Xiao et al., Explore Video Clip Order with Self-Supervised and Curriculum Learning",
}
SIGNS = {ABOVE: "▲", WITHIN: "=", BELOW: "▼", UNPRINTED: ""}
LEGEND = (
    "Percent; differences in points [95 % interval]. ▲ ours lies above the paper's number, ▼ below, = the interval of ours holds "
    "it; drawn: the paper's number is the upright line, ours the dot, an item on one scale. n: test videos, in Table VI test "
    "questions. Hours: wall hours of the training loop, GPU (times GPUs) or, without one, CPU."
)
HEADER = ["row", "column", "paper", "ours", "difference [95 %]", "interval [95 %]", "seeds", "n", "commit", "hours"]
RIGHT = {"paper", "ours", "seeds", "n", "numbers", "printed", "= within", "▲ above", "▼ below"}
CONTENTS = ["item", "numbers", "printed", "= within", "▲ above", "▼ below"]
STYLE = """\
body { max-width: 78rem; padding: 0 1rem; font-size: 13px; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .2rem; }
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
th, td { padding: .08rem .9rem .08rem 0; } th { white-space: nowrap; } td { color: #1c2430; } .muted { color: #5b6675; } .right { text-align: right; }
table.all { width: 100%; } .all thead th { position: sticky; top: 0; z-index: 2; background: #fff; padding-top: .4rem; }
tr.item th { position: sticky; top: 1.7rem; z-index: 1; background: #eef1f5; padding: .25rem .5rem; border-color: #c6ced8; }
tbody { scroll-margin-top: 1.7rem; } tr.paper-name th { white-space: normal; font-size: 1.05rem; padding: 1.4rem 0 .3rem; }
tr.row td { border-top: 1px solid #dfe4ea; } td svg { vertical-align: middle; margin-right: .5rem; }
.above { color: #0b5cad; } .below { color: #b34700; } .within { color: #1c2430; }
a { color: inherit; text-decoration-color: #c6ced8; text-underline-offset: 3px; }
@media print { .all thead th, tr.item th { position: static; } }
"""


def count_verdicts(lines: Sequence[NumberBesidePublished]) -> list[int]:
    """Numbers, those the papers print, and how many of them lie within, above and below."""
    of = Counter(line.verdict for line in lines)
    return [len(lines), len(lines) - of[UNPRINTED], *(of[kind] for kind in (WITHIN, ABOVE, BELOW))]


def numbers_summary(lines: Lines) -> str:
    """All items in a sentence."""
    measured, printed, within, above, below = count_verdicts([line for found in lines.values() for line in found])
    return (
        f"{measured} numbers are measured. The papers print {printed} of them: of ours, {within} hold the paper's within their "
        f"interval, {above} lie above it, and {below} below."
    )


def numbers_markdown(heading: Heading, lines: Lines, task: str, titles: Mapping[str, str]) -> str:
    """The page as Markdown."""
    text = [
        f"# {heading.title}",
        "",
        heading.caption,
        "",
        f"*{heading.measured_on}*",
        "",
        LEGEND,
        "",
        numbers_summary(lines),
        "",
    ]
    text += [f"| {' | '.join(CONTENTS)} |", "|---" * len(CONTENTS) + "|"]
    text += [f"| [{titles[item]}](#{item}) | {' | '.join(map(str, count_verdicts(found)))} |" for item, found in lines.items()]
    for paper, items in _papers(lines):
        text += ["", f"## {_paper(paper, task)}"]
        for item in items:
            text += [
                "",
                f'### <a id="{item}"></a>{titles[item]}',
                "",
                f"| {' | '.join(HEADER)} |",
                "|---" * len(HEADER) + "|",
            ]
            text += [f"| {' | '.join(_cells(line))} |" for line in lines[item]]
    return "\n".join(text) + "\n"


def numbers_html(heading: Heading, lines: Lines, task: str, titles: Mapping[str, str]) -> str:
    """The page as HTML."""
    body = f"<p><b>{numbers_summary(lines)}</b></p>{_contents(lines, task, titles)}"
    body += f'<table class="all"><thead><tr>{"".join(map(_head, HEADER))}</tr></thead>'
    for paper, items in _papers(lines):
        body += (
            f'<tbody><tr class="paper-name"><th colspan="{len(HEADER)}">{write_prose(_paper(paper, task))}</th></tr></tbody>'
        )
        body += "".join(_item(item, titles[item], lines[item]) for item in items)
    return html_page(heading, LEGEND, f"{body}</table>", STYLE)


def _papers(lines: Lines) -> Iterator[tuple[str, list[str]]]:
    """The items by paper."""
    return ((paper, list(items)) for paper, items in groupby(lines, lambda item: item.split("_")[0]))


def _paper(paper: str, task: str) -> str:
    """The 2019 paper has one pretext task; the rows of the later one name theirs."""
    return f"{PAPERS[paper]}; pretext task {task}" if paper == "cvpr2019" else PAPERS[paper]


def _cells(line: NumberBesidePublished) -> list[str]:
    """A number under HEADER."""
    difference = f"{SIGNS[line.verdict]} {format_points(*line.difference)}" if line.difference else "–"
    ours, low, high = (f"{float(v):.1f}" for v in (line.measured, line.low, line.high))
    spent = [" ".join(line.cost.commits) or "–", line.cost.text]
    return [
        line.row,
        line.column,
        line.published or "–",
        f"**{ours}**",
        difference,
        f"[{low}, {high}]",
        line.seeds,
        line.n,
        *spent,
    ]


def _contents(lines: Lines, task: str, titles: Mapping[str, str]) -> str:
    """Where to find which item, and how its numbers compare."""
    rows = []
    for paper, items in _papers(lines):
        rows.append(f'<tr class="row"><td colspan="{len(CONTENTS)}"><b>{write_prose(_paper(paper, task))}</b></td></tr>')
        for item in items:
            numbers = "".join(f'<td class="right">{count or "–"}</td>' for count in count_verdicts(lines[item]))
            rows.append(f'<tr><td><a href="#{item}">{escape(titles[item])}</a></td>{numbers}</tr>')
    return f"<table><thead><tr>{''.join(map(_head, CONTENTS))}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _head(name: str) -> str:
    side = ' class="right"' if name in RIGHT else ""
    return f"<th{side}>{escape(name)}</th>"


def _item(item: str, title: str, lines: Sequence[NumberBesidePublished]) -> str:
    """An item's numbers; its differences are drawn on one scale."""
    reach = max([1.0, *(abs(v) for line in lines if line.difference for v in line.difference)])
    rows = [f'<tr class="item"><th colspan="{len(HEADER)}">{escape(title)}</th></tr>']
    for _, group in groupby(lines, lambda line: line.row):
        rows += _group(list(group), reach)
    return f'<tbody id="{item}">{"".join(rows)}</tbody>'


def _group(lines: Sequence[NumberBesidePublished], reach: float) -> Iterator[str]:
    """The columns of one row of an item: its name is said once, and so is what neighbours share in trainings."""
    name = f'<td rowspan="{len(lines)}">{write_prose(lines[0].row)}</td>'
    for _, equal in groupby(lines, lambda line: line.cost):
        first, *rest = same = list(equal)
        commits = " ".join(map(_one_line, first.cost.commits)) or "–"
        spent = "".join(
            f'<td class="muted" rowspan="{len(same)}">{text}</td>' for text in (commits, _one_line(first.cost.text))
        )
        begins = ' class="row"' if name else ""
        yield f"<tr{begins}>{name}{_numbers(first, reach)}{spent}</tr>"
        yield from (f"<tr>{_numbers(line, reach)}</tr>" for line in rest)
        name = ""


def _one_line(text: str) -> str:
    return f'<span class="line">{escape(text)}</span>'


def _numbers(line: NumberBesidePublished, reach: float) -> str:
    """What is a number's own."""
    _, column, paper, ours, difference, bounds, seeds, n, *_ = map(write_prose, _cells(line))
    drawn = f'<td class="line {line.verdict}">{_drawing(line, reach)}{difference}</td>'
    cells = f'<td class="line">{column}</td><td class="right muted">{paper}</td><td class="right">{ours}</td>{drawn}'
    return f'{cells}<td class="line muted">{bounds}</td><td class="right">{seeds}</td><td class="right">{n}</td>'


def _drawing(line: NumberBesidePublished, reach: float, width: int = 90) -> str:
    """The interval of ours, ours as a dot, and the paper's number as an upright line."""
    if line.difference is None:
        return ""
    value, low, high = (round(width / 2 * (1 + 0.94 * v / reach), 1) for v in line.difference)
    return (
        f'<svg width="{width}" height="9" aria-hidden="true" stroke="currentColor" fill="currentColor">'
        f'<path d="M{width / 2} 0v9" stroke="#9aa5b4"/><path d="M{low} 4.5H{high}" stroke-width="1.6"/>'
        f'<circle cx="{value}" cy="4.5" r="1.7"/></svg>'
    )
