"""How CVPR 2019's claims are worded: for all, from k = 5, on the mean."""

from vcop.paper.measurement.claims import ALL
from vcop.paper.measurement.claims_cvpr2019 import CVPR2019


def test_the_text_excepts_the_first_neighbour():
    """C 4.1: "for k=1, the self-supervised trained 3D CNNs do not show noticeable improvement"."""
    (clips,) = (claim for claim in CVPR2019 if "Tables 2, 3" in claim.section)
    assert clips.ks == (5, 10, 20, 50)


def test_slightly_better_is_of_the_mean():
    (figure5,) = (claim for claim in CVPR2019 if "slightly" in claim.words)
    assert set(figure5.averaged) == {"dataset", "k"}
    assert [claim for claim in CVPR2019 if claim.averaged] == [figure5]


def test_nothing_in_this_paper_is_said_of_most():
    assert {claim.rule for claim in CVPR2019} == {ALL}
