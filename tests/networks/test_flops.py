import pytest
from torch import nn

from vcop.config.options import NetworkOptions
from vcop.networks.flops import ClipSize, clip_cost, count_parameters, feature_values, parameter_counts, weight_bytes

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


def test_parameters_by_hand():
    """Of a linear layer from 3 to 2 values, 6 weights and 2 biases, frozen or not."""
    layer = nn.Linear(3, 2)
    layer.weight.requires_grad_(False)
    assert count_parameters(layer) == 8
    narrow = parameter_counts("r3d", NetworkOptions(multiplier=0.125))  # features of 64 values
    assert narrow["classes51"] - narrow["backbone"] == 64 * 51 + 51
    assert narrow["order3"] - narrow["backbone"] == (128 * 64 + 64) + (3 * 64 * 6 + 6)


def test_the_head_of_another_task_has_its_own_number_of_answers():
    """The pair layer goes from twice 64 values to 64, the last one from 28 pairs of 8 clips to 100 answers and not to 8!."""
    sizes = [weight_bytes("r3d", NetworkOptions(multiplier=0.125), *numbers) for numbers in ((), (8, 100))]
    assert sizes[1] - sizes[0] == 4 * (128 * 64 + 64 + 64 * 28 * 100 + 100)
