import math

import pytest
import torch

from vcop.training.objective import Objective


def test_the_loss_is_the_sum_of_the_cross_entropies():
    """Odds of 3 to 1: -ln(3/4) and -ln(1/4)."""
    outputs, labels = torch.tensor([[3.0, 1.0], [3.0, 1.0]]).log(), torch.tensor([0, 1])
    logits, answers = Objective().logits(outputs, labels)
    assert Objective().loss(logits, answers).item() == pytest.approx(-math.log(3 / 4) - math.log(1 / 4))
