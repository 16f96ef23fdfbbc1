import pytest

from vcop.stats import wilson_interval


@pytest.mark.parametrize(("right", "n", "low", "high"), [(8, 10, 49.02, 94.33), (0, 10, 0, 27.75), (10, 10, 72.25, 100)])
def test_wilson(right, n, low, high):
    """As printed in Newcombe's and in Brown, Cai and DasGupta's tables."""
    assert wilson_interval(100 * right / n, n) == pytest.approx((low, high), abs=0.01)
