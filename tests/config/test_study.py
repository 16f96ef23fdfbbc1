import dataclasses
from pathlib import Path

import jsonschema
import pytest
import yaml

from vcop.commands.schema import schema_text
from vcop.config.options import PretrainOptions
from vcop.config.reader import read_study
from vcop.config.schema import json_schema
from vcop.config.study import Study

ROOT = Path(__file__).parents[2]
STUDIES = ["config.yaml", "studies/paper/config.yaml"]
DATA = {"ucf101": {"videos": "v", "lists": "l"}, "hmdb51": {"videos": "v", "lists": "l"}}


def config(**changes):
    return {"study": "a test", "data": DATA} | changes


def test_the_schema_on_disk_is_the_options():
    assert (ROOT / "workflow/schemas/config.schema.yaml").read_text() == schema_text()
    jsonschema.Draft202012Validator.check_schema(json_schema(Study))


@pytest.mark.parametrize("name", STUDIES)
def test_studies_fit_the_schema(name):
    study = read_study(yaml.safe_load((ROOT / name).read_text()))
    assert set(study.data) == {"ucf101", "hmdb51"}


def test_the_paper_study_has_the_papers_values():
    study = read_study(yaml.safe_load((ROOT / "studies/paper/config.yaml").read_text()))
    p = study.pretrain
    assert (p.epochs, p.batch_size, p.learning_rate, p.momentum, p.weight_decay) == (300, 8, 1e-3, 0.9, 5e-4)
    assert (p.optimiser, p.schedule, p.dropout) == ("sgd", "constant", 0.5)
    assert not (p.head_batchnorm or p.joint_batchnorm or p.shared_crop)
    assert (study.frames.height, study.frames.width, study.input.crop, study.input.frame_stride) == (128, 171, 112, 1)
    assert (study.input.input_mean, study.input.input_gain, study.network.multiplier) == (0.0, 1.0, 1.0)
    assert study.finetune.epochs == 150
    assert study.data["ucf101"].validation_videos == 800
    assert study.data["hmdb51"].validation_videos == 400
    assert study.synthesise is None


def test_the_paper_study_says_every_number_with_its_source():
    text = (ROOT / "studies/paper/config.yaml").read_text()
    said = yaml.safe_load(text)
    del said["data"]["hmdb51"]["validation_videos"], said["machine"]["workers"]
    default = read_study(
        {"study": said["study"], "data": DATA, "questions": dict.fromkeys(("videos", "annotations", "vectors"), "v")}
    )
    for section in set(said) - {"study", "data", "questions"}:
        assert said[section] == of(getattr(default, section), said[section]), section
    for where, kept in ((default.questions, said["questions"]), *((default.data[k], v) for k, v in said["data"].items())):
        numbers = {key: value for key, value in kept.items() if isinstance(value, int)}
        assert numbers == of(where, numbers)
    section = ""
    for line in text.splitlines():
        _, _, rest = line.partition(":")
        section = line if rest and not line.startswith(" ") else section
        value, _, comment = rest.partition("#")
        if any(c.isdigit() for c in value) and "changes no result" not in section:
            assert comment or "#" in section, f"{line.strip()}: where from?"


def of(options, keys):
    """The same keys of a section of options, or the option itself where it has none."""
    return {key: getattr(options, key) for key in keys} if dataclasses.is_dataclass(options) else options


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
        ({"input": {"frame_stride": 4}}, "input.frame_stride: 4 leaves fewer than the 8 frames"),
        ({"data": {"ucf101": {"videos": "v"}}}, "data.ucf101: 'lists' is a required property"),
        ({"data": {}}, "data: {} should be non-empty"),
        ({"seeds": []}, "seeds: at least one"),
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
