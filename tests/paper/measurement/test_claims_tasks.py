"""Claims on pretext tasks: which are made of which tasks."""

import pytest

from vcop.paper.measurement.claims import ALL, MOST
from vcop.paper.measurement.claims_tasks import still_partner, task_claims


@pytest.mark.parametrize(
    ("task", "partner"),
    [
        ("16-8-3", "still-16-8-3"),
        ("verify-16-8-4", "verify_still-16-8-4"),
        ("still-16-8-3", ""),
        ("verify_still-16-8-3", ""),
        ("arrow-16", ""),
    ],
)
def test_clips_have_a_partner_of_still_clips(task, partner):
    assert still_partner(task) == partner


def test_the_claims_of_some_tasks():
    claims = task_claims(["16-8-3", "still-16-8-3", "arrow-16", "random_labels-16-10", "supervised-16"], ["r3d", "c3d"])
    chance, *stills = claims[:5]
    assert [own.split("/")[2] for own, _ in chance.pairs] == ["16-8-3", "still-16-8-3", "arrow-16", "supervised-16"]
    assert all(
        claim.rule == ALL and claim.pairs[0][0].replace("16-8-3", "still-16-8-3") == claim.pairs[0][1] for claim in stills
    )
    assert [len(claim.pairs) for claim in stills] == [1, 1, 1, 2]
    ranked = claims[5:]
    assert [claim.says for claim in ranked] == [
        "16-8-3 leaves better weights than random ones, by most measures.",
        "16-8-3 leaves better weights than still-16-8-3, by most measures.",
        "16-8-3 leaves better weights than arrow-16, by most measures.",
        "16-8-3 leaves better weights than random_labels-16-10, by most measures.",
        "supervised-16 leaves better weights than 16-8-3, by most measures.",
    ]
    assert all(claim.rule == MOST and len(claim.pairs) == 4 for claim in ranked)
    assert all(claim.over == {"network": ["r3d", "c3d"]} and claim.clips_alone for claim in claims)


def test_without_still_clips_none_are_compared():
    assert len(task_claims(["16-8-3", "arrow-16"], ["r3d"])) == 3
