import csv

import pytest
import torch
from helpers import FRAMES, vcop
from safetensors.torch import load_file

from vcop.frames import FrameStore
from vcop.options import ComputeOptions, FinetuneOptions, InputOptions, NetworkOptions, flags
from vcop.splits import TEST

NARROW = NetworkOptions(multiplier=0.0625)
SETTING = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    path = tmp_path_factory.mktemp("start") / "random.safetensors"
    assert vcop("initialise", "--network", "r3d", "--seed", 0, "--out", path, *flags(NARROW).split()) == 0
    return path


def finetune(store_path, start, out, *more, split=2, epochs=1):
    files = ("--frames", store_path, "--start", start, "--out", out / "model.safetensors", "--recognition", out / "r.csv")
    about = ("--dataset", "ucf101", "--split", split, "--network", "r3d", "--seed", 0, "--validation-videos", 8)
    options = flags(FinetuneOptions(epochs=epochs)).split()
    return vcop("finetune", *files, *about, *SETTING, *options, *more)


def test_every_test_video_of_the_split_once(store_path, start, tmp_path):
    assert finetune(store_path, start, tmp_path) == 0
    with open(tmp_path / "r.csv") as file:
        rows = list(csv.DictReader(file))
    store = FrameStore(store_path)
    assert {r["video"]: int(r["class"]) for r in rows} == {v.name: v.label for v in store.of(2, TEST)}
    assert all(0 <= int(r["predicted"]) < 10 for r in rows)


def test_frozen_stages_end_as_they_began(store_path, start, tmp_path):
    assert finetune(store_path, start, tmp_path, "--layer", "conv3") == 0
    before, after = load_file(start), load_file(tmp_path / "model.safetensors")
    for name, value in before.items():
        frozen = name.startswith(("backbone.conv1", "backbone.conv2"))
        assert torch.equal(value, after[name]) == frozen, name


def test_a_video_is_scored_by_the_mean_of_its_clips_logits():
    from vcop.datasets import Batches
    from vcop.finetune import predict

    # Two videos of three clips: the first has two clips for class 1, but its mean is for class 0.
    logits = torch.tensor([[9.0, 0], [0, 1], [0, 1], [0, 1], [0, 1], [1, 0]])

    class Fake:
        def logits(self, sample):
            return logits, torch.tensor([0, 0])

    class One(Batches):
        def __init__(self):
            pass

        def epoch(self, epoch, first=0):
            return iter([{"video": ["a", "b"]}])

    assert predict(Fake(), One(), 3) == [("a", 0, 0, 1), ("b", 0, 1, 0)]
