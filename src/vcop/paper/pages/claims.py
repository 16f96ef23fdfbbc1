"""Page of the judged claims: a summary, all verdicts in words, and below them every claim with its comparisons and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import (
    FAILS,
    HOLDS,
    OPEN,
    Claim,
    Comparison,
    claim_verdict,
    comparison_verdict,
)
from vcop.paper.pages.claim_words import (
    Judged,
    claim_words,
    claims_summary,
    count_verdicts,
    points_of,
    printed_words,
    rule_sentence,
)
from vcop.paper.pages.markdown import heading_lines, table_lines
from vcop.paper.pages.web_page import FILTER, html_page, prose_html, scrolling

SIGNS = {HOLDS: "✓", FAILS: "✗", OPEN: "?"}
PAPERS = {"C": "CVPR 2019", "T": "TMM 2020"}  # by the first letter of a claim's section
LEGEND = (
    "C: Xu et al., CVPR 2019. T: Xiao et al., TMM 2020; its 16-8-3* is 16-8-3-hard here; 16-8-4-direct and 16-8-3-more are our controls of "
    "equal work. Accuracies in percent; differences in points [own 95 % interval]; joint: the interval that holds together with all others "
    "of the claim; n: test videos, or test questions; printed: the papers' difference ± its error over test videos."
)
CONTENTS = ["claim", "in", "verdict", "why", "borne out by the printed numbers"]
HEADER = ["", "claimed higher", "claimed lower", "difference", "joint", "n", "printed", "verdict"]
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
QUOTE = ' class="quote"'
CSS_CLASSES = {HOLDS: "holds", FAILS: "fails", OPEN: "open"}


def by_paper(judged: Judged) -> list[tuple[str, Judged]]:
    """Return the claims of each paper, after a line that counts them."""
    groups = groupby(judged, lambda pair: PAPERS.get(pair[0].section[0], "Not in the papers"))
    return [(f"{paper}: {count_verdicts(claims)}", claims) for paper, group in groups for claims in [list(group)]]


def claims_markdown(heading: Heading, judged: Judged, legend: str = LEGEND) -> str:
    """Return the page as Markdown."""
    lines = heading_lines(heading, f"**{claims_summary(judged)}**", legend) + table_lines(CONTENTS, [])
    for counts, group in by_paper(judged):
        lines += [f"| **{counts}** | | | | |"]
        lines += ["| " + " | ".join([c.says, c.section, _verdict(c, rows), *_reasons(c, rows)]) + " |" for c, rows in group]
    for claim, compared in judged:
        lines += ["", f"## {claim.says}", ""]
        lines += [line for paragraph in claim_paragraphs(claim, compared) for line in (paragraph, "")]
        lines += table_lines(HEADER, (_cells(claim, c) for c in compared))
    return "\n".join(lines) + "\n"


def claims_html(heading: Heading, judged: Judged, legend: str = LEGEND) -> str:
    """Return the page as HTML."""
    anchors = {claim.says: f"claim-{i}" for i, (claim, _) in enumerate(judged, start=1)}
    rows = []
    for counts, group in by_paper(judged):
        rows.append(f'<tr class="paper unit-head"><td colspan="{len(CONTENTS)}">{prose_html(counts)}</td></tr>')
        rows += [_claim_row(anchors[claim.says], claim, compared) for claim, compared in group]
    body = f'<p><b>{escape(claims_summary(judged))}</b></p>{FILTER}{_table(CONTENTS, rows)}<p class="unit-head"></p>'
    for claim, compared in judged:
        title = f"{prose_html(claim.says)}<small>{escape(claim.section)}</small>"
        prose = "".join(
            f"<p{QUOTE * paragraph.startswith('“')}>{prose_html(paragraph)}</p>"
            for paragraph in claim_paragraphs(claim, compared)
        )
        compared_cells = _comparison_table(claim, compared)
        body += f'<section class="unit"><h2 id="{anchors[claim.says]}">{title}</h2>{prose}{compared_cells}</section>'
    return html_page(heading, legend, body, STYLE, claims_summary(judged))


def claim_paragraphs(claim: Claim, compared: Sequence[Comparison]) -> list[str]:
    """Return what stands between a claim and its comparisons: the papers' words, the rule, the verdict, and unequal work."""
    quote = [f"“{claim.words}”"] if claim.words else []
    control = ["The papers' own comparison is of unequal work: a control of equal work decides."] if claim.controls else []
    verdict = f"{rule_sentence(claim)} {_verdict(claim, compared)}: {claim_words(claim, compared)}"
    return [*quote, " ".join([*control, verdict]), *_work_lines(compared)]


