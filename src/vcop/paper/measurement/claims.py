"""Claims of the papers: what they say, the rule that decides each, and the verdict on our numbers and on the papers' own.

A *claim* is a sentence such as "pretrained weights retrieve clips better than random ones". It is taken apart into *comparisons*: two
settings, for every network, data set and k that the sentence speaks of. Each comparison is a difference of accuracies with two 95 %
intervals: its *own*, and a wider *joint* one. All joint intervals of a claim together contain their true differences in 95 % of all
studies (min-p, ``vcop.stats.families``). The rule says what the sentence says:

- ALL: every difference is above zero. The claim holds if every own interval lies above zero: all of them must be right, so that it
  holds wrongly in fewer than 5 % of studies, however many there are (intersection-union test). It does not hold if one
  joint interval lies below zero: of thirty own intervals one may lie there by chance.
- MOST: more than half of the differences are above zero. It holds if more than half of the joint intervals lie above zero, and does
  not hold if half of them or more lie below.
- ALIKE: every difference is smaller than a margin, either way. It holds if every own interval lies within the margin, and does not
  hold if one joint interval lies beyond it.

Otherwise we *cannot tell*. Nor can we tell, whatever the intervals, if a number is of one seed alone, if the side that did better had
more work (``work``), or if the sample-based curriculum dropped no video.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from vcop.paper.measurement.printed import Printed
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.work import Work

HOLDS, FAILS, OPEN = "holds", "does not hold", "cannot tell"
ALL, MOST, ALIKE = "all", "most", "alike"
CHANCE = "chance"
ONE_SEED, UNEQUAL_WORK, NONE_DROPPED, UNCERTAIN = "one seed", "unequal work", "no video was dropped", "too wide intervals"
BORNE_OUT, NOT_BORNE_OUT, UNPRINTED = "yes", "no", "not printed"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the papers that result files can decide.

    Attributes:
        says: The sentence, as we understand it.
        words: The papers' words, quoted; empty for our own controls.
        section: Where the papers say it: C for CVPR 2019, T for TMM 2020.
        pairs: The setting whose accuracy the sentence says is higher, and the setting that it is compared with. Settings are
            paths of results below results/, without split, seed and ending. {name} stands for each value of ``over``. Names
            joined by | in the first path: the best of them counts. The second path may end in "chance": the accuracy
            of a guess at the first one's task. A data set with a split, as in ucf101-1, is that split alone.
        controls: Pairs of equal work that decide in place of ``pairs``, which are shown only.
        over: Values of the names in ``pairs`` and ``controls``; every combination is compared.
        averaged: Names of ``over`` over whose values differences are averaged before they are judged; "k" for the neighbours.
        ks: For retrieval: the numbers of nearest neighbours.
        level: For retrieval: "clip" or "video".
        rule: ALL, MOST or ALIKE.
        margin: For ALIKE: how many percentage points count as alike.
        more_work: Whether the sentence itself is about more work, so that unequal work is no objection.
        clips_alone: Whether sides that saw as many clips had equal work, whatever their epochs: where samples of the two sides, or of a
            curriculum's steps, have different numbers of clips.
    """

    says: str
    section: str
    pairs: Sequence[tuple[str, str]]
    words: str = ""
    controls: Sequence[tuple[str, str]] = ()
    over: Mapping[str, Sequence[str]] = field(default_factory=dict)
    averaged: Sequence[str] = ()
    ks: Sequence[int] = (1, 5, 10, 20, 50)
    level: str = "clip"
    rule: str = ALL
    margin: float = 0.0
    more_work: bool = False
    clips_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One comparison of a claim.

    Attributes:
        setting: What both sides have in common, for people, such as "UCF101, C3D, top 20".
        higher: What the side has that the claim says is better, such as "16-8-3".
        lower: What the other side has.
        higher_accuracy: Accuracy of the first side in percent.
        lower_accuracy: Accuracy of the other side in percent.
        difference: Their difference in percentage points, with its own 95 % interval.
        joint: The joint interval of the difference, together with those of all comparisons that decide the claim.
        shared: How many of the difference's n videos or questions are tested on both sides.
        work: Work behind both sides; None where it is not to be compared, as with random weights.
        dropped: How many videos the sample-based curriculum dropped in each seed; empty without it.
        printed: The papers' numbers of both sides; None if they do not print both.
        decides: Whether it decides the claim; if not, a control of equal work decides in its place.
    """

    setting: str
    higher: str
    lower: str
    higher_accuracy: float
    lower_accuracy: float
    difference: Measured
    joint: tuple[float, float]
    shared: int
    work: tuple[Work, Work] | None = None
    dropped: tuple[int, ...] = ()
    printed: Printed | None = None
    decides: bool = True


@dataclass(frozen=True)
class Verdict:
    """HOLDS, FAILS or OPEN, and what is in the way if it is OPEN."""

    says: str
    because: str = ""


def comparison_verdict(claim: Claim, c: Comparison) -> Verdict:
    """Return what one comparison contributes to the claim's verdict, by the claim's rule."""
    says = _by_intervals(claim, c)
    if c.dropped and not all(c.dropped):
        return Verdict(OPEN, NONE_DROPPED)
    if c.difference.seeds < 2:
        return Verdict(OPEN, ONE_SEED)
    if says == OPEN:
        return Verdict(OPEN, UNCERTAIN)
    return Verdict(OPEN, UNEQUAL_WORK) if _favoured(claim, c, says) else Verdict(says)


def claim_verdict(claim: Claim, compared: Sequence[Comparison]) -> Verdict:
    """Return the verdict on a claim, by its rule and the comparisons that decide."""
    single = [comparison_verdict(claim, c) for c in compared if c.decides]
    hold, fail = (sum(verdict.says == says for verdict in single) for says in (HOLDS, FAILS))
    if hold >= needed_comparisons(claim, len(single)):
        return Verdict(HOLDS)
    if fail > len(single) - needed_comparisons(claim, len(single)):
        return Verdict(FAILS)
    reasons = {verdict.because for verdict in single}
    order = (NONE_DROPPED, ONE_SEED, UNEQUAL_WORK, UNCERTAIN)
    return Verdict(OPEN, next(reason for reason in order if reason in reasons))


def printed_verdict(claim: Claim, compared: Sequence[Comparison]) -> str:
    """Return whether the papers' own printed numbers bear the claim out, by the same rule: BORNE_OUT, NOT_BORNE_OUT, UNPRINTED."""
    told = [bears_out(claim, c.printed) for c in compared if c.printed]
    if not told:
        return UNPRINTED
    return BORNE_OUT if sum(told) >= needed_comparisons(claim, len(told)) else NOT_BORNE_OUT


