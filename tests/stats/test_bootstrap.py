import subprocess
import sys

import numpy as np
import pytest

from vcop.stats.bootstrap import RESAMPLES, draw_resamples, percentile_interval, resampled_means


def test_every_resample_draws_as_many_units_as_there_are(rng):
    resamples = draw_resamples(rng, 7)
    assert resamples.shape == (RESAMPLES, 7)
    assert (resamples.sum(axis=1) == 7).all()
    assert resamples.mean(axis=0) == pytest.approx(np.ones(7), abs=0.1)


def test_the_mean_of_a_resample_by_hand():
    """Unit 0 has three scores in run 0 and none in run 1; unit 1 has one in each."""
    sums, counts = np.array([[2.0, 0.0], [1.0, 0.5]]), np.array([[3.0, 0.0], [1.0, 1.0]])
    means = resampled_means(sums, counts, np.array([[1.0, 1.0], [0.0, 2.0], [2.0, 0.0]]))
    assert means.tolist() == [[3 / 4, 0.5], [1, 0.5], [4 / 6, 0]]


def test_percentiles_by_hand():
    assert percentile_interval(np.arange(201.0)) == (5, 195)


def test_the_interval_of_a_mean_is_that_of_the_normal_distribution(rng):
    """For many units the bootstrap agrees with the standard error of the mean."""
    scores = (rng.random(400) < 0.3).astype(float)[:, None]
    means = resampled_means(scores, np.ones_like(scores), draw_resamples(rng, 400))[:, 0]
    half = 1.96 * float(scores.std()) / np.sqrt(400)
    assert percentile_interval(means) == pytest.approx((scores.mean() - half, scores.mean() + half), abs=0.006)


def test_importing_it_is_cheap():
    program = "import sys, vcop.stats; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
