"""A parsed configuration is a study, or one line that names the key."""

import pytest

from vcop.config.options import PretrainOptions
from vcop.config.reader import read_study, require_portable

DATA = {"ucf101": {"videos": "v", "lists": "l"}, "hmdb51": {"videos": "v", "lists": "l"}}


def config(**changes):
    return {"study": "a test", "data": DATA} | changes


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"pretrian": {}}, "pretrian"),
        ({"pretrain": {"epoch": 3}}, "pretrain: .*epoch"),
        ({"pretrain": {"epochs": "many"}}, "pretrain.epochs: 'many' is not of type 'integer'"),
        ({"pretrain": {"epochs": -1}}, "pretrain.epochs: -1 is less than the minimum of 1"),
        ({"pretrain": {"learning_rate": "1e-3"}}, r"pretrain.learning_rate: .*write 1.0e-3"),
        ({"pretrain": {"optimiser": "adam"}}, "pretrain.optimiser: 'adam' is not one of"),
        ({"pretrain": {"momentum": float("nan")}}, "pretrain.momentum: nan is not a finite number"),
        ({"task": "16-8-6"}, "task: '16-8-6': a tuple has 2 to 5 clips"),
        ({"task": "16--8-3"}, "task: '16--8-3': the interval is negative"),
        ({"input": {"crop": 150}}, "input.crop: 150 pixels do not fit frames of 128x171"),
        ({"input": {"frame_stride": 16}}, "input.frame_stride: 16 leaves a single frame of a clip of 16"),
        ({"data": {"ucf101": {"videos": "v"}}}, "data.ucf101.lists: the official lists are needed"),
        ({"data": {}}, "data: {} should be non-empty"),
        ({"seeds": []}, "seeds: give at least one"),
        ({"seeds": [0, 0]}, "seeds: .* twice"),
        ({"synthesise": {"video_width": 33}}, "synthesise.video_width: 33 is odd"),
    ],
)
def test_a_broken_configuration_is_one_line_with_the_key(broken, words):
    with pytest.raises(ValueError, match=words) as refusal:
        read_study(config(**broken))
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("config.yaml: ")


def test_defaults_are_filled_in():
    study = read_study(config(pretrain={"epochs": 3}))
    assert study.pretrain == PretrainOptions(epochs=3)
    assert study.task == "16-8-3"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": {1: "x"}}, "c.yaml: a: the key 1 is not text: quote it"),
        ({"a": [2**70]}, "c.yaml: a: a whole number beyond 64 bits"),
        ({"a": float("inf")}, "c.yaml: a: inf is not a finite number"),
        ({"a": {"b": "--out"}}, "c.yaml: a.b: '--out' begins with '-'"),
        ({"a": "x\0"}, "contains a NUL character"),
    ],
)
def test_what_no_shell_could_carry_is_refused(value, message):
    with pytest.raises(ValueError) as refusal:
        require_portable(value, "c.yaml")
    assert message in str(refusal.value)
