import os

import numpy as np
import pandas as pd
import pytest

from vcop.paper.measurement.scores import correct_videos, group_runs, mean_interval, paired_difference, retrieval_at
from vcop.stats import wilson_interval


def scores(values, start=0):
    return pd.Series(values, index=[f"v{i + start}" for i in range(len(values))], dtype=float)


def test_a_mean_with_its_interval():
    m = mean_interval([scores([1] * 30 + [0] * 70)])
    assert (m.value, m.n) == (30.0, 100)
    # The normal approximation gives 30 +- 9.0.
    assert m.low == pytest.approx(21.0, abs=1.5)
    assert m.high == pytest.approx(39.0, abs=1.5)


def test_runs_are_averaged_and_videos_drawn_together():
    """Two seeds over the same videos are no more certain than one if they agree; splits of other videos are."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 2, 200), rng.integers(0, 2, 200)
    one, same = mean_interval([scores(a)]), mean_interval([scores(a), scores(a)])
    other = mean_interval([scores(a), scores(b, 200)])
    assert (same.value, same.n) == (one.value, 200)
    assert same.high - same.low == pytest.approx(one.high - one.low, rel=0.01)
    assert other.n == 400
    assert other.value == pytest.approx(50 * (a.mean() + b.mean()))
    assert other.high - other.low == pytest.approx((one.high - one.low) / np.sqrt(2), rel=0.15)


def test_splits_of_different_size_count_the_same():
    assert mean_interval([scores([1] * 10), scores([0] * 90, 10)]).value == 50


def test_a_difference_is_of_the_same_videos():
    """Of 100 videos, 30 are won and 10 lost: a mean of 0.20, and a standard error of sqrt(0.40 - 0.04) / 10 = 0.06."""
    ours, base = scores([1] * 30 + [0] * 10 + [1] * 60), scores([0] * 30 + [1] * 10 + [1] * 60)
    m = paired_difference([ours], [base.sample(frac=1, random_state=1)])
    assert (round(m.value, 9), m.n) == (20.0, 100)
    assert m.low == pytest.approx(20 - 1.96 * 6, abs=1.0)
    assert m.high == pytest.approx(20 + 1.96 * 6, abs=1.0)


def test_a_difference_of_equal_predictions_is_certain():
    """Unpaired, the two intervals would be 20 points wide."""
    same = scores([1, 0] * 50)
    m = paired_difference([same, same], [same, same])
    assert (m.low, m.value, m.high) == (0, 0, 0)


def test_a_difference_of_splits_counts_each_the_same():
    m = paired_difference([scores([1] * 10), scores([0] * 90, 10)], [scores([0] * 10), scores([0] * 90, 10)])
    assert (m.value, m.n) == (50, 100)


def test_a_difference_wants_the_same_videos_and_runs():
    with pytest.raises(ValueError, match="same test videos"):
        paired_difference([scores([1, 0])], [scores([1, 0], 1)])
    with pytest.raises(ValueError):
        paired_difference([scores([1]), scores([1])], [scores([1])])


def test_rank_to_accuracy_at_k(tmp_path):
    rows = ["level,video,clip,class,rank,first,second"]
    rows += ["clip,a,0,x,1,,", "clip,a,1,x,6,,", "clip,b,0,y,0,,", "clip,b,1,y,5,,", "video,a,0,x,2,,", "video,b,0,y,0,,"]
    (tmp_path / "r.csv").write_text("\n".join(rows))
    at = {k: retrieval_at(k, "clip")(tmp_path / "r.csv").to_dict() for k in (1, 5, 10)}
    assert at == {1: {"a": 0.5, "b": 0.0}, 5: {"a": 0.5, "b": 0.5}, 10: {"a": 1.0, "b": 0.5}}
    assert retrieval_at(50, "video")(tmp_path / "r.csv").to_dict() == {"a": 1.0, "b": 0.0}


def test_right_and_wrong(tmp_path):
    (tmp_path / "r.csv").write_text("video,class,predicted,right\na,0,0,1\nb,1,0,0\n")
    assert correct_videos(tmp_path / "r.csv").to_dict() == {"a": 1.0, "b": 0.0}


def test_files_of_one_setting_stand_together(tmp_path):
    paths = [tmp_path / f"recognition/ucf101-{s}/r3d/random/from-conv1/seed-{k}.csv" for s in (1, 2) for k in (0, 1)]
    assert {k: len(v) for k, v in group_runs(paths, r"recognition/([^/]+)-[123]/([^/]+)/").items()} == {("ucf101", "r3d"): 4}


def test_a_file_given_twice_counts_once(tmp_path):
    path = tmp_path / "order/r3d/16-8-3/seed-0.csv"
    assert group_runs([path, path], r"order/([^/]+)/") == {("r3d",): [path]}


def test_a_file_written_anew_is_read_anew(tmp_path):
    path = tmp_path / "r.csv"
    for rank, right, written in ((1, 1.0, 1), (0, 0.0, 2)):
        path.write_text(f"level,video,clip,class,rank,first,second\nclip,a,0,x,{rank},,\n")
        os.utime(path, ns=(written, written))
        assert retrieval_at(1, "clip")(path).to_dict() == {"a": right}


def test_all_right_or_all_wrong_is_no_certainty():
    for value in (0, 1):
        m = mean_interval([scores([value] * 15)])
        assert m.value == 100 * value
        assert (m.low, m.high) == pytest.approx(wilson_interval(100 * value, 15))
        assert 79 < max(m.high, 100 - m.low) <= 100
        assert 20 < m.high - m.low < 21
