import math

import pandas as pd
import pytest

from vcop.stats.estimates import estimate_mean
from vcop.stats.student import two_sided_t


def scores(values, stratum="x"):
    """Scores of groups: a list of each group's scores."""
    return pd.Series(
        [float(v) for group in values for v in group],
        index=[f"{stratum}/g{i}" for i, group in enumerate(values) for _ in group],
    )


def test_one_seed_by_hand():
    """Groups of two videos with the means 1, 0.5, 0.5, 0: variance 1/6, of the mean of four 1/24."""
    e = estimate_mean({"0": [scores([(1, 1), (1, 0), (0, 1), (0, 0)])]}, 8)
    assert (e.value, e.n, e.groups, e.seeds, e.spread) == (50, 8, 4, 1, None)
    assert e.standard_error == pytest.approx(100 / math.sqrt(24))
    assert e.df == 3


def test_groups_of_other_sizes_weigh_by_their_videos():
    """A ratio: 5 of 8 videos; residuals of the groups 4 - 4 * 5/8 = 1.5, -1.5 + ..., as in a textbook of survey sampling."""
    e = estimate_mean({"0": [scores([(1, 1, 1, 1), (1, 0), (0, 0)])]}, 8)
    residuals = [4 - 4 * 5 / 8, 1 - 2 * 5 / 8, 0 - 2 * 5 / 8]
    assert e.value == 62.5
    assert e.group_variance == pytest.approx(1.5 * 1e4 * sum(r * r for r in residuals) / 64)


def test_classes_are_not_drawn():
    """Two classes, one always right and one always wrong: other videos of the same classes would give 50 % again."""
    runs = {"0": [pd.concat([scores([(1,), (1,), (1,)], "a"), scores([(0,), (0,), (0,)], "b")])]}
    e = estimate_mean(runs, 6)
    assert (e.value, e.standard_error, e.df) == (50, 0, 4)


def test_seeds_by_hand():
    """All groups alike in a seed: the seeds' numbers 40, 50 and 60 vary by 10, their mean by 10 / sqrt(3)."""
    runs = {str(s): [scores([[1] * s + [0] * (10 - s)] * 5)] for s in (4, 5, 6)}
    e = estimate_mean(runs, 50)
    assert (e.value, e.spread, e.seeds) == (pytest.approx(50), pytest.approx(10), 3)
    assert e.standard_error == pytest.approx(10 / math.sqrt(3))
    assert e.df == pytest.approx(2)


def test_what_groups_do_to_seeds_counts_once():
    """Seeds of one number that differ in the groups only: the variance is that between groups, and no more."""
    runs = {"0": [scores([(1,), (0,), (1,), (0,)])], "1": [scores([(0,), (1,), (1,), (0,)])]}
    e = estimate_mean(runs, 4)
    assert (e.spread, e.seed_variance) == (0, 0)
    assert e.group_variance == pytest.approx(1e4 / 6 / 4)  # of the means 0.5, 0.5, 1, 0


def test_classes_are_not_drawn_where_one_side_has_more_groups():
    """One class always right, one always wrong; one side has groups g0 to g3 alone. Weights in the difference: -1/2 and 1/2."""
    four = [(1,)] * 4, [(0,)] * 4
    few = pd.concat([scores(four[0], "a"), scores(four[1], "b")])
    other = few.rename(lambda name: name.replace("g", "h"))
    both, one = estimate_mean({"0": [few, other]}, 16), estimate_mean({"0": [few]}, 8)
    difference = both.minus(one, apart=True)
    assert (difference.value, difference.standard_error, difference.groups, difference.df) == (0, 0, 16, 12)
    assert both.minus(one).standard_error > 10


def test_a_difference_of_equal_predictions_is_none():
    e = estimate_mean({"0": [scores([(1, 0), (1, 1)])], "1": [scores([(1, 0), (0, 1)])]}, 4)
    d = e.minus(e)
    assert (d.value, d.standard_error, d.interval) == (0, 0, (0, 0))


def test_a_difference_is_paired_by_seed():
    """Both sides fall by 20 from seed to seed: their difference does not."""
    low = {str(s): [scores([[1] * s + [0] * (10 - s)] * 5)] for s in (2, 4)}
    high = {str(s): [scores([[1] * (s + 3) + [0] * (7 - s)] * 5)] for s in (2, 4)}
    d = estimate_mean(high, 50).minus(estimate_mean(low, 50))
    assert d.value == pytest.approx(30)
    assert d.standard_error == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="same seeds on both sides, and these are 2, 4 and 2"):
        estimate_mean(high, 50).minus(estimate_mean({"2": low["2"]}, 50))


def test_the_interval_of_a_difference_is_symmetric():
    a = estimate_mean({"0": [scores([(1, 1), (1, 0), (1, 1), (0, 1), (1, 0)])]}, 10)
    d = a.minus(estimate_mean({"0": [scores([(0, 1), (1, 0), (0, 1), (0, 0), (1, 0)])]}, 10))
    low, high = d.interval
    assert high - d.value == d.value - low == pytest.approx(two_sided_t(0.05, 4) * d.standard_error)


def test_an_accuracy_stays_between_0_and_100():
    e = estimate_mean({"0": [scores([(1,)] + [(0,)] * 14)]}, 15)
    low, high = e.interval
    assert 0 < low < e.value < high < 40


def test_a_single_group_tells_almost_nothing():
    low, high = estimate_mean({"0": [scores([(1, 0, 1)])]}, 3).interval
    assert (low, high) == (pytest.approx(0, abs=5), pytest.approx(100, abs=5))
