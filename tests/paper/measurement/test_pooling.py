"""Variances between seeds that tell one another: of what, and what degrees of freedom are worth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from benchmarks.verdicts import Design, draw_study

from vcop.paper.measurement.judging import finish_rows, pool_seeds
from vcop.paper.measurement.pooling import independent_groups, pool_gains
from vcop.paper.measurement.scores import Measured
from vcop.stats.estimates import Effects, estimate_effects
from vcop.stats.moderation import moderate


@pytest.mark.parametrize(
    ("connected", "groups"),
    [
        ([{"c3d"}, {"r3d"}, {"r21d"}], 3),
        ([{"c3d"}, {"c3d"}, {"r3d"}], 2),
        ([{"c3d", "r3d"}, {"c3d", "r21d"}], 1),
        ([{"c3d"}, {"r3d"}, {"c3d", "r3d"}], 1),
        ([], 0),
    ],
)
def test_networks_that_a_comparison_connects_count_once(connected, groups):
    assert independent_groups(map(frozenset, connected)) == groups


def seeds_of(rows):
    """Variance of one seed's number, with what groups do to it, and degrees of freedom of what is left without it."""
    estimates = [row.differences[0] for row in rows]
    return [(3 * (e.seed_variance + e.interaction), e.seed_df) for e in estimates]


def with_seeds(row, variance):
    """The row with another variance between seeds, and with groups that do the same in every seed."""
    effects = row.differences[0].effects
    by_seed = row.differences[0].value + np.array([-1, 0, 1]) * np.sqrt(variance)
    by_group = effects.by_group.mul(0).add(effects.by_group.mean(axis=1), axis=0)
    changed = Effects(pd.Series(by_seed, index=effects.by_seed.index), by_group)
    return replace(row, differences=[estimate_effects(changed, row.n, share=False)])


@pytest.fixture
def rows():
    """Three networks, one measure, one comparison each; variances between seeds of 1, 2 and 9."""
    drawn = draw_study(np.random.default_rng(0), Design(sets=1, measures=1, groups=10), [0.0] * 3)
    return [with_seeds(row, variance) for row, variance in zip(drawn, (1, 2, 9), strict=True)]


def expected(variances, independent):
    moderated, dfs = moderate(np.array(variances, dtype=float), np.full(len(variances), 2.0), independent)
    return [pytest.approx(pair) for pair in zip(moderated, dfs, strict=True)]


def test_each_variance_is_moderated_by_those_of_its_measure(rows):
    other = [replace(row, measure="another") for row in rows[:2]]
    found = seeds_of(pool_seeds([*rows, *other]))
    assert found[:3] == expected([1, 2, 9], 3)
    assert found[3:] == expected([1, 2], 2)


def test_comparisons_of_one_network_count_once(rows):
    found = seeds_of(pool_seeds([*rows, rows[0]]))
    assert found == expected([1, 2, 9, 1], 3)
    assert all(df <= 3 * 2 for _, df in found)


def test_one_network_has_nothing_to_share(rows):
    same = [replace(row, networks=frozenset(["c3d"])) for row in rows]
    assert seeds_of(pool_seeds(same)) == seeds_of(rows)


def test_one_seed_stays_one_seed():
    drawn = draw_study(np.random.default_rng(0), Design(sets=1, measures=1, groups=10, seeds=1), [0.0] * 3)
    assert [v for v, _ in seeds_of(pool_seeds(drawn))] == [0, 0, 0]


def test_gains_of_a_column_share_their_variance_and_accuracies_do_not(rows):
    numbers = [
        (network, replace(Measured.of(row.differences[0]), gain=Measured.of(row.differences[0])))
        for network, row in zip(("c3d", "r3d", "r21d"), rows, strict=True)
    ]
    pooled = pool_gains([*numbers, ("c3d", Measured(10.0, 5.0, 15.0, 20))])
    found = [m.gain.estimate for m in pooled[:3]]
    assert [(3 * e.seed_variance, e.seed_df) for e in found] == expected([1, 2, 9], 3)
    for number, comparison in zip(pooled, finish_rows(rows), strict=False):  # the table and the claims page agree
        assert number.gain.numbers == pytest.approx(comparison.difference.numbers)
    assert [m.numbers for m in pooled] == [*(m.numbers for _, m in numbers), (10.0, 5.0, 15.0)]
    assert pooled[3].gain is None


def test_gains_over_the_same_trainings_tell_nothing_of_one_another(rows):
    """As those of T Table VI over the question alone."""
    numbers = [("question-only", replace(Measured(10.0, 5.0, 15.0, 20), gain=Measured.of(row.differences[0]))) for row in rows]
    for before, after in zip(numbers, pool_gains(numbers), strict=True):
        assert after.gain.numbers == before[1].gain.numbers
