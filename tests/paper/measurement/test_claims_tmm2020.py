"""How TMM 2020's claims on order and retrieval are worded: most of the time, layers, alike, and controls of equal work."""

from vcop.paper.measurement.claims import ALIKE, MOST
from vcop.paper.measurement.claims_tmm2020 import ORDER, RETRIEVED


def test_most_of_the_time_is_not_all():
    for claim in [*ORDER, *RETRIEVED]:
        assert (claim.rule == MOST) == ("most of the time" in claim.words), claim.says
        assert (claim.rule == ALIKE) == ("no obvious change" in claim.words), claim.says


def test_middle_layers_are_held_against_all_others():
    (layers,) = (claim for claim in RETRIEVED if "layer 2 or 3" in claim.words)
    assert layers.pairs[0][0].endswith("/conv2|conv3")
    assert layers.over["layer"] == ("conv1", "conv4", "conv5")


def test_curricula_are_held_against_equal_work():
    controls = {base for claim in [*ORDER, *RETRIEVED] for _, base in claim.controls}
    assert controls == {"order/c3d/16-8-4-direct", "order/r3d/16-8-3-more", "retrieval/{dataset}/r3d/16-8-3-more/conv5"}
    assert [claim.says for claim in ORDER if claim.more_work] == [
        "Twice the epochs order clips better at an interval of 16, R3D."
    ]
