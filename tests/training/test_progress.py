import pytest
import torch

from vcop.training.progress import loss_and_correct, true_class_probability

LOGITS = torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.6931472, 0.0], [5.0, 0.0, 0.0]])  # 1/3 each; 1/4, 1/2, 1/4; nearly 1


def test_probability_of_the_right_answer():
    probabilities, right = true_class_probability(LOGITS, torch.tensor([0, 2, 0]))
    assert probabilities == [pytest.approx(1 / 3), pytest.approx(1 / 4), pytest.approx(0.98670, abs=1e-4)]
    assert right == [1, 0, 1]


def test_loss_and_number_of_right_answers_in_double_precision():
    sums = loss_and_correct(torch.tensor(1.5, requires_grad=True), LOGITS, torch.tensor([0, 2, 0]))
    assert sums.tolist() == [1.5, 2.0]
    assert sums.dtype == torch.float64 and not sums.requires_grad
