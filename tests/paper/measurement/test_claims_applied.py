"""How TMM 2020's claims on recognition and questions are worded, and our controls."""

from vcop.paper.measurement.claims import ALIKE, MOST
from vcop.paper.measurement.claims_applied import APPLIED, CONTROLS
from vcop.paper.measurement.claims_tmm2020 import ALIKE_POINTS


def test_three_splits_are_held_against_the_first_within_a_margin():
    (splits,) = (claim for claim in APPLIED if claim.rule == ALIKE)
    assert "approximately the same" in splits.words
    assert splits.margin == ALIKE_POINTS == 2.0
    assert all(base == ours.replace("{dataset}", "{dataset}-1") for ours, base in splits.pairs)


def test_the_best_of_the_papers_tasks_begins_with_one_of_split_1():
    """Runs are paired with those of the first setting, and 16-8-3 alone has three splits."""
    (best,) = (claim for claim in APPLIED if "|" in claim.pairs[0][0])
    names = best.pairs[0][0].split("/")[3].split("|")
    assert names[0] != "16-8-3"
    assert sorted(names) == ["16-8-3", "16-8-4", "16-8-5"]


def test_controls_are_our_own():
    assert all(not claim.words for claim in CONTROLS)
    assert [claim.rule == MOST for claim in CONTROLS] == [True, False]
