"""Claims of both papers: how they are stated, and which runs they need."""

import re

import pytest
from support.hand_made import check_refused, draw

from vcop.paper.items.tmm2020_claims import CLAIMS, CONTROLS, CVPR2019, TMM2020


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("4-scratch", "tmm2020_claims: no result for order/c3d/16-8-4-scratch"),
        ("ucf101-2/c3d/random", "no result of split 2, seed 0 to compare it with"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_claims", results, tmp_path / "t", but), said, tmp_path, capsys)


def test_every_claim_says_where_the_papers_make_it():
    for claim in [*CVPR2019, *TMM2020]:
        assert re.match(r"[CT] (4|IV)", claim.section), claim.says
    assert all(claim.section.startswith("C ") for claim in CVPR2019)
    assert all(claim.section.startswith("T ") for claim in TMM2020)
    assert [claim.section for claim in CONTROLS] == ["our control"]


def test_claims_differ_and_are_whole_sentences():
    words = [claim.says for claim in CLAIMS]
    assert len(set(words)) == len(words)
    assert all(not text[0].islower() and text.endswith(".") for text in words)


def test_every_blank_of_a_comparison_is_filled():
    for claim in CLAIMS:
        blanks = {blank for pair in claim.pairs for side in pair for blank in re.findall(r"{(\w+)}", side)}
        assert blanks == set(claim.over), claim.says
        for pair in claim.pairs:
            assert pair[0] != pair[1]
