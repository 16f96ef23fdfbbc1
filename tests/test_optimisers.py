import pytest
import torch
from torch import nn

from vcop import optimisers
from vcop.options import LoopOptions


def test_the_rate():
    optimiser = optimisers.make(nn.Linear(2, 2).parameters(), LoopOptions(learning_rate=0.2, schedule="cosine"))
    rates = []
    for part in (0.0, 0.5, 1.0):
        optimisers.set_rate(optimiser, LoopOptions(learning_rate=0.2, schedule="cosine"), part)
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates == pytest.approx([0.2, 0.1, 0.0])
    optimisers.set_rate(optimiser, LoopOptions(learning_rate=0.2), 0.7)
    assert optimiser.param_groups[0]["lr"] == 0.2


def test_frozen_weights_are_left_out():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[0].requires_grad_(False)
    assert len(optimisers.make(model.parameters(), LoopOptions()).param_groups[0]["params"]) == 2


def test_sgd_is_the_papers():
    group = optimisers.make(nn.Linear(2, 2).parameters(), LoopOptions()).param_groups[0]
    assert (group["lr"], group["momentum"], group["weight_decay"]) == (1e-3, 0.9, 5e-4)
    assert isinstance(optimisers.make(nn.Linear(2, 2).parameters(), LoopOptions(optimiser="adamw")), torch.optim.AdamW)
