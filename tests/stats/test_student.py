import math

import numpy as np
import pytest

from vcop.stats.student import two_sided_p, two_sided_t


@pytest.mark.parametrize(
    ("p", "df", "t"),
    [
        (0.05, 1, 12.7062),
        (0.05, 2, 4.30265),
        (0.05, 9, 2.26216),
        (0.05, 30, 2.04227),
        (0.05, 1000, 1.96234),
        (0.001, 2, 31.5991),
        (0.0001, 1, 6366.20),
        (0.05, math.inf, 1.95996),
    ],
)
def test_quantiles_are_those_of_printed_tables(p, df, t):
    assert two_sided_t(p, df) == pytest.approx(t, rel=1e-5)


@pytest.mark.parametrize("df", [1, 1.7, 2, 8.4, 150, 250, 4000])
def test_probability_and_quantile_are_inverse(df):
    t = [two_sided_t(p, df) for p in (0.9, 0.3, 0.05, 0.002)]
    assert two_sided_p(t, df) == pytest.approx([0.9, 0.3, 0.05, 0.002], rel=1e-6)
    assert two_sided_p(np.negative(t), df) == pytest.approx([0.9, 0.3, 0.05, 0.002], rel=1e-6)


def test_closed_forms_of_one_and_two_degrees_of_freedom():
    """1: 1 - 2 atan(t) / pi; 2: 1 - t / sqrt(2 + t^2)."""
    assert two_sided_p(3, 1) == pytest.approx(1 - 2 * math.atan(3) / math.pi, rel=1e-5)
    assert two_sided_p(3, 2) == pytest.approx(1 - 3 / math.sqrt(11), rel=1e-5)
    assert two_sided_p(0, 5) == 1
