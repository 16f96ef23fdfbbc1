import pytest

from vcop.config.options import NetworkOptions
from vcop.networks.flops import ClipSize, clip_cost, feature_values, weight_bytes

FULL, CLIP = NetworkOptions(), ClipSize(16, 112)


@pytest.mark.parametrize(
    ("network", "training", "testing", "weights"),
    [("c3d", 228.9, 2 * 38.497, 28_195_462), ("r3d", 116.5, 2 * 19.887, 14_895_814), ("r21d", 126.9, 2 * 21.362, 14_899_325)],
)
def test_the_networks_arithmetic_is_what_it_is_known_to_be(network, training, testing, weights):
    """GFLOP of a training step a clip, and SPEC section 1's multiply-adds and sizes; features have 9216 values of any stage."""
    found = clip_cost(network, FULL, CLIP)
    assert found.training / 1e9 == pytest.approx(training, abs=0.1)
    assert found.testing / 1e9 == pytest.approx(testing, abs=0.001)
    assert clip_cost(network, FULL, CLIP, "conv5").training < found.training / 2
    assert weight_bytes(network, FULL, tuple_length=3) == pytest.approx(
        4 * weights, rel=0.003
    )  # BatchNorm's statistics besides
    assert feature_values(network, FULL, CLIP, "conv5") == feature_values(network, FULL, CLIP, "conv1") == 9216
