import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcop.stats import moderation
from vcop.stats.estimates import Effects, estimate_effects
from vcop.stats.families import mean_of
from vcop.stats.moderation import expected_log, inverse_trigamma, moderate, moderate_seeds, prior_df, trigamma

EULER = 0.5772156649015329


def made(by_seed, groups=8, noise=0.0):
    """A difference with these numbers of its seeds, and groups that do as much in every seed, but for the noise."""
    rng = np.random.default_rng(groups)
    effects = np.tile(rng.normal(0, 1, (groups, 1)), len(by_seed)) + noise * rng.normal(0, 1, (groups, len(by_seed)))
    table = pd.DataFrame(effects - effects.mean(axis=0), [f"x/g{g}" for g in range(groups)])
    return estimate_effects(Effects(pd.Series(by_seed, dtype=float), table), 100, share=False)


def test_special_functions_have_their_published_values():
    """Abramowitz and Stegun, 6.3.2, 6.3.3, 6.4.2 and 6.4.4."""
    assert trigamma(1) == pytest.approx(math.pi**2 / 6, rel=1e-8)
    assert trigamma(0.5) == pytest.approx(math.pi**2 / 2, rel=1e-8)
    assert trigamma(2) == pytest.approx(math.pi**2 / 6 - 1, rel=1e-8)
    assert expected_log(2) == pytest.approx(-EULER, abs=1e-7)
    assert expected_log(1) == pytest.approx(-EULER - 2 * math.log(2) + math.log(2), abs=1e-7)


@pytest.mark.parametrize("x", [1e-3, 0.3, 1, 2.5, 40, 1e5])
def test_the_inverse_of_trigamma(x):
    assert inverse_trigamma(trigamma(x)) == pytest.approx(x, rel=1e-8)


def test_two_variances_by_hand():
    """1 and 99 of 2 degrees of freedom: log variances spread by (log 99)^2 / 2 and half a standard error, by chance by pi^2 / 6. The larger one stays."""
    two = np.array([2.0, 2.0])
    d0 = prior_df(np.array([1.0, 99.0]), two, 2)
    assert trigamma(d0 / 2) == pytest.approx(math.log(99) ** 2 / 2 * (1 + math.sqrt(2) / 2) - math.pi**2 / 6, rel=1e-6)
    variances, dfs = moderate(np.array([1.0, 99.0]), two, 2)
    assert variances == pytest.approx([(d0 * 50 + 2 * 1) / (d0 + 2), 99])
    assert dfs == pytest.approx(d0 + 2)


def test_comparisons_that_share_trainings_tell_no_more_of_the_spread():
    variances, dfs = np.tile([1.0, 2.0, 40.0], 4), np.full(12, 2.0)
    assert prior_df(variances, dfs, 3) < prior_df(variances, dfs, 12), "as cautious as three numbers have to be"


def test_the_textbook_estimate_is_found_where_variances_are_many(monkeypatch):
    """True variances with the distribution of 1 / chi-square of 4 degrees of freedom: d0 is 4, as Smyth has it."""
    monkeypatch.setattr(moderation, "FLOOR", 1e-9)
    rng, many = np.random.default_rng(0), 20_000
    variances = 4 / rng.chisquare(4, many) * rng.chisquare(2, many) / 2
    assert prior_df(variances, np.full(many, 2.0), many) == pytest.approx(4, rel=0.1)


def test_variances_that_spread_no_more_than_chance_become_their_mean():
    alike = np.linspace(0.5, 1.5, 200)
    variances, dfs = moderate(alike, np.full(200, 2.0), 200)
    assert variances == pytest.approx(np.maximum(alike, 1), abs=1e-5), "none is taken for smaller than it was measured"
    assert dfs == pytest.approx(400), "those of all together, and no more"
    assert moderate(alike, np.full(200, 2.0), 3)[1] == pytest.approx(6), "those of three, if the rest shares their trainings"


def test_variances_that_differ_hugely_stay_nearly_their_own():
    variances, dfs = moderate(np.repeat([1.0, 1e4], 10), np.full(20, 2.0), 20)
    assert variances[-1] == 1e4
    assert variances[0] < 0.35 * 5000.5, "the mean is worth less than one degree of freedom"
    assert (dfs < 3).all()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 9)), min_size=2, max_size=30).filter(lambda f: max(f)[0] > 1e-3),
    st.integers(2, 30),
)
def test_a_variance_moves_up_towards_the_mean_and_gains_degrees_of_freedom(family, independent):
    own, dfs = (np.array(column, dtype=float) for column in zip(*family, strict=True))
    independent = min(independent, len(own))
    variances, after = moderate(own, dfs, independent)
    assert (own <= variances).all()
    assert (variances <= np.maximum(own, own.mean()) * (1 + 1e-9)).all()
    assert (dfs <= after).all()
    assert (after <= np.maximum(dfs, dfs.mean() * independent) + 1e-9).all()
    scaled, same = moderate(100 * own, dfs, independent)
    assert scaled == pytest.approx(100 * variances, rel=1e-6)
    assert same == pytest.approx(after, rel=1e-6)


def test_estimates_get_the_moderated_variance_without_what_groups_do():
    estimates = [made([1, 2, 3]), made([5, 9, 4], noise=0.02), made([7, 7, 7])]  # seeds of the last agree exactly
    variances, dfs = moderate(np.array([1.0, 7.0, 0.0]), np.full(3, 2.0), 3)
    found = moderate_seeds(estimates)
    assert [3 * (e.seed_variance + e.interaction) for e in found] == pytest.approx(variances.tolist())
    assert (found[0].seed_df, found[2].seed_df) == pytest.approx((dfs[0], dfs[2]))
    assert found[1].seed_df < dfs[1], "Satterthwaite's: the interaction is uncertain, too"
    assert [e.value for e in found] == [e.value for e in estimates]
    assert [e.spread for e in found] == pytest.approx([1, math.sqrt(7), 0]), "what is shown of seeds stays"


def test_what_has_nothing_to_share_stays_as_it_is():
    one_seed, several, agreed = made([5]), [made([1, 2, 3]), made([2, 2, 5])], [made([7, 7]), made([3, 3])]
    averaged = mean_of(several)
    found = moderate_seeds([one_seed, *several, averaged])
    assert (found[0], found[3]) == (one_seed, averaged)
    assert found[1] is not several[0]
    assert moderate_seeds([one_seed, several[0], averaged]) == [one_seed, several[0], averaged]
    assert moderate_seeds(several, independent=1) == several
    assert moderate_seeds(agreed) == agreed
    assert moderate_seeds([]) == []
