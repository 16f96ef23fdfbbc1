import pytest
import torch
from support.toy_training import Points, trainer
from torch.nn.functional import cross_entropy

from vcop.config.options import ComputeOptions
from vcop.loading.batches import Batches
from vcop.training.objective import Objective
from vcop.training.predictor import Predictor


def test_loss_and_accuracy_are_means_over_all_samples_in_evaluation_mode(tmp_path):
    """Twenty samples in batches of eight: the last one, of four, weighs half."""
    made = trainer(tmp_path)
    made.model.eval()
    with torch.no_grad():
        logits = made.model(torch.stack([Points(20)[0, i]["x"] for i in range(20)]))
    labels = torch.tensor([Points(20)[0, i]["label"] for i in range(20)])
    made.model.train()
    loss, accuracy = made.predictor.evaluate(Batches(Points(20), 8, 0))
    assert loss == pytest.approx(cross_entropy(logits, labels).item(), abs=1e-6)
    assert accuracy == pytest.approx((logits.argmax(1) == labels).double().mean().item())


def test_a_video_is_judged_by_the_mean_of_its_clips_logits(tmp_path):
    """Two videos of three clips: the first has two clips for class 1, but its mean is for class 0."""
    logits = torch.tensor([[9.0, 0], [0, 1], [0, 1], [0, 1], [0, 1], [1, 0]])

    def prepare(sample, device):
        return logits, sample["label"]

    class Two:
        def epoch(self, number):
            return iter([{"label": torch.tensor([0, 0]), "video": ["a", "b"]}])

    made = Predictor(torch.nn.Identity(), prepare, ComputeOptions(), trainer(tmp_path).lifecycle, Objective())
    mean, labels = made.logits({"label": torch.tensor([0, 0])})
    assert torch.equal(labels, torch.tensor([0, 0]))
    assert torch.allclose(mean, torch.tensor([[3.0, 2 / 3], [1 / 3, 2 / 3]]))
    loss, accuracy = made.evaluate(Two())
    assert accuracy == 0.5
    assert loss == pytest.approx(cross_entropy(mean, labels).item(), abs=1e-6)


def test_a_process_without_a_row_of_a_batch_gives_no_logits(tmp_path):
    made = Predictor(
        torch.nn.Identity(),
        lambda sample, _: (torch.zeros(0, 2), sample),
        ComputeOptions(),
        trainer(tmp_path).lifecycle,
        Objective(),
    )
    mean, labels = made.logits(torch.zeros(0, dtype=torch.long))
    assert mean.shape == (0, 2)
    assert labels.shape == (0,)
