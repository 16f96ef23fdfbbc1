"""The rules of claims, on comparisons made by hand."""

import pytest

from vcop.paper.measurement.claims import (
    ALIKE,
    ALL,
    BORNE_OUT,
    FAILS,
    HOLDS,
    MOST,
    NONE_DROPPED,
    NOT_BORNE_OUT,
    ONE_SEED,
    OPEN,
    UNCERTAIN,
    UNEQUAL_WORK,
    UNPRINTED,
    Claim,
    Comparison,
    Verdict,
    claim_verdict,
    comparison_verdict,
    needed_comparisons,
    printed_verdict,
)
from vcop.paper.measurement.printed import Printed
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.work import Work


def claim(rule=ALL, **more):
    return Claim(says="Four clips are harder.", section="T", pairs=[], rule=rule, margin=2.0, **more)


def finding(low, high, joint=None, seeds=3, **more):
    """A comparison with its own interval, and a joint one that is a point wider to each side if none is given."""
    middle = (low + high) / 2
    known = {"setting": "here", "higher": "16-8-4", "lower": "16-8-3", "higher_accuracy": 50 + middle, "lower_accuracy": 50.0}
    difference = Measured(middle, low, high, 20, seeds=seeds)
    return Comparison(**known, difference=difference, joint=joint or (low - 1, high + 1), shared=20, **more)


YES, BARELY, AROUND, BARELY_NOT, NO = finding(3, 5), finding(0.5, 5), finding(-1, 1), finding(-5, -0.5), finding(-5, -3)


@pytest.mark.parametrize(
    ("rule", "says"),
    [(ALL, (HOLDS, HOLDS, OPEN, OPEN, FAILS)), (MOST, (HOLDS, OPEN, OPEN, OPEN, FAILS))],
)
def test_own_intervals_hold_and_joint_ones_fail(rule, says):
    """Of all, every own interval must lie above zero, but one own interval below is not enough against it."""
    assert tuple(comparison_verdict(claim(rule), c).says for c in (YES, BARELY, AROUND, BARELY_NOT, NO)) == says


@pytest.mark.parametrize(
    ("low", "high", "joint", "says"),
    [
        (-1.9, 1.9, (-3, 3), HOLDS),
        (-2.1, 1.9, (-3, 3), OPEN),
        (2.1, 4, (1.9, 5), OPEN),
        (2.5, 4, (2.1, 5), FAILS),
        (-9, -3, (-10, -2.1), FAILS),
    ],
)
def test_alike_is_within_a_margin(low, high, joint, says):
    assert comparison_verdict(claim(ALIKE), finding(low, high, joint)).says == says


def test_an_interval_that_touches_zero_is_not_above():
    assert comparison_verdict(claim(), finding(0, 5)) == Verdict(OPEN, UNCERTAIN)
    assert comparison_verdict(claim(), finding(-5, -1, (-6, 0))) == Verdict(OPEN, UNCERTAIN)


@pytest.mark.parametrize("rule", [ALL, MOST, ALIKE])
def test_one_seed_decides_nothing(rule):
    for low, high in ((3, 5), (-5, -3), (-0.1, 0.1)):
        assert comparison_verdict(claim(rule), finding(low, high, seeds=1)) == Verdict(OPEN, ONE_SEED)


MORE, LESS = Work(44, 4400), Work(34, 3400)


@pytest.mark.parametrize(
    ("interval", "work", "expected"),
    [
        ((3, 5), (MORE, LESS), Verdict(OPEN, UNEQUAL_WORK)),
        ((3, 5), (LESS, MORE), Verdict(HOLDS)),
        ((3, 5), (MORE, MORE), Verdict(HOLDS)),
        ((-5, -3), (MORE, LESS), Verdict(FAILS)),
        ((-5, -3), (LESS, MORE), Verdict(OPEN, UNEQUAL_WORK)),
        ((-1, 1), (MORE, LESS), Verdict(OPEN, UNCERTAIN)),
    ],
)
def test_more_work_must_not_be_the_reason(interval, work, expected):
    assert comparison_verdict(claim(), finding(*interval, work=work)) == expected


