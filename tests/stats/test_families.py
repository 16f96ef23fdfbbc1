import math

import numpy as np
import pandas as pd
import pytest

from vcop.stats.estimates import estimate_mean
from vcop.stats.families import (
    class_intervals,
    group_draws,
    largest,
    mean_of,
    simultaneous_intervals,
    stratified_bootstrap,
)
from vcop.stats.proportions import wilson_interval
from vcop.stats.student import two_sided_t


def made(seed, accuracy=0.5, seeds=3, groups=60, seed_sd=0.0):
    """A setting on the same groups: what it gets right is drawn."""
    rng = np.random.default_rng(seed)
    names = [f"x/g{g}" for g in range(groups) for _ in range(4)]
    levels = rng.normal(accuracy, seed_sd, seeds)
    runs = {str(s): [pd.Series((rng.random(len(names)) < p).astype(float), index=names)] for s, p in enumerate(levels)}
    return estimate_mean(runs, len(names))


def test_draws_have_the_variance_of_the_groups_and_are_shared():
    a, b = made(0), made(1)
    draws = group_draws([a, b, a.minus(b)])
    assert draws.std(axis=0) == pytest.approx([math.sqrt(e.group_variance) for e in (a, b, a.minus(b))], rel=0.06)
    assert draws[:, 0] - draws[:, 1] == pytest.approx(draws[:, 2], abs=1e-5)
    assert group_draws([b])[:, 0] == pytest.approx(draws[:, 1], abs=1e-5)


def test_a_family_of_one_is_the_interval_itself():
    e = made(0).minus(made(1))
    (one,) = simultaneous_intervals([e])
    assert (one.value, one.low, one.high) == (e.value, *e.interval)


def test_a_family_is_between_its_intervals_and_bonferroni():
    family = [made(i).minus(made(i + 50)) for i in range(10)]
    for e, i in zip(family, simultaneous_intervals(family), strict=True):
        low, high = e.interval_at(0.05 / 10)
        assert low <= i.low < e.interval[0]
        assert e.interval[1] < i.high <= high


def test_the_same_number_many_times_costs_little():
    e = made(0, seeds=1)
    once, many = e.interval, simultaneous_intervals([e] * 10)[0]
    bonferroni = e.interval_at(0.005)
    assert many.high - many.low < 0.5 * (once[1] - once[0]) + 0.5 * (bonferroni[1] - bonferroni[0])


def test_estimates_without_an_error_have_no_narrower_intervals_together():
    """None right in two networks: no group differs from another, and yet the truth need not be 0."""
    none = estimate_mean({"0": [pd.Series(0.0, index=[f"x/g{g}" for g in range(20)])]}, 20)
    for i in simultaneous_intervals([none, none]):
        assert (i.low, i.high) == (0, none.interval[1])
        assert i.high > 5


def test_classes_whose_groups_are_equally_right_by_chance_have_intervals_all_the_same():
    """Two groups of two videos, one of each right: no variance between groups, and so none between videos either."""
    names = [f"{c}/g{g}" for c in "ab" for g in range(2) for _ in range(2)]
    scores = pd.Series([1.0, 0.0] * 4, index=names)
    parts = [scores[[name[0] == c for name in names]] for c in "ab"]
    for i in class_intervals([estimate_mean({"0": [part]}, 4) for part in parts]):
        assert 0 < i.low < 20 < i.value == 50 < 80 < i.high


def test_where_every_class_is_one_recording_its_videos_count_as_one():
    scores = [pd.Series(right, index=[f"{name}/one"] * 4) for name, right in (("a", [1.0, 1, 0, 0]), ("b", [1.0, 1, 1, 1]))]
    found = class_intervals([estimate_mean({"0": [part]}, 4) for part in scores])
    assert [(i.low, i.high) for i in found] == [wilson_interval(value, 1, two_sided_t(0.05, math.inf)) for value in (50, 100)]


def test_no_family_has_no_interval():
    assert simultaneous_intervals([]) == []


def test_the_largest_has_the_largest_bounds():
    one, other = simultaneous_intervals([made(0, 0.4), made(1, 0.6)])
    best = largest([one, other])
    assert (best.value, best.low, best.high) == (other.value, other.low, other.high)


def test_a_mean_of_settings_by_hand():
    """Independent seeds; the same groups on both sides, so that their effects add up."""
    a = made(0, seed_sd=0.1)
    m = mean_of([a, a])
    assert (m.value, m.n, m.seeds, m.share) == (a.value, 2 * a.n, 3, True)
    assert m.group_variance == pytest.approx(a.group_variance)
    assert m.seed_variance == pytest.approx(a.seed_variance / 2)
    with pytest.raises(ValueError, match="mean of the differences"):
        m.minus(a)


def test_the_stratified_bootstrap_agrees_with_the_model_where_seeds_are_many():
    cells = [made(i, seeds=30, seed_sd=0.1) for i in range(3)]
    low, high = stratified_bootstrap(cells)
    assert (low, high) == pytest.approx(mean_of(cells).interval, abs=0.6)
    with pytest.raises(ValueError, match="single settings"):
        stratified_bootstrap([mean_of(cells)])
