import subprocess
import sys

import pytest
import torch
from torch import nn

from vcop.config.options import LoopOptions
from vcop.training import optimisers


def rates(loop, steps):
    optimiser = optimisers.make_optimiser(nn.Linear(2, 2).parameters(), loop)
    seen = []
    for step in range(steps):
        optimisers.set_learning_rate(optimiser, loop, step, steps)
        seen.append(optimiser.param_groups[0]["lr"])
    return seen


def test_the_rate():
    assert rates(LoopOptions(learning_rate=0.2), 3) == [0.2, 0.2, 0.2]
    assert rates(LoopOptions(learning_rate=0.2, schedule="cosine"), 4) == pytest.approx([0.2, 0.1707107, 0.1, 0.0292893])


def test_the_warm_up_rises_to_the_rate_and_the_schedule_takes_the_other_steps():
    assert rates(LoopOptions(learning_rate=1.0, warmup=0.5), 8) == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]
    half = rates(LoopOptions(learning_rate=1.0, warmup=0.5, schedule="cosine"), 8)
    assert half == [0.25, 0.5, 0.75, 1, *rates(LoopOptions(learning_rate=1.0, schedule="cosine"), 4)]
    assert rates(LoopOptions(learning_rate=1.0, warmup=1.0), 4) == [0.25, 0.5, 0.75, 1]
    assert rates(LoopOptions(learning_rate=1.0, warmup=0.01), 4) == [1, 1, 1, 1], "less than a step"


@pytest.mark.parametrize(("limit", "expected"), [(0.0, [3.0, 4.0]), (2.5, [1.5, 2.0]), (10.0, [3.0, 4.0])])
def test_gradients_are_clipped_to_their_joint_norm(limit, expected):
    weights = [nn.Parameter(torch.zeros(1)) for _ in range(2)]
    for weight, value in zip(weights, (3.0, 4.0), strict=True):
        weight.grad = torch.tensor([value])
    optimisers.clip_gradients(weights, torch.tensor(5.0), LoopOptions(clip_norm=limit))
    assert [weight.grad.item() for weight in weights] == pytest.approx(expected)


def test_frozen_weights_are_left_out():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[0].requires_grad_(False)
    assert len(optimisers.make_optimiser(model.parameters(), LoopOptions()).param_groups[0]["params"]) == 2


def test_sgd_is_the_papers():
    group = optimisers.make_optimiser(nn.Linear(2, 2).parameters(), LoopOptions()).param_groups[0]
    assert (group["lr"], group["momentum"], group["weight_decay"]) == (1e-3, 0.9, 5e-4)
    assert isinstance(
        optimisers.make_optimiser(nn.Linear(2, 2).parameters(), LoopOptions(optimiser="adamw")), torch.optim.AdamW
    )


def test_a_lower_beta2_forgets_large_gradients_sooner():
    def update(beta2):
        """Return how far the weight moves in the last step: one large gradient, then small ones."""
        weight = nn.Parameter(torch.zeros(1))
        optimiser = optimisers.make_optimiser(
            [weight], LoopOptions(optimiser="adamw", learning_rate=1.0, weight_decay=0.0, beta2=beta2)
        )
        for gradient in (100.0, *[1.0] * 200):
            before = weight.item()
            weight.grad = torch.tensor([gradient])
            optimiser.step()
        return before - weight.item()

    assert update(LoopOptions().beta2) < 0.2
    assert update(0.95) == pytest.approx(1, abs=0.1), "the rate, as for gradients of one size"


@pytest.mark.parametrize("name", ["sgd", "adamw"])
def test_what_is_left_out_computes_nothing(name):
    """The same weights bit by bit as PyTorch's optimiser, also when both go on from a saved state."""
    options = LoopOptions(optimiser=name)
    ours, theirs = (nn.Linear(3, 2) for _ in range(2))
    theirs.load_state_dict(ours.state_dict())
    mine = optimisers.make_optimiser(ours.parameters(), options)
    shared = {"lr": options.learning_rate, "weight_decay": options.weight_decay, "fused": True}
    kind, more = (torch.optim.SGD, {"momentum": options.momentum}) if name == "sgd" else (torch.optim.AdamW, {})
    plain = kind(theirs.parameters(), **shared, **more)
    for step in range(4):
        for model, optimiser in ((ours, mine), (theirs, plain)):
            optimiser.zero_grad(set_to_none=True)
            model(torch.full((2, 3), 1.0 + step)).square().sum().backward()
            optimiser.step()
            optimiser.load_state_dict(optimiser.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_the_compiler_is_not_imported():
    """It takes longer than many an epoch of a small study."""
    code = """
import sys, torch
from vcop.training import optimisers
from vcop.config.options import LoopOptions
model = torch.nn.Linear(2, 2)
optimiser = optimisers.make_optimiser(model.parameters(), LoopOptions())
optimiser.zero_grad(); model(torch.ones(1, 2)).sum().backward(); optimiser.step()
optimiser.load_state_dict(optimiser.state_dict())
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
