"""Page of the judged claims: the verdicts in words, and below them every comparison with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import FAILS, HOLDS, OPEN, Claim, Comparison, claim_verdict
from vcop.paper.pages.markdown import heading_lines, table_lines
from vcop.paper.pages.tables import format_points
from vcop.paper.pages.web_page import html_page, prose_html

Judged = Sequence[tuple[Claim, list[Comparison]]]  # claims with their comparisons
SIGNS = {HOLDS: "✓", FAILS: "✗", OPEN: "?"}
POSITIONS = {HOLDS: "above zero", OPEN: "around zero", FAILS: "below zero"}  # of a difference's interval
PAPERS = {"C": "CVPR 2019", "T": "TMM 2020"}  # by the first letter of a claim's section
COUNTED = {
    HOLDS: ("holds", "hold"),
    FAILS: ("does not hold", "do not hold"),
    OPEN: ("cannot be told", "cannot be told"),
}
LEGEND = (
    "C: Xu et al., CVPR 2019. T: Xiao et al., TMM 2020; its 16-8-3* is 16-8-3-hard here. Accuracies in percent; differences in "
    "points [95 % interval]; n: test videos, or test questions."
)
CONTENTS = ["claim", "in", "verdict", "why"]
HEADER = ["", "claimed higher", "claimed lower", "difference", "n", "verdict"]
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
CSS_CLASSES = {HOLDS: "holds", FAILS: "fails", OPEN: "open"}


def claims_summary(judged: Judged) -> str:
    """Return a sentence that counts the claims by verdict."""
    return f"Of {len(judged)} claims {_counts(judged)}."


def by_paper(judged: Judged) -> list[tuple[str, Judged]]:
    """Return the claims of each paper, after a line that counts them."""
    groups = groupby(judged, lambda pair: PAPERS.get(pair[0].section[0], "Not in the papers"))
    return [(f"{paper}: {_counts(claims)}", claims) for paper, group in groups for claims in [list(group)]]


def _counts(judged: Judged) -> str:
    """Return the numbers of claims by verdict, without verdicts that no claim has."""
    counts = Counter(claim_verdict(compared) for _, compared in judged)
    return ", ".join(f"{n} {one if n == 1 else more}" for verdict, (one, more) in COUNTED.items() if (n := counts[verdict]))


def claim_words(compared: Sequence[Comparison]) -> str:
    """Return why a claim has its verdict: where the intervals lie, and the lowest difference among those that decide."""
    verdict = claim_verdict(compared)
    lowest = min((c for c in compared if c.verdict == verdict), key=lambda c: c.difference.value)
    if len(compared) == 1:
        return f"The interval lies {POSITIONS[verdict]}: {_points(lowest)}."
    counts = Counter(c.verdict for c in compared)
    (first, count), *others = [(position, counts[v]) for v, position in POSITIONS.items() if counts[v]]
    share, which = (f"{count} of {len(compared)}", f" {POSITIONS[verdict]}") if others else (f"All {count}", "")
    lie = ", ".join([f"{share} intervals lie {first}", *(f"{n} {position}" for position, n in others)])
    return f"{lie}. The lowest{which} is {_points(lowest)}: {lowest.setting}, {lowest.higher} against {lowest.lower}."


def claims_markdown(heading: Heading, judged: Judged) -> str:
    """Return the page as Markdown."""
    lines = heading_lines(heading, LEGEND, claims_summary(judged)) + table_lines(CONTENTS, [])
    for counts, group in by_paper(judged):
        lines += [f"| **{counts}** | | | |"]
        lines += [f"| {c.says} | {c.section} | {_signed(claim_verdict(rows))} | {claim_words(rows)} |" for c, rows in group]
    for claim, compared in judged:
        lines += ["", f"## {claim.says}", "", *table_lines(HEADER, map(_cells, compared))]
    return "\n".join(lines) + "\n"


def claims_html(heading: Heading, judged: Judged) -> str:
    """Return the page as HTML."""
    anchors = {claim.says: f"claim-{i}" for i, (claim, _) in enumerate(judged, start=1)}
    rows = []
    for counts, group in by_paper(judged):
        rows.append(f'<tr class="paper"><td colspan="4">{prose_html(counts)}</td></tr>')
        rows += [_claim_row(anchors[claim.says], claim, compared) for claim, compared in group]
    body = f"<p><b>{claims_summary(judged)}</b></p>{_table(CONTENTS, rows)}"
    for claim, compared in judged:
        title = f"{prose_html(claim.says)}<small>{escape(claim.section)}</small>"
        body += f'<h2 id="{anchors[claim.says]}">{title}</h2>{_comparison_table(compared)}'
    return html_page(heading, LEGEND, body, STYLE)


def _claim_row(anchor: str, claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return the row of a claim in the list of all claims."""
    sentence = f'<td><a href="#{anchor}">{prose_html(claim.says)}</a></td><td class="line">{escape(claim.section)}</td>'
    return f"<tr>{sentence}{_verdict_cell(claim_verdict(compared))}<td>{prose_html(claim_words(compared))}</td></tr>"


def _comparison_table(compared: Sequence[Comparison]) -> str:
    """Return the table of a claim's comparisons, whose intervals are drawn on one scale."""
    reach = max(1.0, *(abs(v) for c in compared for v in (c.difference.low, c.difference.high)))
    rows = []
    for c in compared:
        setting, higher, lower, difference, videos, _ = (prose_html(cell) for cell in _cells(c))
        cells = [setting, higher, lower, f"{_drawing(c, reach)}{difference}", videos]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}{_verdict_cell(c.verdict)}</tr>")
    return _table(HEADER, rows)


def _cells(c: Comparison) -> list[str]:
    """Return the cells of a comparison under HEADER."""
    n = c.difference.n
    videos = f"{n}" if c.shared == n else f"{n} ({c.shared} shared)"
    accuracies = ((c.higher, c.higher_accuracy), (c.lower, c.lower_accuracy))
    sides = [f"{name} **{round(value, 2):.1f}**" for name, value in accuracies]
    return [c.setting, *sides, _points(c), videos, _signed(c.verdict)]


def _points(c: Comparison) -> str:
    """Return the difference, rounded from the two decimals of the CSV so that both agree."""
    return format_points(*map(float, c.difference.texts))


def _table(header: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table as HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _signed(verdict: str) -> str:
    """Return a verdict with a sign, so that it can be recognised without colour."""
    return f"{SIGNS[verdict]} {verdict}"


def _verdict_cell(verdict: str) -> str:
    """Return a verdict as a coloured cell."""
    return f'<td class="line {CSS_CLASSES[verdict]}">{_signed(verdict)}</td>'


def _drawing(c: Comparison, reach: float, width: int = 110) -> str:
    """Return a drawing of the interval, with the difference as a dot and zero as an upright line."""
    low, value, high = (
        round(width / 2 * (1 + 0.94 * v / reach), 1) for v in (c.difference.low, c.difference.value, c.difference.high)
    )
    color = f'class="{CSS_CLASSES[c.verdict]}"'
    return (
        f'<svg {color} width="{width}" height="12" aria-hidden="true" stroke="currentColor" fill="currentColor">'
        f'<line x1="{width / 2}" x2="{width / 2}" y1="0" y2="12" stroke="#c6ced8"/>'
        f'<line x1="{low}" x2="{high}" y1="6" y2="6" stroke-width="2"/><circle cx="{value}" cy="6" r="2.5"/></svg>'
    )
