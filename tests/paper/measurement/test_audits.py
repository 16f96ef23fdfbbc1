"""Audits from a hand-made file: accuracies under each condition, and their changes."""

import pytest
from support.beyond_papers import AUDITED
from support.hand_made import write

from vcop.paper.measurement.audits import CONDITIONS, measure_conditions


def rows(names):
    right = {"a/1.avi": 4, "b/2.avi": 2}  # a video of class a is right under conditions where 4 of four are, or 3 and so on
    return [f"{name},{video},{int(AUDITED[name] + least >= 5)}" for name in names for video, least in right.items()]


def test_changes_are_against_the_plain_samples(tmp_path):
    path = tmp_path / "audit/r3d/16-8-3/seed-0.csv"
    write(path, "condition,video,right", rows(CONDITIONS))
    measured = measure_conditions([path])
    assert list(measured) == list(CONDITIONS)
    assert {name: m.value for name, m in measured.items()} == {
        "plain": 100, "still": 50, "grey": 100, "reversed": 0, "own-crops": 50, "shared-crop": 100,
    }  # fmt: skip
    assert measured["plain"].gain is None
    assert {name: m.gain.value for name, m in measured.items() if m.gain} == {
        "still": -50, "grey": 0, "reversed": -100, "own-crops": -50, "shared-crop": 0,
    }  # fmt: skip


def test_a_missing_condition_is_named(tmp_path):
    path = tmp_path / "audit/r3d/16-8-3/seed-0.csv"
    write(path, "condition,video,right", rows(name for name in CONDITIONS if name != "grey"))
    with pytest.raises(ValueError, match=r"seed-0\.csv: no rows of the condition 'grey': run `vcop audit` again"):
        measure_conditions([path])
