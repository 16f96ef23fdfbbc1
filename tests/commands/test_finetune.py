import csv
import json

import pytest
from support.helpers import FRAMES, vcop

from vcop.config.fields import flags
from vcop.config.options import ComputeOptions, FinetuneOptions, InputOptions, NetworkOptions
from vcop.datasets.splits import TEST
from vcop.datasets.video_list import ListedVideo, group_index, write_video_list
from vcop.evaluation import class_tables, finetuning
from vcop.storage import weights
from vcop.storage.frame_store import FrameStore
from vcop.training.session import ModelSession

NARROW = NetworkOptions(multiplier=0.0625)
SETTING = flags(FRAMES, InputOptions(crop=16, frame_stride=2), NARROW, ComputeOptions()).split()


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
    for by_class, row in zip(classes, confusion, strict=True):
        assert row[by_class["class"]] == by_class["right"]
        assert sum(int(row[name]) for name in store.classes) == int(by_class["n"])


def test_the_groups_of_a_table_decide_the_intervals_of_classes(store_path, start, tmp_path, capsys):
    store, table = FrameStore(store_path), tmp_path / "list.csv"
    listed = [ListedVideo(video.name, str(video.label), "test", "one") for video in store.of(2, TEST)]
    write_video_list(table, listed)
    assert finetune(store_path, start, tmp_path, "--groups", table) == 0
    predictions = [(r["video"], *(int(r[name]) for name in class_tables.HEADER[1:])) for r in read(tmp_path / "r.csv")]
    expected = class_tables.accuracy_by_class(predictions, store.classes, group_index(listed))
    assert [list(r.values()) for r in read(tmp_path / "classes.csv")] == [list(map(str, row)) for row in expected]
    # A table that lacks a test video is refused before the training.
    write_video_list(table, listed[1:])
    assert finetune(store_path, start, tmp_path / "out", "--groups", table) == 1
    lacks = f"{table}: it does not list {listed[0].path}: give the table of these videos, as vcop list writes it"
    assert capsys.readouterr().err == f"vcop finetune: {lacks}\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_that_is_none_is_one_line(store_path, start, tmp_path, capsys, percent):
    assert finetune(store_path, start, tmp_path / "out", "--labels", percent) == 1
    assert capsys.readouterr().err == f"vcop finetune: labels: {percent} is not between 1 and 100 percent\n"
    assert not (tmp_path / "out").exists()


def test_log_and_provenance_count_the_videos(store_path, start, tmp_path, capsys):
    for percent, counts in ((100, "52 videos to train on, 8 to validate, 20 to test"), (20, "10 videos to train on, 8 to")):
        assert finetune(store_path, start, tmp_path / str(percent), "--labels", percent) == 0
        assert counts in capsys.readouterr().out
    one, other = (tmp_path / name for name in ("100", "20"))
    assert (one / "validation.txt").read_text() == (other / "validation.txt").read_text()
    assert [r["video"] for r in read(one / "r.csv")] == [r["video"] for r in read(other / "r.csv")]
    assert json.loads((other / "provenance.json").read_text())["videos"]["training"] == 10


def test_called_from_python_it_gives_what_the_command_writes(store_path, start, tmp_path):
    """The flags reach the library."""
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


def test_it_starts_from_other_crops_with_a_note_but_not_from_other_brightness(store_path, start, tmp_path, capsys):
    """A further training adapts to the geometry of its clips. Another mean or gain is a mistake."""
    made = {"network": "r3d", "multiplier": 0.0625, "crop": 20, "height": 128, "input_gain": 1.0, "clip_length": 8}
    weights.save_weights(tmp_path / "w.safetensors", weights.read_weights(start), **made)
    assert finetune(store_path, tmp_path / "w.safetensors", tmp_path / "out", "--clip-length", 16) == 0
    said, made_with = capsys.readouterr().out, f"{tmp_path}/w.safetensors: these weights were made with"
    assert f"{made_with} crop 20; here it is 16, --crop (input.crop in config.yaml)\n" in said
    assert f"{made_with} height 128; of the frame store it is 20, " in said
    assert f"{made_with} clip_length 8; here it is 16, " in said
    assert finetune(store_path, tmp_path / "w.safetensors", tmp_path / "o", "--input-gain", 4) == 1
    assert "made with input_gain 1.0, but --input-gain (input.input_gain in config.yaml) is 4.0" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_its_weights_say_data_set_split_and_classes(store_path, start, tmp_path):
    assert finetune(store_path, start, tmp_path, "--study", "a test", "--layer", "conv3") == 0
    said = weights.read_about(tmp_path / "model.safetensors")
    assert {key: said[key] for key in ("dataset", "split", "layer", "labels", "classes", "study", "seed")} == {
        "dataset": "ucf101",
        "split": 2,
        "layer": "conv3",
        "labels": 100,
        "classes": FrameStore(store_path).classes,
        "study": "a test",
        "seed": 0,
    }
    assert {key: said[key] for key in ("network", "multiplier", "crop", "frame_stride", "clip_length", "height", "width")} == {
        "network": "r3d",
        "multiplier": 0.0625,
        "crop": 16,
        "frame_stride": 2,
        "clip_length": 16,
        "height": 20,
        "width": 27,
    }
