"""Sentences about judged claims: how many hold, why each has its verdict, and whether the papers' own numbers bear it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vcop.paper.measurement.claims import (
    ALIKE,
    BORNE_OUT,
    FAILS,
    HOLDS,
    MOST,
    NONE_DROPPED,
    ONE_SEED,
    OPEN,
    UNCERTAIN,
    UNEQUAL_WORK,
    UNPRINTED,
    Claim,
    Comparison,
    bears_out,
    claim_verdict,
    comparison_verdict,
    printed_verdict,
)
from vcop.paper.pages.tables import format_points

Judged = Sequence[tuple[Claim, list[Comparison]]]  # claims with their comparisons
COUNTED = {
    HOLDS: ("holds", "hold"),
    FAILS: ("does not hold", "do not hold"),
    OPEN: ("cannot be told", "cannot be told"),
}
BECAUSE = {
    NONE_DROPPED: "In at least one seed the sample-based curriculum dropped no video, so that it was none.",
    ONE_SEED: "A number of one seed decides nothing: another training may differ by more than other test videos.",
    UNEQUAL_WORK: "One side had more work, which may be the reason, and there is no control of equal work.",
    UNCERTAIN: "The intervals are too wide to tell.",
}


def claims_summary(judged: Judged) -> str:
    """Return sentences that count the claims by verdict, the open ones by what is in the way, and those that the papers bear out."""
    reasons = Counter(verdict.because for claim, rows in judged if (verdict := claim_verdict(claim, rows)).says == OPEN)
    why = ", ".join(f"{n} for {reason}" for reason, n in reasons.most_common())
    ours = f"Of {len(judged)} claims {count_verdicts(judged)}{f' ({why})' if why else ''}."
    printed = Counter(printed_verdict(claim, rows) for claim, rows in judged)
    asked = len(judged) - printed[UNPRINTED]
    return (
        ours
        if not asked
        else f"{ours} The papers' own printed numbers bear out {printed[BORNE_OUT]} of the {asked} claims for which they print numbers."
    )


def count_verdicts(judged: Judged) -> str:
    """Return the numbers of claims by verdict, without verdicts that no claim has."""
    counts = Counter(claim_verdict(claim, rows).says for claim, rows in judged)
    return ", ".join(f"{n} {one if n == 1 else more}" for verdict, (one, more) in COUNTED.items() if (n := counts[verdict]))


def rule_sentence(claim: Claim) -> str:
    """Return what decides a claim."""
    if claim.rule == ALIKE:
        within = f"within {claim.margin:g} points of zero"
        return f"It holds if all own intervals lie {within}, and does not hold if one joint interval lies beyond."
    if claim.rule == MOST:
        return "It holds if more than half of the joint intervals lie above zero, and does not hold if half of them or more lie below."
    return "It holds if all own intervals lie above zero, and does not hold if one joint interval lies below."


def claim_words(claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return why a claim has its verdict: how many differences are as claimed, and what decides or is in the way."""
    verdict, deciding = claim_verdict(claim, compared), [c for c in compared if c.decides]
    if verdict.says == OPEN:
        return f"{count_as_claimed(claim, deciding)}. {BECAUSE[verdict.because]}"
    deciders = [c for c in deciding if comparison_verdict(claim, c).says == verdict.says]
    cited = (max if claim.rule == ALIKE else min)(deciders, key=lambda c: _distance(claim, c))
    if len(deciding) == 1:
        return f"The difference is {points_of(cited)}."
    which = f"The {'largest' if claim.rule == ALIKE else 'lowest'} is {points_of(cited)}"
    lie = _intervals(claim, verdict.says, len(deciders), len(deciding))
    return f"{count_as_claimed(claim, deciding)}. {lie} {which}: {cited.setting}, {cited.higher} against {cited.lower}."


def count_as_claimed(claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return how many of the differences are as claimed, whatever their intervals."""
    values = [c.difference.value for c in compared]
    if claim.rule == ALIKE:
        n, what = sum(abs(v) <= claim.margin for v in values), f"within {claim.margin:g} points"
    else:
        n, what = sum(v > 0 for v in values), "above zero"
    return f"{n} of {len(values)} {'difference is' if len(values) == 1 else 'differences are'} {what}"


def printed_words(claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return whether the papers' numbers bear a claim out: in how many cells, and where the difference exceeds its error."""
    told = [c.printed for c in compared if c.printed]
    if not told:
        return UNPRINTED
    cells = f"{sum(bears_out(claim, p) for p in told)} of {len(told)} cell{'s' * (len(told) > 1)}"
    if claim.rule == ALIKE:
        return f"{printed_verdict(claim, compared)}: {cells}"
    beyond = [p for p in told if p.beyond_error]
    below = sum(p.difference < 0 for p in beyond)
    return f"{printed_verdict(claim, compared)}: {cells}, {len(beyond)} beyond the error{f', {below} of them below zero' if below else ''}"


def points_of(c: Comparison) -> str:
    """Return the difference with its own interval."""
    return format_points(*c.difference.numbers)


def _distance(claim: Claim, c: Comparison) -> float:
    """Return what is cited of the comparisons that decide: the lowest difference, or the one farthest from zero."""
    return abs(c.difference.value) if claim.rule == ALIKE else c.difference.value


def _intervals(claim: Claim, verdict: str, count: int, total: int) -> str:
    """Return how many intervals decide, and where they lie."""
    which = "own" if verdict == HOLDS and claim.rule != MOST else "joint"
    where = {
        HOLDS: f"within {claim.margin:g} points" if claim.rule == ALIKE else "above zero",
        FAILS: f"beyond {claim.margin:g} points" if claim.rule == ALIKE else "below zero",
    }[verdict]
    share = f"All {count}" if count == total else f"{count} of {total}"
    return f"{share} {which} intervals lie {where}." if count > 1 else f"{share} {which} intervals lies {where}."
