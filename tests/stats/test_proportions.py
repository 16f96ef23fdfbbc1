import pytest

from vcop.stats.proportions import wilson_interval


@pytest.mark.parametrize(("right", "n", "low", "high"), [(8, 10, 49.02, 94.33), (0, 10, 0, 27.75), (10, 10, 72.25, 100)])
def test_wilson(right, n, low, high):
    """As printed in Newcombe's and in Brown, Cai and DasGupta's tables."""
    assert wilson_interval(100 * right / n, n) == pytest.approx((low, high), abs=0.01)


def test_a_wider_quantile_and_fewer_observations_widen_it():
    usual = wilson_interval(20, 50)
    for wider in (wilson_interval(20, 25), wilson_interval(20, 50, 2.5)):
        assert wider[0] < usual[0] < 20 < usual[1] < wider[1]