def test_a_claim_about_more_work_is_decided():
    assert comparison_verdict(claim(more_work=True), finding(3, 5, work=(MORE, LESS))) == Verdict(HOLDS)


def test_equal_clips_may_be_equal_work():
    """MORE and LESS differ in epochs and in clips; between pretext tasks only clips count."""
    longer = Work(3 * LESS.epochs, LESS.clips)
    assert comparison_verdict(claim(), finding(3, 5, work=(longer, LESS))) == Verdict(OPEN, UNEQUAL_WORK)
    assert comparison_verdict(claim(clips_alone=True), finding(3, 5, work=(longer, LESS))) == Verdict(HOLDS)
    assert comparison_verdict(claim(clips_alone=True), finding(3, 5, work=(MORE, LESS))) == Verdict(OPEN, UNEQUAL_WORK)


def test_alike_needs_equal_work():
    assert comparison_verdict(claim(ALIKE), finding(-1, 1, work=(LESS, MORE))) == Verdict(OPEN, UNEQUAL_WORK)
    assert comparison_verdict(claim(ALIKE), finding(-1, 1, work=(MORE, MORE))) == Verdict(HOLDS)


def test_a_curriculum_that_drops_nothing_is_none():
    assert comparison_verdict(claim(), finding(3, 5, dropped=(7, 0, 3))) == Verdict(OPEN, NONE_DROPPED)
    assert comparison_verdict(claim(), finding(3, 5, dropped=(7, 2, 3))) == Verdict(HOLDS)


@pytest.mark.parametrize(
    ("rule", "compared", "says"),
    [
        (ALL, [YES, BARELY], HOLDS),
        (ALL, [YES, AROUND], OPEN),
        (ALL, [YES, AROUND, NO], FAILS),
        (MOST, [YES, YES, NO], HOLDS),
        (MOST, [YES, YES, NO, NO], FAILS),
        (MOST, [YES, YES, AROUND, NO], OPEN),
        (MOST, [YES, NO, NO], FAILS),
        (MOST, [YES, YES, YES, AROUND], HOLDS),
    ],
)
def test_a_claim_holds_as_its_words_say(rule, compared, says):
    assert claim_verdict(claim(rule), compared).says == says


def test_what_is_shown_only_decides_nothing():
    shown = finding(-9, -7, decides=False)
    assert claim_verdict(claim(), [shown, YES]) == Verdict(HOLDS)
    assert claim_verdict(claim(), [finding(7, 9, decides=False), AROUND]) == Verdict(OPEN, UNCERTAIN)


def test_what_is_most_in_the_way_is_named():
    work = finding(3, 5, work=(MORE, LESS))
    assert claim_verdict(claim(), [work, AROUND]).because == UNEQUAL_WORK
    assert claim_verdict(claim(), [work, finding(3, 5, seeds=1)]).because == ONE_SEED


def test_most_is_more_than_half():
    assert [needed_comparisons(claim(MOST), n) for n in (1, 2, 3, 30)] == [1, 2, 2, 16]
    assert [needed_comparisons(claim(), n) for n in (1, 30)] == [1, 30]


@pytest.mark.parametrize(
    ("rule", "differences", "said"),
    [
        (ALL, (1.0, 0.5), BORNE_OUT),
        (ALL, (1.0, 0.0), NOT_BORNE_OUT),
        (MOST, (1.0, 1.0, -1.0), BORNE_OUT),
        (MOST, (1.0, -1.0), NOT_BORNE_OUT),
        (ALIKE, (2.0, -2.0), BORNE_OUT),
        (ALIKE, (2.5,), NOT_BORNE_OUT),
        (ALL, (), UNPRINTED),
    ],
)
def test_the_papers_numbers_are_judged_by_the_same_words(rule, differences, said):
    compared = [finding(-1, 1, printed=Printed(50 + d, 50, 1.0)) for d in differences]
    assert printed_verdict(claim(rule), [*compared, AROUND]) == said
