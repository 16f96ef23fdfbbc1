import torch

from vcop.training.progress import loss_and_correct


def test_loss_and_number_of_right_answers_in_double_precision():
    logits = torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.7, 0.0], [5.0, 0.0, 0.0]])
    sums = loss_and_correct(torch.tensor(1.5, requires_grad=True), logits, torch.tensor([0, 2, 0]))
    assert sums.tolist() == [1.5, 2.0]
    assert sums.dtype == torch.float64 and not sums.requires_grad
