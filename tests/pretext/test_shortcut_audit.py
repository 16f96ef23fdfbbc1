import csv
import dataclasses

import pytest
import torch
from support.helpers import FRAMES, vcop
from support.pretraining import NARROW, OPTIONS, start, words  # noqa: F401

from vcop.config.fields import flags
from vcop.config.options import AuditOptions, ComputeOptions, InputOptions, MachineOptions
from vcop.pretext import shortcut_audit
from vcop.sampling.clips import draw_corner
from vcop.sampling.seeding import generator

CROP = 4
BRIEF = dataclasses.replace(OPTIONS, epochs=1)


@pytest.fixture
def sample():
    """Two tuples of three clips of two frames of 6 x 9 pixels; every pixel differs."""
    frames = torch.arange(2 * 3 * 2 * 6 * 9 * 3).remainder(251).to(torch.uint8).view(2, 3, 2, 6, 9, 3)
    return {
        "frames": frames,
        "corners": torch.ones(2, 3, 2, dtype=torch.long),
        "label": torch.tensor([4, 0]),
        "video": ["a", "b"],
    }


def test_only_what_a_condition_names_is_changed(sample):
    kept = {k: v.clone() if isinstance(v, torch.Tensor) else v for k, v in sample.items()}
    changed = {name: change(sample, CROP) for name, change in shortcut_audit.CONDITIONS.items()}
    for name, of in changed.items():
        touched = "corners" if "crop" in name else "frames"
        assert of["video"] == ["a", "b"]
        assert torch.equal(of["label"], kept["label"])
        for key in ("frames", "corners"):
            assert of[key].shape == kept[key].shape
            assert of[key].dtype == kept[key].dtype
            assert torch.equal(of[key], kept[key]) == (name == "plain" or key != touched), (name, key)
    assert all(torch.equal(sample[k], kept[k]) for k in ("frames", "corners"))


def test_still(sample):
    frames = shortcut_audit.still(sample, CROP)["frames"]
    assert torch.equal(frames[:, :, 0], sample["frames"][:, :, 0])
    assert torch.equal(frames[:, :, 1], sample["frames"][:, :, 0])


def test_reversed(sample):
    frames = shortcut_audit.reverse(sample, CROP)["frames"]
    assert torch.equal(frames[0, 2, 0], sample["frames"][0, 2, 1])
    assert torch.equal(frames[0, 2, 1], sample["frames"][0, 2, 0])


@pytest.mark.parametrize(
    ("colour", "luma"),
    [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29), ((255, 255, 255), 255), ((0, 0, 0), 0), ((10, 20, 30), 18)],
)
def test_grey(colour, luma):
    """0.299 R + 0.587 G + 0.114 B, rounded."""
    frames = torch.tensor(colour, dtype=torch.uint8).expand(1, 1, 1, 1, 1, 3)
    assert shortcut_audit.grey({"frames": frames}, CROP)["frames"].tolist() == [[[[[[luma] * 3]]]]]


def test_crops(sample):
    own, shared = (change(sample, CROP)["corners"] for change in (shortcut_audit.own_crops, shortcut_audit.shared_crop))
    for b, video in enumerate(("a", "b")):
        rng = generator("audit crop", video)
        assert own[b].tolist() == [list(draw_corner(6, 9, CROP, rng)) for _ in range(3)]
        assert shared[b].tolist() == own[b, :1].tolist() * 3
    # The batch that a video is in changes nothing.
    alone = {k: v[1:] for k, v in sample.items()}
    assert torch.equal(shortcut_audit.own_crops(alone, CROP)["corners"], own[1:])


@pytest.fixture(scope="module")
def pretrained(store_path, start, tmp_path_factory):  # noqa: F811
    out = tmp_path_factory.mktemp("pretrained")
    assert vcop(*words(store_path, start, out, options=BRIEF)) == 0
    return out


def run(store_path, weights, out, *more, task="16-8-3"):
    sections = (
        FRAMES,
        InputOptions(crop=16, frame_stride=2),
        NARROW,
        ComputeOptions(),
        BRIEF,
        AuditOptions(),
        MachineOptions(),
    )
    where = ("--frames", store_path, "--weights", weights, "--out", out, "--network", "r3d", "--task", task)
    return vcop("audit", *where, *flags(*sections).split(), *more)


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def test_plain_is_pretrainings_test_and_every_condition_has_every_video(store_path, pretrained, tmp_path, capsys):
    assert run(store_path, pretrained / "model.safetensors", tmp_path / "a.csv") == 0
    rows, order = read(tmp_path / "a.csv"), read(pretrained / "order.csv")
    by = {
        name: [{k: v for k, v in r.items() if k != "condition"} for r in rows if r["condition"] == name]
        for name in shortcut_audit.CONDITIONS
    }
    assert list(rows[0]) == ["condition", "video", "order", "predicted", "right", "probability"]
    assert by["plain"] == order
    for of in by.values():
        assert [(r["video"], r["order"]) for r in of] == [(r["video"], r["order"]) for r in order]
    for name in set(by) - {"plain"}:
        assert [r["probability"] for r in by[name]] != [r["probability"] for r in order], name
    assert "r3d 16-8-3, still: " in capsys.readouterr().out
    first = (tmp_path / "a.csv").read_bytes()
    assert run(store_path, pretrained / "model.safetensors", tmp_path / "a.csv", "--workers", 1) == 0
    assert (tmp_path / "a.csv").read_bytes() == first


def test_bad_input_is_one_line(store_path, start, pretrained, tmp_path, capsys):  # noqa: F811
    good = pretrained / "model.safetensors"
    (tmp_path / "half.safetensors").write_bytes(good.read_bytes()[:9999])
    for weights, more, said in (
        (start, {}, "not the weights of this network"),  # a backbone without an order head
        (good, {"task": "16-8-4"}, "not the weights of this network"),
        (tmp_path / "half.safetensors", {}, "not a whole weights file"),
        (tmp_path / "no.safetensors", {}, "the weights file is not there"),
        (good, {"task": "16-80-5"}, "no test video is long enough"),
    ):
        assert run(store_path, weights, tmp_path / "a.csv", **more) == 1
        err = capsys.readouterr().err
        assert err.startswith("vcop audit: ")
        assert said in err
        assert err.count("\n") == 1
    assert not (tmp_path / "a.csv").exists()
