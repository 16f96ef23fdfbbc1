from itertools import pairwise

import pytest
import torch
from safetensors.torch import load_file

from vcop.config.options import FinetuneOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST
from vcop.evaluation.finetuning import (
    build_action_network,
    finetune,
    label_share,
    predict_actions,
)
from vcop.loading.batches import Batches
from vcop.storage.frame_store import FrameStore, Video
from vcop.training.session import ModelSession

NARROW = NetworkOptions(multiplier=0.0625)


def finetuned(store_path, start, folder, **more):
    """A narrow network after one epoch on split 2, saved in a folder."""
    session = ModelSession.open(FrameStore(store_path), "r3d", InputOptions(crop=16, frame_stride=2), NARROW)
    settings = {"dataset": "ucf101", "split": 2, "seed": 0, "validation_videos": 8} | more
    result = finetune(session, FinetuneOptions(epochs=1), start, folder / "model.safetensors", **settings)
    assert not (folder / "model.safetensors").exists()
    result.save()
    return result


VIDEOS = [Video(f"{label}/{i}.avi", label, 0, 1) for label, count in enumerate((3, 40, 101)) for i in range(count)]


def test_shares_of_labels_lie_within_one_another_and_are_drawn_by_class():
    drawn = {percent: label_share(VIDEOS, percent, 0) for percent in (1, 5, 10, 20, 50, 99, 100)}
    counts = {percent: [sum(v.label == label for v in of) for label in range(3)] for percent, of in drawn.items()}
    assert counts == {
        1: [1, 1, 1], 5: [1, 2, 5], 10: [1, 4, 10], 20: [1, 8, 20], 50: [2, 20, 50], 99: [3, 40, 100], 100: [3, 40, 101],
    }  # fmt: skip
    for fewer, more in pairwise(drawn.values()):
        assert set(fewer) <= set(more)
    assert drawn[100] == VIDEOS
    assert drawn[20] == [v for v in VIDEOS if v in drawn[20]]  # in the list's order


def test_seeds_differ_in_all_that_is_drawn_for_a_training(store_path, start, tmp_path):
    ours, other = (finetuned(store_path, start, tmp_path / str(seed), seed=seed, labels=50) for seed in (0, 1))
    one, two = ours.trainer, other.trainer
    assert {v.name for v in ours.run.lists.validation} != {v.name for v in other.run.lists.validation}
    shared = [video for video in ours.run.lists.training if video in other.run.lists.training]
    assert 0 < len(shared) < len(ours.run.lists.training), "another share of the labels"
    assert one.train.index_batches(0)[0] != two.train.index_batches(0)[0]
    drawn = [[trainer.train.data.draw(video, 3) for video in shared] for trainer in (one, two)]
    for part in range(2):  # clips and crops
        assert [draw[part] for draw in drawn[0]] != [draw[part] for draw in drawn[1]]
    heads = [build_action_network("r3d", NARROW, 10, seed).head.weight for seed in (0, 1)]
    assert not torch.equal(*heads)


def test_a_share_is_of_the_seed_and_the_names_alone():
    assert set(label_share(VIDEOS[::-1], 20, 0)) == set(label_share(VIDEOS, 20, 0))
    assert label_share(VIDEOS, 20, 0) != label_share(VIDEOS, 20, 1)


def test_a_row_of_predictions_by_hand():
    logits = torch.tensor([[9.0, 2.0], [1.0, 2.0]])

    class Fake:
        def logits(self, sample):
            return logits, torch.tensor([0, 0])

    class One(Batches):
        def __init__(self):
            pass

        def once(self):
            return iter([{"video": ["a", "b"]}])

    assert predict_actions(Fake(), One()) == [("a", 0, 0, 1), ("b", 0, 1, 0)]


def test_the_classifier_is_drawn_from_seed_network_and_classes():
    first, again, other = (build_action_network("r3d", NARROW, 7, seed).head.weight for seed in (0, 0, 1))
    assert first.shape[0] == 7
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_every_test_video_of_the_split_is_predicted_once(store_path, start, store, tmp_path):
    result = finetuned(store_path, start, tmp_path)
    assert {video: label for video, label, _, _ in result.predictions} == {v.name: v.label for v in store.of(2, TEST)}
    assert len(result.predictions) == 20
    assert all(right == (label == predicted) for _, label, predicted, right in result.predictions)
    assert result.accuracy == 5 * sum(right for *_, right in result.predictions)


def test_few_labels_leave_the_validation_and_the_test_list_as_they_are(store_path, start, tmp_path):
    every, few = (finetuned(store_path, start, tmp_path / str(n), labels=n).run.lists for n in (100, 20))
    assert every.validation == few.validation
    assert every.test == few.test
    assert (len(every.training), len(few.training), len(few.validation)) == (52, 10, 8)
    assert set(few.training) <= set(every.training)


def test_frozen_stages_end_as_they_began(store_path, start, tmp_path):
    finetuned(store_path, start, tmp_path, layer="conv3")
    before, after = load_file(start), load_file(tmp_path / "model.safetensors")
    for name, value in before.items():
        frozen = name.startswith(("backbone.conv1", "backbone.conv2"))
        assert torch.equal(value, after[name]) == frozen, name


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_that_is_none_is_refused(percent):
    with pytest.raises(ValueError, match=f"labels: {percent} is not between 1 and 100 percent"):
        label_share(VIDEOS, percent, 0)
