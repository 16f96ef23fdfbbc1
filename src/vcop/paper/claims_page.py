"""Judged claims for people: the verdicts in words, and below them every comparison with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from vcop.paper.claims import FAILS, HOLDS, OPEN, Claim, Finding, verdict
from vcop.paper.tables import Heading, page, points, prose

Judged = Sequence[tuple[Claim, list[Finding]]]
SIGNS = {HOLDS: "✓", FAILS: "✗", OPEN: "?"}
PLACES = {HOLDS: "above zero", OPEN: "around zero", FAILS: "below zero"}
LEGEND = (
    "C: Xu et al., CVPR 2019. T: Xiao et al., TMM 2020; its 16-8-3* is 16-8-3-hard here. Accuracies in percent; differences in "
    "points [95 % interval]."
)
HEADER = ["", "claimed higher", "claimed lower", "difference", "test videos", "verdict"]
STYLE = """\
h2 { font-size: 1.05rem; margin: 2rem 0 .2rem; } h2 small { font-weight: normal; color: #5b6675; margin-left: .4rem; }
table { width: 100%; } h2 + table { table-layout: fixed; margin-top: .4rem; font-size: .93rem; }
th, td { padding: .2rem .7rem .2rem 0; } td svg { vertical-align: middle; margin-right: .6rem; }
h2 + table th { width: 13%; } h2 + table th:nth-child(1) { width: 21%; } h2 + table th:nth-child(4) { width: 27%; }
.holds { color: #0b5cad; } .fails { color: #b34700; } .open { color: #5b6675; }
a { color: inherit; text-decoration-color: #c6ced8; text-underline-offset: 3px; }
"""
KINDS = {HOLDS: "holds", FAILS: "fails", OPEN: "open"}


def summary(judged: Judged) -> str:
    """How many claims have which verdict."""
    counts = Counter(verdict(findings) for _, findings in judged)
    return f"Of {len(judged)} claims {counts[HOLDS]} hold, {counts[FAILS]} do not hold, and {counts[OPEN]} cannot be told."


def words(findings: Sequence[Finding]) -> str:
    """What decides a claim: where its intervals lie, and its lowest difference."""
    lowest = min(findings, key=lambda f: f.difference.value)
    difference = points(*lowest.difference.numbers)
    if len(findings) == 1:
        return f"The interval lies {PLACES[lowest.verdict]}: {difference}."
    counts = Counter(f.verdict for f in findings)
    (first, count), *others = [(place, counts[v]) for v, place in PLACES.items() if counts[v]]
    share = f"{count} of {len(findings)}" if others else f"All {count}"
    lie = ", ".join([f"{share} intervals lie {first}", *(f"{count} {place}" for place, count in others)])
    return f"{lie}. The lowest difference is {difference}: {lowest.where}, {lowest.higher} against {lowest.lower}."


def markdown(heading: Heading, judged: Judged) -> str:
    """The page as Markdown."""
    lines = [f"# {heading.title}", "", heading.caption, "", f"*{heading.of}*", "", LEGEND, "", summary(judged), ""]
    lines += ["| claim | in | verdict | why |", "|---" * 4 + "|"]
    lines += [f"| {c.says} | {c.section} | {_signed(verdict(found))} | {words(found)} |" for c, found in judged]
    for claim, findings in judged:
        lines += ["", f"## {claim.says}", "", f"| {' | '.join(HEADER)} |", "|---" * len(HEADER) + "|"]
        lines += [f"| {' | '.join(_cells(f))} |" for f in findings]
    return "\n".join(lines) + "\n"


def html(heading: Heading, judged: Judged) -> str:
    """The page as HTML."""
    rows = [
        f'<tr><td><a href="#claim-{i}">{prose(c.says)}</a></td><td class="line">{escape(c.section)}</td>{_badge(verdict(found))}'
        f"<td>{prose(words(found))}</td></tr>"
        for i, (c, found) in enumerate(judged, start=1)
    ]
    body = f"<p><b>{summary(judged)}</b></p>{_table(['claim', 'in', 'verdict', 'why'], rows)}"
    for i, (claim, findings) in enumerate(judged, start=1):
        body += f'<h2 id="claim-{i}">{prose(claim.says)}<small>{escape(claim.section)}</small></h2>{_findings(findings)}'
    return page(heading, LEGEND, body, STYLE)


def _findings(findings: Sequence[Finding]) -> str:
    """A claim's comparisons; their intervals are drawn on one scale."""
    reach = max(1.0, *(abs(v) for f in findings for v in (f.difference.low, f.difference.high)))
    rows = []
    for f in findings:
        where, higher, lower, difference, videos, _ = (prose(cell) for cell in _cells(f))
        cells = [where, higher, lower, f"{_drawing(f, reach)}{difference}", videos]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}{_badge(f.verdict)}</tr>")
    return _table(HEADER, rows)


def _cells(f: Finding) -> list[str]:
    """A comparison under HEADER."""
    d = f.difference
    videos = f"{d.n}" if f.shared == d.n else f"{d.n} ({f.shared} shared)"
    sides = [f"{f.higher} **{f.ours:.1f}**", f"{f.lower} **{f.base:.1f}**"]
    return [f.where, *sides, points(*d.numbers), videos, _signed(f.verdict)]


def _table(header: Sequence[str], rows: Sequence[str]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _signed(of: str) -> str:
    """A verdict with a sign: told without colour, too."""
    return f"{SIGNS[of]} {of}"


def _badge(of: str) -> str:
    return f'<td class="line {KINDS[of]}">{_signed(of)}</td>'


def _drawing(f: Finding, reach: float, width: int = 110) -> str:
    """An interval, its difference as a dot, and zero as an upright line."""
    low, value, high = (
        round(width / 2 * (1 + 0.94 * v / reach), 1) for v in (f.difference.low, f.difference.value, f.difference.high)
    )
    return (
        f'<svg class="{KINDS[f.verdict]}" width="{width}" height="12" aria-hidden="true" stroke="currentColor" fill="currentColor">'
        f'<line x1="{width / 2}" x2="{width / 2}" y1="0" y2="12" stroke="#c6ced8"/>'
        f'<line x1="{low}" x2="{high}" y1="6" y2="6" stroke-width="2"/><circle cx="{value}" cy="6" r="2.5"/></svg>'
    )
