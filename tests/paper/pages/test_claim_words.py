"""The sentences about claims, of comparisons made by hand."""

import pytest

from vcop.paper.measurement.claims import ALIKE, ALL, MOST, Claim, Comparison
from vcop.paper.measurement.printed import Printed
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.work import Work
from vcop.paper.pages.claim_words import claim_words, claims_summary, count_verdicts, printed_words, rule_sentence


def claim(rule=ALL, says="Order helps.", section="T IV-A"):
    return Claim(says=says, section=section, pairs=[], rule=rule, margin=2.0)


def finding(low, high, where="here", seeds=3, printed=None, **more):
    middle = (low + high) / 2
    known = {"setting": where, "higher": "16-8-4", "lower": "16-8-3", "higher_accuracy": 50 + middle, "lower_accuracy": 50.0}
    joint = (low - 0.5, high + 0.5)
    return Comparison(
        **known, difference=Measured(middle, low, high, 20, seeds=seeds), joint=joint, shared=20, printed=printed, **more
    )


YES, NO, AROUND = finding(1, 3, "a"), finding(-3, -1, "b"), finding(-9, 1, "c")


@pytest.mark.parametrize(
    ("rule", "compared", "said"),
    [
        (ALL, [YES], "The difference is +2.0 [+1.0, +3.0]."),
        (
            ALL,
            [YES, finding(2, 4)],
            (
                "2 of 2 differences are above zero. All 2 own intervals lie above zero. The lowest is +2.0 [+1.0, +3.0]: a, 16-8-4 against "
                "16-8-3."
            ),
        ),
        (ALL, [YES, AROUND], "1 of 2 differences are above zero. The intervals are too wide to tell."),
        (
            ALL,
            [YES, AROUND, NO],
            (
                "1 of 3 differences are above zero. 1 of 3 joint intervals lies below zero. The lowest is -2.0 [-3.0, -1.0]: b, 16-8-4 against "
                "16-8-3."
            ),
        ),
        (
            MOST,
            [YES, YES, NO],
            (
                "2 of 3 differences are above zero. 2 of 3 joint intervals lie above zero. The lowest is +2.0 [+1.0, +3.0]: a, 16-8-4 against "
                "16-8-3."
            ),
        ),
        (
            ALIKE,
            [finding(-1, 1), finding(0, 2, "a")],
            (
                "2 of 2 differences are within 2 points. All 2 own intervals lie within 2 points. The largest is +1.0 [+0.0, +2.0]: a, 16-8-4 "
                "against 16-8-3."
            ),
        ),
    ],
)
def test_why_a_claim_has_its_verdict(rule, compared, said):
    assert claim_words(claim(rule), compared) == said


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (finding(1, 3, seeds=1), "one seed decides nothing"),
        (finding(1, 3, work=(Work(20, 200), Work(10, 100))), "One side had more work"),
        (finding(1, 3, dropped=(4, 0)), "dropped no video"),
    ],
)
def test_what_is_in_the_way_is_said(compared, said):
    assert said in claim_words(claim(), [compared])


@pytest.mark.parametrize(
    ("rule", "printed", "said"),
    [
        (ALL, [Printed(55, 50, 2), Printed(51, 50, 2)], "yes: 2 of 2 cells, 1 beyond the error"),
        (ALL, [Printed(55, 50, 2), Printed(45, 50, 2)], "no: 1 of 2 cells, 2 beyond the error, 1 of them below zero"),
        (ALL, [Printed(49.5, 50, 2)], "no: 0 of 1 cell, 0 beyond the error"),
        (ALIKE, [Printed(51, 50, 2), Printed(50, 51, 2)], "yes: 2 of 2 cells"),
        (ALL, [None], "not printed"),
    ],
)
def test_the_papers_own_numbers_in_words(rule, printed, said):
    assert printed_words(claim(rule), [finding(1, 3, printed=p) for p in printed]) == said


def test_claims_are_counted():
    judged = [(claim(), [YES]), (claim(), [NO]), (claim(), [finding(1, 3, seeds=1)]), (claim(), [AROUND, AROUND])]
    assert count_verdicts(judged) == "1 holds, 1 does not hold, 2 cannot be told"
    judged[0] = (claim(), [finding(1, 3, printed=Printed(55, 50, 2))])
    assert claims_summary(judged) == (
        "Of 4 claims 1 holds, 1 does not hold, 2 cannot be told (1 for one seed, 1 for too wide intervals). The papers' own printed "
        "numbers bear out 1 of the 1 claims for which they print numbers."
    )


def test_claims_that_no_paper_prints_numbers_of_are_counted_alone():
    assert claims_summary([(claim(), [YES])]) == "Of 1 claims 1 holds."


def test_each_rule_is_a_sentence():
    assert "within 2 points of zero" in rule_sentence(claim(ALIKE))
    assert "more than half of the joint intervals" in rule_sentence(claim(MOST))
    assert "all own intervals lie above zero" in rule_sentence(claim())
