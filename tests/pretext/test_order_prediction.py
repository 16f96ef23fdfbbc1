"""Predictions by hand, and order networks built and loaded with plain arguments."""

import pytest
import torch
from support.pretraining import NARROW

from vcop.config.options import InputOptions, PretrainOptions
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples
from vcop.pretext import order_prediction
from vcop.pretext.task_registry import find_task
from vcop.sampling.tasks import Task
from vcop.storage.weights import save_weights

OPTIONS = PretrainOptions()


def test_a_prediction_for_each_video():
    """Odds of 3 to 1 are a logit of ln 3."""
    logits = torch.tensor([[3.0, 1.0], [1.0, 3.0]]).log()
    predictions = order_prediction.make_predictions(["a", "b"], 7, logits, torch.tensor([0, 0]))
    assert predictions == [("a", 7, 0, 0, 1, "0.750000"), ("b", 7, 0, 1, 0, "0.250000")]
    assert order_prediction.HEADER == ("video", "tuple", "order", "predicted", "right", "probability")
    assert order_prediction.accuracy(predictions) == 50


def test_batches_of_every_fixed_tuple(store):
    task = Task.parse("16-8-3")
    videos = order_prediction.usable_videos(store, task)[1][:3]
    data = FixedTuples(store, videos, task, InputOptions(crop=16))
    seen = list(order_prediction.fixed_batches(Batches(data, 2, 0), 2))
    assert [(number, sample["video"]) for number, sample in seen] == [
        (number, [video.name for video in part]) for number in (0, 1) for part in (videos[:2], videos[2:])
    ]
    labels = [label for _, sample in seen for label in sample["label"].tolist()]
    assert labels == [data.draw(video, number)[2] for number in (0, 1) for video in videos]


def test_the_heads_weights_depend_on_seed_network_and_tuple_length():
    def head(network, tuple_length, seed):
        return order_prediction.build_order_network(network, NARROW, OPTIONS, tuple_length, seed).head.pair.weight

    weights = head("r3d", 3, 0)
    torch.rand(1)  # another random state
    assert torch.equal(head("r3d", 3, 0), weights)
    for other in (("c3d", 3, 0), ("r3d", 4, 0), ("r3d", 3, 1)):
        assert not torch.equal(head(*other), weights)


def test_options_reach_head_and_network():
    options = PretrainOptions(dropout=0.25, head_batchnorm=True, joint_batchnorm=True)
    model = order_prediction.build_order_network("r3d", NARROW, options, 4, seed=0)
    assert model.head.dropout.p == 0.25
    assert isinstance(model.head.batchnorm, torch.nn.BatchNorm1d)
    assert model.joint_batchnorm
    assert model.head.order.out_features == 24
    assert order_prediction.head_options(options) == {"dropout": 0.25, "head_batchnorm": True, "joint_batchnorm": True}


def test_saved_weights_are_loaded_by_the_same_network_alone(tmp_path):
    path, model = tmp_path / "w.safetensors", order_prediction.build_order_network("r3d", NARROW, OPTIONS, 3, seed=0)
    save_weights(path, model.state_dict())
    loaded = order_prediction.load_pretrained("r3d", NARROW, OPTIONS, find_task("16-8-3"), path)
    assert not loaded.training
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in loaded.state_dict().items())
    with pytest.raises(ValueError, match="not the weights of this network"):
        order_prediction.load_pretrained("r3d", NARROW, OPTIONS, find_task("16-8-4"), path)


def test_videos_that_are_long_enough(store):
    task = Task.parse("16-8-4")
    training, test = order_prediction.usable_videos(store, task)
    assert {video.count >= 88 for video in [*training, *test]} == {True}
    long = Task.parse("16-80-5")
    with pytest.raises(ValueError, match=r"task 16-80-5 \(windows of 400 frames\): no test video is long enough"):
        order_prediction.usable_videos(store, long)