def bears_out(claim: Claim, printed: Printed) -> bool:
    """Return whether a printed difference is as the claim says, whatever its error."""
    return abs(printed.difference) <= claim.margin if claim.rule == ALIKE else printed.difference > 0


def needed_comparisons(claim: Claim, count: int) -> int:
    """Return how many of ``count`` comparisons must be as the claim says."""
    return count // 2 + 1 if claim.rule == MOST else count


def _by_intervals(claim: Claim, c: Comparison) -> str:
    """Return HOLDS, FAILS or OPEN by the intervals alone. MOST needs joint intervals on both sides, as it counts them."""
    own, joint = (c.difference.low, c.difference.high), c.joint
    if claim.rule == ALIKE:
        if -claim.margin <= own[0] and own[1] <= claim.margin:
            return HOLDS
        return FAILS if joint[0] > claim.margin or joint[1] < -claim.margin else OPEN
    above = joint[0] if claim.rule == MOST else own[0]
    return HOLDS if above > 0 else FAILS if joint[1] < 0 else OPEN


def _favoured(claim: Claim, c: Comparison, says: str) -> bool:
    """Return whether the side that did better had more work, so that its work may be the reason."""
    if c.work is None or claim.more_work:
        return False
    exceeds = partial(Work.exceeds, clips_alone=claim.clips_alone)
    higher, lower = c.work
    if claim.rule == ALIKE:
        return exceeds(higher, lower) or exceeds(lower, higher)
    return exceeds(higher, lower) if says == HOLDS else exceeds(lower, higher)
