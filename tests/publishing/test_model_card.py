import yaml

from vcop.paper.measurement.scores import Measured
from vcop.publishing.measured_results import Result, StudyResults
from vcop.publishing.model_card import model_card

ABOUT = {
    "network": "r3d",
    "multiplier": 0.125,
    "task": "16-8-3",
    "crop": 20,
    "frame_stride": 2,
    "input_mean": 0.45,
    "input_gain": 4.0,
}
ABOUT |= {
    "clip_length": 16,
    "height": 24,
    "width": 32,
    "study": 'my "gestures": one',
    "seed": 1,
    "vcop": "0.3.0",
    "licence": "MIT",
}
RESULT = Result("accuracy of predicted orders", "ucf101", Measured(41.84, 34.76, 48.31, 210))


STUDY = StudyResults((RESULT,), synthetic=True)


def card(about=ABOUT, study=STUDY, datasets=()):
    text = model_card(about, study, name="r3d-16-8-3-seed-1", weights_file="model.safetensors", datasets=datasets)
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


def test_the_metadata_are_those_that_hubs_read():
    front, _ = card(datasets=["ucf101"])
    assert front["license"] == "mit"
    assert front["library_name"] == "vcop"
    assert front["datasets"] == ["ucf101"]
    assert {"video", "self-supervised-learning", "r3d"} <= set(front["tags"])
    (entry,) = front["model-index"][0]["results"]
    assert entry["dataset"] == {"type": "synthetic", "name": "synthetic videos in the layout of ucf101"}
    assert entry["metrics"] == [
        {"type": "accuracy", "value": 41.8, "name": "accuracy of predicted orders; 95 % interval 34.8 to 48.3"}
    ]


def test_the_text_says_what_enters_the_network_and_how_to_load_it():
    _, body = card()
    assert "A R3D backbone of 0.125 times the papers' width, trained without labels" in body
    assert 'Study: my "gestures": one; seed 1.' in body
    assert "clips (batch, 3, 8, 20, 20)" in body
    assert "RGB x in [0, 1] as (x - 0.45) * 4" in body
    assert 'backbone = vcop.load_backbone("model.safetensors")' in body
    assert "| accuracy of predicted orders | ucf101 | 41.8 [34.8, 48.3] | 210 |" in body
    assert "cannot be compared with the papers' numbers" in body


def test_without_results_and_input_nothing_is_claimed():
    front, body = card({"network": "c3d", "multiplier": 1.0, "weights": "random"}, StudyResults())
    assert front.keys() == {"license", "library_name", "pipeline_tag", "tags"}
    assert "The file does not say what has to enter the network." in body
    assert "Results" not in body
    _, body = card(ABOUT | {"names": "2019"}, StudyResults())
    assert "This is the papers' input; the files of 2019 do not say theirs." in body


def test_a_fine_tuned_network_names_its_actions():
    about = ABOUT | {"classes": ["wave", "clap"], "dataset": "hmdb51", "split": 2}
    front, body = card(about, StudyResults())
    assert front["pipeline_tag"] == "video-classification"
    assert "fine-tuned to recognise 2 actions (hmdb51, split 2)" in body


def test_what_a_file_says_does_not_become_part_of_the_page():
    evil = "x\n\n# Free money\n<script>alert(1)</script>\x1b[2J"
    front, body = card(ABOUT | dict.fromkeys(("study", "start", "licence", "vcop"), evil), StudyResults())
    assert "<script>" not in body
    assert "\x1b" not in body
    assert [line for line in body.splitlines() if line.startswith("# ")] == ["# r3d-16-8-3-seed-1"]
    assert front["license"].startswith("x\\n")


def test_a_task_other_than_order_prediction_claims_nothing_of_it():
    front, body = card(ABOUT | {"task": "supervised-16"}, StudyResults())
    assert front["tags"] == ["video", "r3d"]
    assert "pretrained on videos by the task supervised-16" in body
    assert "without labels" not in body
