import csv
import dataclasses

import pytest
from support.helpers import FRAMES, vcop
from support.pretraining import NARROW, OPTIONS, words

from vcop.config.fields import flags
from vcop.config.options import AuditOptions, ComputeOptions, InputOptions, MachineOptions
from vcop.pretext import shortcut_audit

BRIEF = dataclasses.replace(OPTIONS, epochs=1)


@pytest.fixture(scope="module")
def pretrained(store_path, start, tmp_path_factory):
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
    assert list(rows[0]) == ["condition", "video", "tuple", "order", "predicted", "right", "probability"]
    assert by["plain"] == order
    for of in by.values():
        assert [(r["video"], r["order"]) for r in of] == [(r["video"], r["order"]) for r in order]
    for name in set(by) - {"plain"}:
        assert [r["probability"] for r in by[name]] != [r["probability"] for r in order], name
    assert "r3d 16-8-3, still: " in capsys.readouterr().out
    first = (tmp_path / "a.csv").read_bytes()
    assert run(store_path, pretrained / "model.safetensors", tmp_path / "a.csv", "--workers", 1) == 0
    assert (tmp_path / "a.csv").read_bytes() == first


def test_a_bare_call_takes_task_and_options_from_the_weights(store_path, pretrained, tmp_path):
    weights = pretrained / "model.safetensors"
    assert run(store_path, weights, tmp_path / "a.csv") == 0
    assert vcop("audit", "--frames", store_path, "--weights", weights, "--out", tmp_path / "b.csv") == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_bad_input_is_one_line(store_path, start, pretrained, tmp_path, capsys):
    good = pretrained / "model.safetensors"
    (tmp_path / "half.safetensors").write_bytes(good.read_bytes()[:9999])
    for weights, more, said in (
        (start, {}, "not the weights of this network"),  # a backbone without an order head
        (
            good,
            {"task": "16-8-4"},
            "these weights were made with task 16-8-3, but --task is 16-8-4: give 16-8-3 or leave the flag",
        ),
        (good, {"more": ("--crop", 20)}, "these weights were made with crop 16, but --crop (input.crop in config.yaml) is 20"),
        (good, {"more": ("--head-batchnorm",)}, "head_batchnorm False, but --head-batchnorm (pretrain.head_batchnorm in"),
        (tmp_path / "half.safetensors", {}, "not a whole weights file"),
        (tmp_path / "no.safetensors", {}, "the weights file is not there"),
        (start, {"task": "16-80-5"}, "no test video is long enough"),
    ):
        flags_too = more.pop("more", ())
        assert run(store_path, weights, tmp_path / "a.csv", *flags_too, **more) == 1
        err = capsys.readouterr().err
        assert err.startswith("vcop audit: ")
        assert said in err
        assert err.count("\n") == 1
    assert not (tmp_path / "a.csv").exists()
