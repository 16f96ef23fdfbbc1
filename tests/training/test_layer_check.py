"""Right layers pass, and each kind of wrong result has an error far above rounding."""

import math
from contextlib import nullcontext

import pytest
import torch
from torch import nn

from vcop.networks.convolution import MaxPool3d
from vcop.training.layer_check import LayerCall, layer_errors, memory_order, relative_error

CPU = torch.device("cpu")
LAST = (0, 2, 3, 4, 1)
CALLS = {
    "convolution": (nn.Conv3d(3, 4, 3, stride=2, padding=1), (3, 4, 6, 6), LAST),
    "linear": (nn.Linear(5, 4), (2, 5), (0, 1, 2)),
    "pooling": (nn.MaxPool3d((1, 2, 2)), (4, 2, 5, 5), (0, 1, 2, 3, 4)),
    "pooling of a map that is smaller": (MaxPool3d(2), (4, 1, 5, 5), (0, 1, 2, 3, 4)),
}


def call(kind, rows=3, **more):
    layer, shape, order = CALLS[kind]
    return LayerCall(layer, shape, rows, torch.float32, order, **more)


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("rows", [1, 2, 7])
def test_right_layers_have_rounding_errors_only(kind, rows):
    errors = layer_errors(call(kind, rows), CPU, nullcontext)
    named = {"output", "input gradient"} | ({"weight gradient", "bias gradient"} if "pooling" not in kind else set())
    assert errors.keys() == named
    assert all(error < 1e-6 for error in errors.values())


def test_the_layer_itself_is_left_alone():
    before = CALLS["convolution"][0].weight.clone()
    layer_errors(call("convolution"), CPU, nullcontext)
    assert torch.equal(CALLS["convolution"][0].weight, before)
    assert CALLS["convolution"][0].weight.grad is None


def test_gradients_that_no_step_needs_are_not_compared():
    assert layer_errors(call("convolution", input_gradient=False, weight_gradient=False), CPU, nullcontext).keys() == {
        "output"
    }
    assert "input gradient" not in layer_errors(call("linear", input_gradient=False), CPU, nullcontext)


class Spoiled(nn.Conv3d):
    """Wrong at three rows, as a library may be for one shape of many."""

    def forward(self, x):
        y = super().forward(x)
        if len(x) != 3:
            return y
        if self.fault == "rows exchanged":
            return y.flip(0)
        if self.fault == "one value":
            y = y.clone()
            y[1, 2, 0, 0, 0] += 20
        elif self.fault == "never written":
            return torch.where(y == y, torch.empty_like(y), y)
        return y


@pytest.mark.parametrize("fault", ["rows exchanged", "one value", "never written"])
def test_wrong_outputs_are_seen(fault):
    layer = Spoiled(8, 16, 3)
    layer.fault = fault
    one = LayerCall(layer, (8, 4, 6, 6), 3, torch.float32, LAST)
    assert not layer_errors(one, CPU, nullcontext)["output"] < 0.05
    assert layer_errors(LayerCall(layer, (8, 4, 6, 6), 2, torch.float32, LAST), CPU, nullcontext)["output"] < 1e-6


def test_the_layout_and_type_of_the_call_are_those_of_the_layer():
    seen = []
    layer = nn.Conv3d(3, 4, 3)
    layer.register_forward_hook(lambda module, inputs, out: seen.append(inputs[0]))
    layer_errors(LayerCall(layer, (3, 4, 5, 6), 2, torch.float32, LAST), CPU, nullcontext)
    assert seen[0].shape == (2, 3, 4, 5, 6)
    assert seen[0].is_contiguous(memory_format=torch.channels_last_3d)
    assert memory_order(seen[0]) == LAST


def test_relative_errors_by_hand():
    exact = torch.tensor([3.0, 0.0, 4.0], dtype=torch.float64)
    assert relative_error([(exact.clone(), exact)]) == 0
    assert relative_error([(exact * 1.1, exact)]) == pytest.approx(0.1)
    # One value of a hundred thousand: hardly any of the norm, but a tenth of three times the root mean square.
    many = torch.ones(100_000, dtype=torch.float64)
    wrong = many.clone()
    wrong[7] += 3
    assert relative_error([(wrong, many)]) == pytest.approx(0.3)
    assert math.isnan(relative_error([(exact * math.nan, exact)]))
    assert math.isnan(relative_error([(exact, exact), (exact * math.inf, exact)]))
