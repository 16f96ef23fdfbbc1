"""Judged claims for people: the verdicts in words, and below them every comparison with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import groupby

from vcop.paper.heading import Heading
from vcop.paper.measurement.claims import FAILS, HOLDS, OPEN, Claim, Comparison, claim_verdict
from vcop.paper.pages.tables import format_points, html_page, write_prose

Judged = Sequence[tuple[Claim, list[Comparison]]]
SIGNS = {HOLDS: "✓", FAILS: "✗", OPEN: "?"}
PLACES = {HOLDS: "above zero", OPEN: "around zero", FAILS: "below zero"}
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
HEADER = ["", "claimed higher", "claimed lower", "difference", "n", "verdict"]
STYLE = """\
h2 { font-size: 1.05rem; margin: 2rem 0 .2rem; } h2 small { font-weight: normal; color: #5b6675; margin-left: .4rem; }
table { width: 100%; } h2 + table { table-layout: fixed; margin-top: .4rem; font-size: .93rem; }
th, td { padding: .2rem .7rem .2rem 0; } td svg { vertical-align: middle; margin-right: .6rem; }
h2 + table th { width: 13%; } h2 + table th:nth-child(1) { width: 21%; } h2 + table th:nth-child(4) { width: 27%; }
tr.paper td { padding-top: .9rem; border-bottom: 1px solid #c6ced8; font-weight: 600; color: #1c2430; }
.holds { color: #0b5cad; } .fails { color: #b34700; } .open { color: #5b6675; }
a { color: inherit; text-decoration-color: #c6ced8; text-underline-offset: 3px; }
"""
KINDS = {HOLDS: "holds", FAILS: "fails", OPEN: "open"}


def claims_summary(judged: Judged) -> str:
    """How many claims have which verdict."""
    return f"Of {len(judged)} claims {_counted(judged)}."


def by_paper(judged: Judged) -> list[tuple[str, Judged]]:
    """The claims of each paper, after a line that counts them."""
    groups = groupby(judged, lambda one: PAPERS.get(one[0].section[0], "Not in the papers"))
    return [(f"{paper}: {_counted(group)}", group) for paper, of in groups for group in [list(of)]]


def _counted(judged: Judged) -> str:
    """The verdicts that there are."""
    counts = Counter(claim_verdict(findings) for _, findings in judged)
    return ", ".join(f"{n} {one if n == 1 else more}" for kind, (one, more) in COUNTED.items() if (n := counts[kind]))


def claim_words(findings: Sequence[Comparison]) -> str:
    """What decides a claim: where its intervals lie, and the lowest difference of those that decide."""
    said = claim_verdict(findings)
    lowest = min((f for f in findings if f.verdict == said), key=lambda f: f.difference.value)
    difference = _points(lowest)
    if len(findings) == 1:
        return f"The interval lies {PLACES[said]}: {difference}."
    counts = Counter(f.verdict for f in findings)
    (first, count), *others = [(place, counts[v]) for v, place in PLACES.items() if counts[v]]
    share, of = (f"{count} of {len(findings)}", f" {PLACES[said]}") if others else (f"All {count}", "")
    lie = ", ".join([f"{share} intervals lie {first}", *(f"{count} {place}" for place, count in others)])
    return f"{lie}. The lowest{of} is {difference}: {lowest.setting}, {lowest.higher} against {lowest.lower}."


def claims_markdown(heading: Heading, judged: Judged) -> str:
    """The page as Markdown."""
    lines = [
        f"# {heading.title}",
        "",
        heading.caption,
        "",
        f"*{heading.measured_on}*",
        "",
        LEGEND,
        "",
        claims_summary(judged),
        "",
    ]
    lines += ["| claim | in | verdict | why |", "|---" * 4 + "|"]
    for counted, group in by_paper(judged):
        lines += [f"| **{counted}** | | | |"]
        lines += [f"| {c.says} | {c.section} | {_signed(claim_verdict(found))} | {claim_words(found)} |" for c, found in group]
    for claim, findings in judged:
        lines += ["", f"## {claim.says}", "", f"| {' | '.join(HEADER)} |", "|---" * len(HEADER) + "|"]
        lines += [f"| {' | '.join(_cells(f))} |" for f in findings]
    return "\n".join(lines) + "\n"


def claims_html(heading: Heading, judged: Judged) -> str:
    """The page as HTML."""
    places = {claim.says: f"claim-{i}" for i, (claim, _) in enumerate(judged, start=1)}
    rows = []
    for counted, group in by_paper(judged):
        rows.append(f'<tr class="paper"><td colspan="4">{write_prose(counted)}</td></tr>')
        rows += [_line(places[claim.says], claim, found) for claim, found in group]
    body = f"<p><b>{claims_summary(judged)}</b></p>{_table(['claim', 'in', 'verdict', 'why'], rows)}"
    for claim, findings in judged:
        body += f'<h2 id="{places[claim.says]}">{write_prose(claim.says)}<small>{escape(claim.section)}</small></h2>{_findings(findings)}'
    return html_page(heading, LEGEND, body, STYLE)


def _line(place: str, claim: Claim, found: Sequence[Comparison]) -> str:
    """A claim in the list of all."""
    said = f'<td><a href="#{place}">{write_prose(claim.says)}</a></td><td class="line">{escape(claim.section)}</td>'
    return f"<tr>{said}{_badge(claim_verdict(found))}<td>{write_prose(claim_words(found))}</td></tr>"


def _findings(findings: Sequence[Comparison]) -> str:
    """A claim's comparisons; their intervals are drawn on one scale."""
    reach = max(1.0, *(abs(v) for f in findings for v in (f.difference.low, f.difference.high)))
    rows = []
    for f in findings:
        where, higher, lower, difference, videos, _ = (write_prose(cell) for cell in _cells(f))
        cells = [where, higher, lower, f"{_drawing(f, reach)}{difference}", videos]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}{_badge(f.verdict)}</tr>")
    return _table(HEADER, rows)


def _cells(f: Comparison) -> list[str]:
    """A comparison under HEADER."""
    d = f.difference
    videos = f"{d.n}" if f.shared == d.n else f"{d.n} ({f.shared} shared)"
    sides = [f"{name} **{round(value, 2):.1f}**" for name, value in ((f.higher, f.higher_accuracy), (f.lower, f.lower_accuracy))]
    return [f.setting, *sides, _points(f), videos, _signed(f.verdict)]


def _points(f: Comparison) -> str:
    """As the CSV has it: rounded once more, and not otherwise."""
    return format_points(*map(float, f.difference.texts))


def _table(header: Sequence[str], rows: Sequence[str]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _signed(of: str) -> str:
    """A verdict with a sign: told without colour, too."""
    return f"{SIGNS[of]} {of}"


def _badge(of: str) -> str:
    return f'<td class="line {KINDS[of]}">{_signed(of)}</td>'


def _drawing(f: Comparison, reach: float, width: int = 110) -> str:
    """An interval, its difference as a dot, and zero as an upright line."""
    low, value, high = (
        round(width / 2 * (1 + 0.94 * v / reach), 1) for v in (f.difference.low, f.difference.value, f.difference.high)
    )
    return (
        f'<svg class="{KINDS[f.verdict]}" width="{width}" height="12" aria-hidden="true" stroke="currentColor" fill="currentColor">'
        f'<line x1="{width / 2}" x2="{width / 2}" y1="0" y2="12" stroke="#c6ced8"/>'
        f'<line x1="{low}" x2="{high}" y1="6" y2="6" stroke-width="2"/><circle cx="{value}" cy="6" r="2.5"/></svg>'
    )
