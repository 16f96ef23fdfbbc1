"""A pretrained network predicts new tuples of its training videos; what does not fit it is one line."""

import csv

import pytest
import torch
from safetensors.torch import load_file
from support.helpers import vcop
from support.pretraining import NARROW, OPTIONS, mining_words, table, words
from torch.utils.data import default_collate

from vcop.config.options import ComputeOptions, InputOptions
from vcop.datasets.splits import TRAIN
from vcop.loading.clip_datasets import TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.pretext.order_prediction import HEADER, load_pretrained
from vcop.pretext.task_registry import find_task
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore
from vcop.storage.weights import read_about, save_weights


@pytest.fixture(scope="module")
def run(store_path, start, tmp_path_factory):
    """The folder of a pretraining of six epochs."""
    out = tmp_path_factory.mktemp("run")
    assert vcop(*words(store_path, start, out)) == 0
    return out


def test_predictions_are_those_of_the_weights_on_tuples_of_later_epochs(store_path, run, tmp_path):
    assert vcop(*mining_words(store_path, run, tmp_path), "--tuples", 2) == 0
    rows, store = table(tmp_path / "predictions.csv"), FrameStore(store_path)
    assert tuple(rows[0]) == HEADER
    aside = set((run / "validation.txt").read_text().split())
    training = [v for v in store.of(1, TRAIN) if v.count >= 64 and v.name not in aside]
    assert [(r["tuple"], r["video"]) for r in rows] == [(k, v) for k in "01" for v in sorted(v.name for v in training)]
    # The network by hand, on two tuples of the second epoch after the last one.
    model = load_pretrained("r3d", NARROW, OPTIONS, find_task("16-8-3"), run / "model.safetensors")
    inputs = InputOptions(crop=16, frame_stride=2)
    data = TrainingTuples(store, training, Task.parse("16-8-3"), inputs, seed=0)
    clips, labels = prepare_tuples(inputs, ComputeOptions())(default_collate([data[7, 0], data[7, 1]]), torch.device("cpu"))
    with torch.no_grad():
        odds = model(clips).softmax(1)
    second = {r["video"]: r for r in rows if r["tuple"] == "1"}
    for video, of, label in zip(data.videos, odds, labels, strict=False):
        row = second[video.name]
        assert (int(row["order"]), int(row["predicted"])) == (label, of.argmax())
        assert float(row["probability"]) == pytest.approx(float(of[label]), abs=1e-4)
        assert row["right"] == str(int(of.argmax() == label))


def test_the_kept_videos_are_those_of_the_predictions(store_path, run, tmp_path, capsys):
    assert vcop(*mining_words(store_path, run, tmp_path), "--tuples", 1) == 0
    rows = table(tmp_path / "predictions.csv")
    right = sorted((r["probability"], r["video"]) for r in rows if r["right"] == "1")
    threshold = right[len(right) // 2][0]  # of the video itself, which is not above it
    assert vcop(*mining_words(store_path, run, tmp_path), "--tuples", 1, "--threshold", threshold) == 0
    assert table(tmp_path / "predictions.csv") == rows
    kept, simple = (tmp_path / "hard.txt").read_text().splitlines(), {video for p, video in right if p > threshold}
    assert simple
    assert kept == sorted({r["video"] for r in rows} - simple)
    assert len(kept) > OPTIONS.batch_size
    with open(tmp_path / "classes.csv") as file:
        classes = list(csv.DictReader(file))
    assert sum(int(row["dropped"]) for row in classes) == len(simple)
    assert sum(int(row["kept"]) for row in classes) == len(kept)
    assert f"r3d 16-8-3: {len(kept)} videos kept, {len(simple)} simple ones dropped" in capsys.readouterr().out


def test_what_the_weights_file_says_need_not_be_given(store_path, run, tmp_path):
    said, bare = tmp_path / "said", tmp_path / "bare"
    for out in (said, bare):
        out.mkdir()
    assert vcop(*mining_words(store_path, run, said), "--seed", 0) == 0
    files = ("--out", bare / "hard.txt", "--predictions", bare / "predictions.csv", "--classes", bare / "classes.csv")
    where = ("--frames", store_path, "--weights", run, "--epochs", OPTIONS.epochs)
    assert vcop("mine", *where, *files, "--validation-videos", 8) == 0
    for name in ("hard.txt", "predictions.csv", "classes.csv"):
        assert (bare / name).read_bytes() == (said / name).read_bytes()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--epochs", 7), "provenance.json: the pretraining had epochs 6, not 7: give --epochs as in the pretraining"),
        (
            ("--validation-videos", 9),
            "provenance.json: the pretraining had another list of training videos: give --validation-videos",
        ),
        (("--shared-crop",), "provenance.json: the pretraining had shared_crop False, not True: give --shared-crop as"),
        (("--seed", 1), "these weights were made with seed 0, but --seed (seeds in config.yaml) is 1"),
        (("--task", "16-8-4"), "these weights were made with task 16-8-3, but --task is 16-8-4"),
        (("--tuples", 0), "tuples: 0 is below 1"),
        (("--weights", "no.safetensors"), "no.safetensors: the weights file is not there"),
    ],
)
def test_what_does_not_fit_is_one_line(store_path, run, tmp_path, capsys, more, said):
    assert vcop(*mining_words(store_path, run, tmp_path / "out"), *more) == 1
    error = capsys.readouterr().err
    assert error.startswith("vcop mine: ")
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_weights_that_say_no_seed_need_the_flag(store_path, run, tmp_path, capsys):
    state, about = load_file(run / "model.safetensors"), read_about(run / "model.safetensors")
    for path in (run / "validation.txt", run / "provenance.json"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    save_weights(
        tmp_path / "model.safetensors", state, **{k: v for k, v in about.items() if k not in ("seed", "vcop", "licence")}
    )
    assert vcop(*mining_words(store_path, tmp_path, tmp_path)) == 1
    assert "model.safetensors: does not say its seed: give --seed" in capsys.readouterr().err
    assert vcop(*mining_words(store_path, tmp_path, tmp_path), "--seed", 0) == 0


def test_predictions_that_are_not_finite_are_one_line(store_path, run, tmp_path, capsys):
    state, about = load_file(run / "model.safetensors"), read_about(run / "model.safetensors")
    last = next(name for name in reversed(state) if name.endswith("order.weight"))
    state[last] = state[last].sign() * 3e38
    save_weights(tmp_path / "model.safetensors", state, **{k: v for k, v in about.items() if k not in ("vcop", "licence")})
    assert vcop(*mining_words(store_path, tmp_path, tmp_path)) == 1
    assert "are not finite: try another compute.precision, or other weights" in capsys.readouterr().err
    assert not (tmp_path / "hard.txt").exists()


def test_a_list_that_was_changed_is_refused_by_the_training(store_path, run, tmp_path, capsys):
    assert vcop(*mining_words(store_path, run, tmp_path)) == 0
    listed = tmp_path / "hard.txt"
    listed.write_text(listed.read_text().split("\n", 1)[1])
    more = ("--videos", listed)
    assert vcop(*words(store_path, run / "model.safetensors", tmp_path / "hard", task="16-8-3-hard"), *more) == 1
    assert "hard.txt: changed since it was written" in capsys.readouterr().err
