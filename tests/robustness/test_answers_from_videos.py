"""Questions about made videos, from the files to the answers, where the video decides every one: colour and location."""

import csv
import json

import numpy as np
import pytest
from support.helpers import vcop

from vcop.config.data_options import FrameOptions, QuizOptions, SynthesiseOptions
from vcop.config.fields import flags
from vcop.config.names import QUESTIONS
from vcop.config.options import AnswerOptions, ComputeOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.evaluation.feature_extraction import average_pool
from vcop.loading.clip_datasets import TestClips
from vcop.loading.transforms import crop_and_scale
from vcop.networks.registry import build_backbone
from vcop.storage.feature_store import FeatureStore
from vcop.storage.frame_store import FrameStore
from vcop.storage.weights import load_backbone_weights

VIDEOS = SynthesiseOptions(video_height=32, video_width=44, shortest=34, longest=40)
QUIZ = QuizOptions(question_videos=100, question_types=[4, 6])
FRAMES, INPUT, NARROW = (
    FrameOptions(height=28, width=37),
    InputOptions(crop=24, frame_stride=2),
    NetworkOptions(multiplier=0.125),
)
ANSWER = AnswerOptions(epochs=12, batch_size=32, hidden=48, learning_rate=0.01, head_batchnorm=True)
CLIPS, CLIP_LENGTH = 2, 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Videos, questions, frames and the features of a network with random weights."""
    folder = tmp_path_factory.mktemp("questions")
    lists = ("--dataset", QUESTIONS, "--videos", folder / "videos", "--lists", folder / "lists", "--processes", 2)
    assert vcop("synthesise", *lists, *flags(VIDEOS, QUIZ).split(), "--out", folder / "made.csv") == 0
    files = ("--out", folder / "q.h5", "--digest", folder / "q.digest", "--unreadable", folder / "q.csv")
    spread = ("--clips", CLIPS, "--clip-length", CLIP_LENGTH)
    assert vcop("decode", *lists, *spread, *flags(FRAMES).split(), *files) == 0
    weights = ("--network", "r3d", *flags(NARROW).split())
    assert vcop("initialise", *weights, "--seed", 0, "--out", folder / "w.safetensors") == 0
    assert extract(folder, CLIP_LENGTH, folder / "features.h5") == 0
    return folder


def extract(folder, clip_length, out):
    options = flags(FRAMES, INPUT, NARROW, ComputeOptions()).split()
    where = ("--frames", folder / "q.h5", "--network", "r3d", "--weights", folder / "w.safetensors")
    return vcop("extract", *where, *options, "--clip-length", clip_length, "--pooling", "mean", "--out", out)


@pytest.fixture(scope="module")
def accuracy(folder):
    """With and without the video."""
    found = {}
    for control in ("none", "zeroed", "shuffled"):
        out = folder / control
        files = (
            "--features",
            folder / "features.h5",
            "--annotations",
            folder / "lists",
            "--vectors",
            folder / "lists/vectors.txt",
        )
        options = (*flags(ANSWER, ComputeOptions()).split(), "--control", control, "--seed", 0)
        assert vcop("answer", *files, *options, "--out", out / "m.safetensors", "--answers", out / "a.csv") == 0
        with open(out / "a.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 30 * 10
        found[control] = np.mean([int(row["right"]) for row in rows])
    return found


def test_the_video_is_worth_twenty_points(accuracy):
    """Even to random weights; a network or a chain that loses the video on the way fails here."""
    assert accuracy["none"] > accuracy["zeroed"] + 0.2


def test_the_question_alone_and_other_videos_tell_nothing(accuracy):
    assert accuracy["zeroed"] < 1 / 6 + 0.1
    assert accuracy["shuffled"] < accuracy["zeroed"] + 0.12


def test_features_are_the_means_of_the_stored_clips(folder):
    store = FrameStore(folder / "q.h5")
    backbone = build_backbone("r3d", NARROW).eval()
    load_backbone_weights(folder / "w.safetensors", backbone)
    for role, count in ((TRAIN, 60), (VALIDATION, 10), (TEST, 30)):
        found = FeatureStore(folder / "features.h5", "conv5", role)
        assert (len(found), found.clips, found.values) == (count, CLIPS, backbone.features)
        video = next(v for v in store.videos if v.name == found.names[0])
        sample = TestClips(store, [video], CLIP_LENGTH, INPUT, CLIPS)[0, 0]
        clips = crop_and_scale(sample["frames"], sample["corners"], INPUT)
        expected = backbone(clips).detach()
        assert np.allclose(found.read(0, 1)[0], expected, atol=1e-5)
        assert np.allclose(average_pool(backbone.maps(clips, ["conv5"])["conv5"]).detach(), expected, atol=1e-5)


def test_clips_of_another_length_are_refused(folder, tmp_path, capsys):
    assert extract(folder, 8, tmp_path / "f.h5") == 1
    assert "q.h5: holds clips of 16 frames, not 8: decode again" in capsys.readouterr().err


def test_a_missing_video_is_named_and_its_questions_left_out(folder, tmp_path, capsys):
    """The run goes on where the configuration allows it."""
    entries = json.loads((folder / "lists" / "test_q.json").read_text())
    gone = entries[0]["video_name"]
    videos = tmp_path / "videos"
    videos.mkdir()
    for path in (folder / "videos").glob("v_*.avi"):
        if path.name != f"v_{gone}.avi":
            (videos / path.name).symlink_to(path)
    where = ("--dataset", QUESTIONS, "--videos", videos, "--lists", folder / "lists", "--processes", 2, *flags(FRAMES).split())
    spread = ("--clips", CLIPS, "--clip-length", CLIP_LENGTH)
    files = ("--out", tmp_path / "q.h5", "--digest", tmp_path / "q.digest", "--unreadable", tmp_path / "q.csv")
    assert vcop("decode", *where, *spread, *files) == 1
    said = capsys.readouterr().err
    assert f"v_{gone}: no such file" in said
    assert "raise questions.allow_unreadable" in said
    assert vcop("decode", *where, *spread, *files, "--allow-unreadable", 1) == 0
    assert gone not in {v.name for v in FrameStore(tmp_path / "q.h5").videos}
    assert gone in (tmp_path / "q.csv").read_text()
