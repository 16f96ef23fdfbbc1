import os

import numpy as np
import pandas as pd
import pytest

from vcop.paper.measurement.scores import (
    correct_videos,
    csv_number,
    group_runs,
    mean_interval,
    paired_difference,
    retrieval_at,
)


def scores(values, start=0):
    return pd.Series(values, index=[f"v{i + start}" for i in range(len(values))], dtype=float)


def test_a_mean_with_its_interval():
    m = mean_interval([scores([1] * 30 + [0] * 70)])
    assert (m.value, m.n) == (30.0, 100)
    # The normal approximation gives 30 +- 9.0.
    assert m.low == pytest.approx(21.0, abs=1.5)
    assert m.high == pytest.approx(39.0, abs=1.5)


def test_seeds_that_agree_say_no_more_than_one_about_the_videos():
    a = np.random.default_rng(0).integers(0, 2, 200)
    one, same = mean_interval([scores(a)]), mean_interval([scores(a), scores(a)])
    assert (same.value, same.n, same.seeds, same.spread) == (one.value, 200, 2, 0)
    assert same.numbers == pytest.approx(one.numbers)


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
    """Wilson's interval with t of 14 degrees of freedom: 2.145^2 / (15 + 2.145^2) = 23.5 %."""
    for value in (0, 1):
        m = mean_interval([scores([value] * 15)])
        assert m.value == 100 * value
        assert m.high - m.low == pytest.approx(23.47, abs=0.01)


def test_a_csv_holds_what_a_page_can_round():
    """7 / 94 = 7.4468 % is 7.4, not 7.5 by way of 7.45."""
    assert [csv_number(v) for v in (100 * 7 / 94, 75, -0.5, 12.3456)] == ["7.446809", "75.00", "-0.50", "12.3456"]
    assert f"{float(csv_number(100 * 7 / 94)):.1f}" == "7.4"


def test_several_tuples_of_a_video_are_one_score(tmp_path):
    (tmp_path / "r.csv").write_text("video,tuple,right\na,0,1\na,1,0\nb,0,1\nb,1,1\n")
    assert correct_videos(tmp_path / "r.csv").to_dict() == {"a": 0.5, "b": 1.0}
    assert correct_videos(tmp_path / "r.csv", tuple=0).to_dict() == {"a": 1.0, "b": 1.0}


def test_videos_of_a_group_are_one_draw():
    """Ten groups of five videos that are all alike say as much as ten videos, not as fifty."""
    names = [f"x/v_X_g{group:02d}_c{clip:02d}.avi" for group in range(10) for clip in range(5)]
    right = [float(group < 4) for group in range(10) for _ in range(5)]
    alike = mean_interval([pd.Series(right, index=names)])
    ten = mean_interval([scores([1] * 4 + [0] * 6)])
    assert (alike.n, alike.groups) == (50, 10)
    assert alike.numbers == pytest.approx(ten.numbers)
