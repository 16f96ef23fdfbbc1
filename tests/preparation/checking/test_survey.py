import shutil

import pytest

from vcop.config.names import QUESTIONS
from vcop.datasets.splits import TRAIN, OfficialSplits
from vcop.preparation.checking.inventory import Inventory
from vcop.preparation.checking.survey import CheckOptions, survey_videos


@pytest.fixture
def inventory(videos, tmp_path):
    """One good, one empty and one missing video."""
    shutil.copy(videos / "videos" / "Pulse" / "v_Pulse_g01_c01.avi", tmp_path / "good.avi")
    (tmp_path / "empty.avi").touch()
    splits = OfficialSplits(["Pulse"])
    for name in ("good", "empty", "none"):
        splits.add(name, 0, 1, TRAIN, "here")
    return Inventory("ucf101", splits, files={name: tmp_path / f"{name}.avi" for name in splits.labels})


def test_every_listed_video_is_checked(inventory):
    survey = survey_videos(inventory, CheckOptions(processes=2))
    assert {name: check.kind for name, check in survey.videos.items()} == {"good": "", "empty": "empty", "none": "missing"}
    assert list(survey.frames) == ["good"]
    assert survey.frames["good"] >= 66
    assert survey.deep


def test_long_videos_are_sampled_unless_asked_otherwise(inventory):
    inventory.dataset = QUESTIONS
    assert not survey_videos(inventory, CheckOptions()).deep
    assert survey_videos(inventory, CheckOptions(deep=True)).deep


def test_with_known_frame_counts_nothing_is_decoded(inventory, tmp_path):
    (tmp_path / "frames.csv").write_text("video,frames\ngood,7\nnone,8\n")
    survey = survey_videos(inventory, CheckOptions(frame_counts=tmp_path / "frames.csv"))
    assert survey.frames == {"good": 7, "none": 8}
    assert survey.videos["good"].header is None
    assert survey.videos["good"].size > 0


def test_files_of_other_data_sets_are_checked_but_not_those_of_this_one(inventory, tmp_path):
    shutil.copy(tmp_path / "good.avi", tmp_path / "copy.avi")
    survey = survey_videos(inventory, CheckOptions(against=[("hmdb51", tmp_path)]))
    assert list(survey.others) == ["hmdb51: copy.avi"]
    assert survey.paths["hmdb51: copy.avi"] == tmp_path / "copy.avi"
    with pytest.raises(ValueError, match="--against kinetics"):
        survey_videos(inventory, CheckOptions(against=[("kinetics", tmp_path)]))
