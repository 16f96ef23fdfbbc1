"""A shared variance between seeds: what is pooled, what keeps its own, and what degrees of freedom are worth."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.verdicts import Design, draw_study

from vcop.paper.measurement.judging import finish_rows, pool_seeds
from vcop.paper.measurement.pooling import independent_groups, pool_gains
from vcop.paper.measurement.scores import Measured


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
    return [(row.differences[0].seed_variance, row.differences[0].seed_df) for row in rows]


@pytest.fixture
def rows():
    """Three networks, one measure, one comparison each; variances between seeds of 1, 2 and 9."""
    drawn = draw_study(np.random.default_rng(0), Design(sets=1, measures=1, groups=10), [0.0] * 3)
    return [
        replace(row, differences=[replace(row.differences[0], seed_variance=v, seed_df=2.0)])
        for row, v in zip(drawn, (1, 2, 9), strict=True)
    ]


def test_small_variances_are_replaced_by_the_mean_and_large_ones_stay(rows):
    assert seeds_of(pool_seeds(rows)) == [(4, 6), (4, 6), (9, 2)]


def test_measures_are_not_pooled_with_one_another(rows):
    other = [replace(row, measure="another") for row in rows[:2]]
    assert seeds_of(pool_seeds([*rows, *other]))[3:] == [(1.5, 4), (2, 2)]


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
    assert [(m.gain.estimate.seed_variance, m.gain.estimate.seed_df) for m in pooled[:3]] == [(4, 6), (4, 6), (9, 2)]
    for number, comparison in zip(pooled, finish_rows(rows), strict=False):  # the table and the claims page agree
        assert number.gain.numbers == pytest.approx(comparison.difference.numbers)
    assert [m.numbers for m in pooled] == [*(m.numbers for _, m in numbers), (10.0, 5.0, 15.0)]
    assert pooled[3].gain is None
