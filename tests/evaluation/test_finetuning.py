import csv
import json
from itertools import pairwise

import pytest
import torch
from safetensors.torch import load_file
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, FinetuneOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST
from vcop.evaluation import finetuning
from vcop.evaluation.finetuning import (
    accuracy_by_class,
    build_action_network,
    confusion_matrix,
    label_share,
    predict_actions,
)
from vcop.loading.batches import Batches
from vcop.storage.frame_store import FrameStore, Video
from vcop.training.session import ModelSession

NARROW = NetworkOptions(multiplier=0.0625)
SETTING = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    path = tmp_path_factory.mktemp("start") / "random.safetensors"
    assert vcop("initialise", "--network", "r3d", "--seed", 0, "--out", path, *flags(NARROW).split()) == 0
    return path


def finetune(store_path, start, out, *more, split=2, epochs=1):
    files = ("--frames", store_path, "--start", start, "--out", out / "model.safetensors", "--recognition", out / "r.csv")
    files += ("--classes", out / "classes.csv", "--confusion", out / "confusion.csv")
    about = ("--dataset", "ucf101", "--split", split, "--network", "r3d", "--seed", 0, "--validation-videos", 8)
    options = flags(FinetuneOptions(epochs=epochs)).split()
    return vcop("finetune", *files, *about, *SETTING, *options, *more)


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def test_every_test_video_of_the_split_once(store_path, start, tmp_path):
    assert finetune(store_path, start, tmp_path) == 0
    rows = read(tmp_path / "r.csv")
    store = FrameStore(store_path)
    assert {r["video"]: int(r["class"]) for r in rows} == {v.name: v.label for v in store.of(2, TEST)}
    assert all(0 <= int(r["predicted"]) < 10 for r in rows)
    # The same by class, and by class and predicted class.
    classes, confusion = read(tmp_path / "classes.csv"), read(tmp_path / "confusion.csv")
    assert [r["class"] for r in classes] == [r["class"] for r in confusion] == store.classes
    assert sum(int(r["n"]) for r in classes) == len(rows)
    assert sum(int(r["right"]) for r in classes) == sum(int(r["right"]) for r in rows)
    assert list(confusion[0]) == ["class", *store.classes]
    for of, row in zip(classes, confusion, strict=True):
        assert row[of["class"]] == of["right"]
        assert sum(int(row[name]) for name in store.classes) == int(of["n"])


def test_classes_and_confusion_by_hand():
    rows = [("a", 0, 0, 1), ("b", 0, 2, 0), ("c", 2, 2, 1), ("d", 0, 2, 0)]
    assert accuracy_by_class(rows, ["x", "y", "z"]) == [
        ("x", 3, 1, "33.33", "6.15", "79.23"),
        ("z", 1, 1, "100.00", "20.65", "100.00"),
    ]
    assert confusion_matrix(rows, ["x", "y", "z"]) == [("x", 1, 0, 2), ("y", 0, 0, 0), ("z", 0, 0, 1)]


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


def test_a_share_is_of_the_seed_and_the_names_alone():
    assert set(label_share(VIDEOS[::-1], 20, 0)) == set(label_share(VIDEOS, 20, 0))
    assert label_share(VIDEOS, 20, 0) != label_share(VIDEOS, 20, 1)


def test_few_labels_leave_the_validation_and_the_test_list_as_they_are(store_path, start, tmp_path, capsys):
    for percent, counts in ((100, "52 videos to train on, 8 to validate, 20 to test"), (20, "10 videos to train on, 8 to")):
        assert finetune(store_path, start, tmp_path / str(percent), "--labels", percent) == 0
        assert counts in capsys.readouterr().out
    one, other = (tmp_path / name for name in ("100", "20"))
    assert (one / "validation.txt").read_text() == (other / "validation.txt").read_text()
    assert [r["video"] for r in read(one / "r.csv")] == [r["video"] for r in read(other / "r.csv")]
    assert json.loads((other / "provenance.json").read_text())["videos"]["training"] == 10


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_that_is_none_is_one_line(store_path, start, tmp_path, capsys, percent):
    assert finetune(store_path, start, tmp_path / "out", "--labels", percent) == 1
    assert capsys.readouterr().err == f"vcop finetune: labels: {percent} is not between 1 and 100 percent\n"
    assert not (tmp_path / "out").exists()


def test_frozen_stages_end_as_they_began(store_path, start, tmp_path):
    assert finetune(store_path, start, tmp_path, "--layer", "conv3") == 0
    before, after = load_file(start), load_file(tmp_path / "model.safetensors")
    for name, value in before.items():
        frozen = name.startswith(("backbone.conv1", "backbone.conv2"))
        assert torch.equal(value, after[name]) == frozen, name


def test_a_video_is_scored_by_the_mean_of_its_clips_logits():
    # Two videos of three clips: the first has two clips for class 1, but its mean is for class 0.
    logits = torch.tensor([[9.0, 0], [0, 1], [0, 1], [0, 1], [0, 1], [1, 0]])

    class Fake:
        def logits(self, sample):
            return logits, torch.tensor([0, 0])

    class One(Batches):
        def __init__(self):
            pass

        def once(self):
            return iter([{"video": ["a", "b"]}])

    assert predict_actions(Fake(), One(), 3) == [("a", 0, 0, 1), ("b", 0, 1, 0)]


def test_called_from_python_it_gives_what_the_command_writes(store_path, start, tmp_path):
    """Nothing but the state stands there before the result is saved."""
    assert finetune(store_path, start, tmp_path / "command") == 0
    session = ModelSession.open(FrameStore(store_path), "r3d", InputOptions(crop=16, frame_stride=2), NARROW)
    out = tmp_path / "python" / "model.safetensors"
    options = FinetuneOptions(epochs=1)
    result = finetuning.finetune(session, options, start, out, dataset="ucf101", split=2, seed=0, validation_videos=8)
    assert not out.exists()
    result.save()
    assert out.read_bytes() == (tmp_path / "command" / "model.safetensors").read_bytes()
    rows = read(tmp_path / "command" / "r.csv")
    assert [(r["video"], int(r["predicted"])) for r in rows] == [(video, guess) for video, _, guess, _ in result.predictions]
    assert result.accuracy == 100 * sum(int(r["right"]) for r in rows) / len(rows)


def test_the_classifier_is_drawn_from_seed_network_and_classes():
    first, again, other = (build_action_network("r3d", NARROW, 7, seed).head.weight for seed in (0, 0, 1))
    assert first.shape[0] == 7
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
