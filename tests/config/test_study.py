import dataclasses
from pathlib import Path

import pytest
import yaml

from vcop.config.reader import read_study
from vcop.pretext.task_registry import find_task

ROOT = Path(__file__).parents[2]
STUDIES = ["config.yaml", "studies/paper/config.yaml"]
DATA = {"ucf101": {"videos": "v", "lists": "l"}, "hmdb51": {"videos": "v", "lists": "l"}}


def config(**changes):
    return {"study": "a test", "data": DATA} | changes


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
    for section in set(said) - {"study", "data", "questions", "task_epochs"}:
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


def test_a_long_run_has_twice_the_epochs_of_its_task():
    study = read_study(config(pretrain={"epochs": 10}, task_epochs={"16-16-3": 7}))
    assert [study.pretraining(task).epochs for task in ("16-8-3", "16-8-3-long", "16-16-3", "16-16-3-long")] == [10, 20, 7, 14]


def test_controls_have_the_work_of_what_they_control():
    """-direct has the clips of the whole curriculum, -more the epochs of -hard; a number of their own wins."""
    epochs = {"16-8-4": 4, "16-8-5": 3, "16-8-3-hard": 6}
    study = read_study(config(pretrain={"epochs": 10}, task_epochs=epochs))
    asked = ("16-8-4-direct", "16-8-5-direct", "16-8-3-direct", "16-8-3-more", "16-8-4-more")
    assert [study.pretraining(task).epochs for task in asked] == [
        round((10 * 3 + 4 * 4) / 4),
        round((10 * 3 + 4 * 4 + 3 * 5) / 5),
        10,
        6,
        10,
    ]
    study = read_study(config(pretrain={"epochs": 10}, task_epochs=epochs | {"16-8-4-direct": 20}))
    assert study.pretraining("16-8-4-direct").epochs == 20


@pytest.mark.parametrize("name", STUDIES)
def test_compared_tasks_see_as_many_clips(name):
    """Within 5 %, since epochs are whole; `beyond_tasks` prints what was seen."""
    study = read_study(yaml.safe_load((ROOT / name).read_text()))
    clips = {task: find_task(task).clips * study.pretraining(task).epochs for task in study.tasks}
    assert study.tasks[0] == "16-8-3"
    assert clips == {task: pytest.approx(clips["16-8-3"], rel=0.05) for task in study.tasks}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tasks": []}, "tasks: give at least one name"),
        ({"backbones": ["c3d", "c3d"]}, "backbones: give at least one name, and none twice"),
        ({"tasks": ["16-8-3", "Arrow 16"]}, "tasks: 'Arrow 16' is not the name of a pretext task"),
    ],
)
def test_impossible_lists_of_names_are_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        read_study(config(**changes))


def test_the_heading_says_that_batches_were_divided():
    assert read_study(config()).note == ""
    note = read_study(config(pretrain={"accumulate": 2})).note
    assert note == "pretraining: gradients accumulated, BatchNorm over 1/2 of each batch of 8"


def test_a_data_set_and_a_network_on_it_may_be_fine_tuned_for_other_epochs():
    epochs = {"ucf101": 22, "ucf101/c3d": 30, "hmdb51/mine": 9}
    study = read_study(config(finetune={"epochs": 14}, finetune_epochs=epochs))
    assert study.finetuning("ucf101", "r3d").epochs == 22
    assert study.finetuning("ucf101", "c3d").epochs == 30
    assert study.finetuning("hmdb51", "c3d").epochs == study.finetune.epochs == 14
    assert study.finetuning("hmdb51", "mine").epochs == 9
    assert study.finetuned_networks == {"c3d", "mine"}


@pytest.mark.parametrize(
    ("epochs", "said"),
    [
        ({"ucf50": 3}, "finetune_epochs: 'ucf50' is not among the data sets"),
        ({"ucf50/c3d": 3}, "finetune_epochs: 'ucf50' is not among the data sets"),
        ({"ucf101/C3D": 3}, "finetune_epochs.ucf101/C3D: 'C3D' is not the name of a network, for example r3d"),
        ({"ucf101/": 3}, "finetune_epochs.ucf101/: '' is not the name of a network, for example r3d"),
        ({"ucf101": 0}, "finetune_epochs.ucf101: 0 is below 1"),
        ({"ucf101/c3d": 0}, "finetune_epochs.ucf101/c3d: 0 is below 1"),
    ],
)
def test_impossible_epochs_of_fine_tuning(epochs, said):
    with pytest.raises(ValueError, match=said):
        read_study(config(finetune_epochs=epochs))


def test_data_sets_by_any_name():
    study = read_study(config(data={"gestures": {"videos": "clips"}}))
    assert study.data["gestures"].lists == ""
    assert (study.pretraining_data, study.own_data) == ("gestures", ["gestures"])
    both = read_study(config(data=DATA | {"gestures": {"videos": "clips"}}))
    assert (both.pretraining_data, both.own_data) == ("ucf101", ["gestures"])
    assert read_study(config(data=both_data(), pretrain_on="gestures")).pretraining_data == "gestures"


def both_data():
    return DATA | {"gestures": {"videos": "clips", "lists": "mine.csv", "groups": "(day[0-9])"}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": {"my clips": {"videos": "v"}}}, "data: 'my clips' cannot be the name of a data set"),
        ({"data": {"ucf101": {"videos": "v"}}}, "data.ucf101.lists: the official lists are needed"),
        ({"data": {"a": {"videos": "v", "groups": "("}}}, r"data.a.groups: '\(' is neither none, nor folders"),
        ({"data": {"a": {"videos": "v", "labels": "x"}}}, "data.a.labels: 'x' is not one of"),
        ({"data": {"a": {"videos": "v"}}, "synthesise": {}}, "data.a: synthetic videos are made of ucf101 and hmdb51 only"),
        ({"pretrain_on": "b"}, "pretrain_on: b is not among the data sets"),
    ],
)
def test_impossible_data_sets_are_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        read_study(config(**changes))
