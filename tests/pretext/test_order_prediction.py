import torch

from vcop.pretext import order_prediction


def test_a_row_a_video():
    """Probabilities by hand: odds of 3 to 1 are a logit of ln 3."""
    logits = torch.tensor([[3.0, 1.0], [1.0, 3.0]]).log()
    assert order_prediction.make_predictions(["a", "b"], logits, torch.tensor([0, 0])) == [
        ("a", 0, 0, 1, "0.750000"),
        ("b", 0, 1, 0, "0.250000"),
    ]