def _work_lines(compared: Sequence[Comparison]) -> list[str]:
    """Return the work of both sides, once for each pair of settings whose work is not equal or that is a control."""
    has_control = any(not c.decides for c in compared)
    lines = [
        f"Work, mean over seeds: {c.higher} {c.work[0]}; {c.lower} {c.work[1]}."
        for c in compared
        if c.work and (has_control or c.work[0].exceeds(c.work[1]) or c.work[1].exceeds(c.work[0]))
    ]
    dropped = [f"Videos dropped in each seed: {', '.join(map(str, c.dropped))}." for c in compared if c.dropped]
    return list(dict.fromkeys([*lines, *dropped]))


def _reasons(claim: Claim, compared: Sequence[Comparison]) -> tuple[str, str]:
    """Return the last two cells under CONTENTS."""
    return claim_words(claim, compared), printed_words(claim, compared)


def _claim_row(anchor: str, claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return the row of a claim in the list of all claims."""
    sentence = f'<td><a href="#{anchor}">{prose_html(claim.says)}</a></td><td>{escape(claim.section)}</td>'
    verdict = _verdict_cell(claim_verdict(claim, compared).says)
    reasons = "".join(f"<td>{prose_html(text)}</td>" for text in _reasons(claim, compared))
    return f'<tr class="unit">{sentence}{verdict}{reasons}</tr>'


def _comparison_table(claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return the table of a claim's comparisons, whose intervals are drawn on one scale."""
    reach = max(1.0, *(abs(v) for c in compared for v in (c.difference.low, c.difference.high, *c.joint)))
    rows = []
    for c in compared:
        setting, higher, lower, difference, *more, verdict = (prose_html(cell) for cell in _cells(claim, c))
        kind = CSS_CLASSES[comparison_verdict(claim, c).says if c.decides else OPEN]
        cells = [setting, higher, lower, f"{_drawing(c, reach, kind)}{difference}", *more]
        rows.append(f'<tr>{"".join(f"<td>{cell}</td>" for cell in cells)}<td class="{kind}">{verdict}</td></tr>')
    return _table(HEADER, rows, ' class="cells"')


def _cells(claim: Claim, c: Comparison) -> list[str]:
    """Return the cells of a comparison under HEADER."""
    n = c.difference.n
    videos = f"{n}" if c.shared == n else f"{n} ({c.shared} shared)"
    accuracies = ((c.higher, c.higher_accuracy), (c.lower, c.lower_accuracy))
    sides = [f"{name} **{value:.1f}**" for name, value in accuracies]
    joint = f"{c.joint[0]:+z.1f} to {c.joint[1]:+z.1f}"
    printed = f"{c.printed.difference:+z.1f} ± {c.printed.error:.1f}" if c.printed else "–"
    verdict = comparison_verdict(claim, c)
    said = (
        f"{_signed(verdict.says)}{f': {verdict.because}' if verdict.because else ''}"
        if c.decides
        else "not counted: unequal work"
    )
    return [c.setting, *sides, points_of(c), joint, videos, printed, said]


def _table(header: Sequence[str], rows: Sequence[str], attributes: str = "") -> str:
    """Return a table as HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    return scrolling(f"<table{attributes}><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def _verdict(claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return a claim's verdict with its sign."""
    return _signed(claim_verdict(claim, compared).says)


def _signed(verdict: str) -> str:
    """Return a verdict with a sign, so that it can be recognised without colour."""
    return f"{SIGNS[verdict]} {verdict}"


def _verdict_cell(verdict: str) -> str:
    """Return a verdict as a coloured cell."""
    return f'<td class="line {CSS_CLASSES[verdict]}">{_signed(verdict)}</td>'


def _drawing(c: Comparison, reach: float, kind: str, width: int = 84) -> str:
    """Return a drawing of both intervals, the joint one thin, with the difference as a dot and zero as an upright line."""
    low, value, high, first, last = (
        round(width / 2 * (1 + 0.94 * v / reach), 1)
        for v in (c.difference.low, c.difference.value, c.difference.high, *c.joint)
    )
    return (
        f'<svg class="{kind}" width="{width}" height="12" aria-hidden="true" stroke="currentColor" fill="currentColor">'
        f'<line x1="{width / 2}" x2="{width / 2}" y1="0" y2="12" stroke="#c6ced8"/>'
        f'<line x1="{first}" x2="{last}" y1="6" y2="6" stroke-width="0.7"/>'
        f'<line x1="{low}" x2="{high}" y1="6" y2="6" stroke-width="2.4"/><circle cx="{value}" cy="6" r="2.7"/></svg>'
    )
