from pathlib import Path

import pandas as pd
import pytest
from support.hand_made import read, write

from vcop.paper.measurement.comparisons import (
    measure_classes,
    measure_runs,
    paired_runs,
    split_and_seed,
)
from vcop.paper.measurement.scores import correct_videos, estimate_scores, paired_difference
from vcop.paper.pages import tables
from vcop.stats.proportions import wilson_interval
from vcop.stats.student import two_sided_t


def scores(values, start=0):
    return pd.Series(values, index=[f"v{i + start}" for i in range(len(values))], dtype=float)


@pytest.mark.parametrize(
    ("path", "run"),
    [
        ("results/order/r3d/16-8-3-hard/seed-2.csv", ("1", "2")),
        ("results/retrieval/hmdb51/r3d/16-8-3/conv5-seed-10.csv", ("1", "10")),
        ("results/recognition/hmdb51-3/r3d/16-8-3/from-conv2/seed-0.csv", ("3", "0")),
        ("a-1/b/c/d/results/order/c3d/16-8-4/seed-0.csv", ("1", "0")),
    ],
)
def test_split_and_seed_stand_in_the_path(path, run):
    assert split_and_seed(Path(path)) == run


def test_a_file_of_no_seed_is_named():
    with pytest.raises(ValueError, match="history.csv is not the result of one seed"):
        split_and_seed(Path("results/pretrain/r3d/16-8-3/seed-0/history.csv"))


def files(weights, runs):
    return [Path(f"recognition/ucf101-{split}/r3d/{weights}/from-conv1/seed-{seed}.csv") for split, seed in runs]


def test_runs_are_paired_by_split_and_seed():
    ours, base = files("16-8-3", [(1, 0), (2, 0)]), files("random", [(2, 0), (3, 0), (1, 0)])
    assert paired_runs(ours, base) == files("random", [(1, 0), (2, 0)])
    with pytest.raises(ValueError, match="16-8-3/from-conv1/seed-1.csv: no result of split 1, seed 1 to compare it with"):
        paired_runs(files("16-8-3", [(1, 1)]), base)


def made(root, weights, shares):
    """Ten videos each of so many runs, by (split, seed)."""
    for path, share in zip(files(weights, shares), shares.values(), strict=True):
        rows = [f"{path.parts[1]}/v{i},0,0,{int(i < share)}" for i in range(10)]
        write(root / path, "video,class,predicted,right", rows)
    return [root / path for path in files(weights, shares)]


def test_seeds_spread_and_gain(tmp_path):
    """Seeds: (8 + 6) / 20 = 70 % and (4 + 6) / 20 = 50 %: 60 +- 14.14; random: 30 %; gains of each run: 6, 4, 2, 0 of 10."""
    ours = made(tmp_path, "16-8-3", {(1, 0): 8, (2, 0): 6, (1, 1): 4, (2, 1): 6})
    base = made(tmp_path, "random", {(2, 0): 2, (1, 0): 2, (1, 1): 2, (2, 1): 6})
    m = measure_runs(ours, correct_videos, base)
    assert (m.value, m.n, m.seeds) == (pytest.approx(60), 20, 2)
    assert m.spread == pytest.approx(14.142, abs=0.001)
    assert (m.gain.value, m.gain.n) == (pytest.approx(30), 20)
    one = measure_runs(ours[:2], correct_videos)
    assert (one.value, one.seeds, one.spread, one.gain) == (pytest.approx(70), 1, None, None)


def test_seeds_are_printed_where_there_are_several(tmp_path):
    """100 % and 50 % right: 75 with a standard deviation of 35.4."""
    for network in ("c3d", "r3d", "r21d"):
        for seed, share in ((0, 4), (1, 2)):
            rows = [f"v{i},0,0,{int(i < share)},0.5" for i in range(4)]
            write(tmp_path / f"order/{network}/16-8-3/seed-{seed}.csv", "video,order,predicted,right,probability", rows)
    from support.helpers import vcop

    words = ("--study", "s", "--task", "16-8-3", "--inputs", *sorted(tmp_path.rglob("seed-*.csv")))
    assert vcop("render", "cvpr2019_table1", *words, "--out", tmp_path / "t") == 0
    rows = read(tmp_path / "t.csv")
    assert list(rows[0]) == [*tables.HEADER, "seeds", "groups", "spread"]
    assert {(r["measured"], r["seeds"], r["spread"]) for r in rows} == {("75.00", "2", "35.355339")}
    for kind in ("md", "html"):
        assert "(4; 2 seeds, sd 35.4)" in (tmp_path / f"t.{kind}").read_text()


def test_a_difference_on_other_videos_is_unpaired():
    """30 of 100 against 20 of 100: 10 +- 1.96 sqrt(0.21 + 0.16) / 10, that is 11.9; half shared and alike, less."""

    def difference(ours, base):
        return estimate_scores({"0": [ours]}).minus(estimate_scores({"0": [base]}))

    ours, base = scores([1] * 30 + [0] * 70), scores([1] * 20 + [0] * 80, 100)
    e = difference(ours, base)
    low, high = e.interval
    assert (e.value, low, high) == (pytest.approx(10), pytest.approx(-1.9, abs=1.2), pytest.approx(21.9, abs=1.2))
    shared_low, shared_high = difference(ours, scores([1] * 20 + [0] * 80, 10)).interval
    assert shared_high - shared_low < high - low


def test_equal_scores_differ_by_nothing():
    """Exactly, however the sums are rounded: a verdict must not hang on the last bit."""
    same = scores([0.1, 0.7, 0.3] * 33)
    m = paired_difference([same], [same])
    assert (m.value, m.low, m.high) == (0, 0, 0)


def test_seeds_of_other_splits_are_refused(tmp_path):
    """Splits differ in difficulty, which would count as a difference between seeds."""
    ours = made(tmp_path, "16-8-3", {(1, 0): 8, (2, 0): 6, (1, 1): 4})
    with pytest.raises(
        ValueError, match="all seeds need the same number of splits, but seed 0 has 2, seed 1 has 1: add the missing results"
    ):
        measure_runs(ours, correct_videos)


def test_classes_share_their_design_effect():
    """Groups of three videos that are all alike: 15 videos are worth 5, whether none or all of a class are right."""
    shares = {"a": 0, "b": 2, "c": 5}  # of five groups
    names = [f"{c}/v_{c}_g{g:02d}_c{i:02d}.avi" for c in shares for g in range(5) for i in range(3)]
    right = [float(g < shares[c]) for c in shares for g in range(5) for _ in range(3)]
    found = measure_classes([pd.Series(right, index=names)])
    assert {c: (m.value, m.n, m.groups) for c, m in found.items()} == {"a": (0, 15, 5), "b": (40, 15, 5), "c": (100, 15, 5)}
    # b alone tells the effect: its variance 40 * 60 / 4, over 40 * 60 / 15 of fifteen independent videos.
    low, high = wilson_interval(40, 15 / 3.75, two_sided_t(0.05, 12))
    assert found["b"].numbers == pytest.approx((40, low, high))
    assert found["a"].low == 0 < found["a"].high == pytest.approx(100 - found["c"].low)
