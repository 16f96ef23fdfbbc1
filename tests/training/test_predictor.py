import pytest
import torch
from support.toy_training import Points, trainer
from torch.nn.functional import cross_entropy

from vcop.loading.batches import Batches


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


def test_confidence_is_kept_of_the_last_epochs_only(tmp_path):
    predictor = trainer(tmp_path, more={"confidence_epochs": 2}).predictor
    now, sample = predictor.lifecycle.state.progress, {"video": ["a", "b"]}
    logits, labels = torch.tensor([[0.0, 0.0], [0.0, 1.0986123]]), torch.tensor([0, 0])
    now.epoch = 1
    predictor.keep_confidence(sample, logits, labels)
    assert now.confidence == []
    now.epoch = 2
    predictor.keep_confidence(sample, logits, labels)
    assert now.confidence == [("a", 3, pytest.approx(0.5), 1), ("b", 3, pytest.approx(0.25), 0)]


def test_predicting_again_replaces_what_a_stopped_attempt_has_left(tmp_path):
    made = trainer(tmp_path, more={"confidence_epochs": 4})
    now = made.progress
    now.epoch, now.confidence = 1, [("old", 1, 0.5, 1), ("unfinished", 2, 0.5, 1)]
    made.predictor.predict_again(made.train)
    videos = [row[0] for row in now.confidence]
    assert "unfinished" not in videos and videos.count("old") == 1
    assert sorted(videos[1:], key=int) == [str(i) for i in range(45)]
    assert {row[1] for row in now.confidence[1:]} == {2}
