import yaml

from vcop.config.reader import read_study
from vcop.own_videos.configuration import configuration_text, relative
from vcop.own_videos.proposal import Request, propose


def test_the_configuration_is_a_valid_study_with_the_proposed_values(clips, tmp_path):
    proposal = propose(Request(videos=clips, device="cpu", minutes=1, processes=1))
    text = configuration_text(proposal, tmp_path / "study", "phone_clips")
    study = read_study(yaml.safe_load(text))
    assert study.data["phone_clips"] == proposal.options
    for section in ("frames", "input", "network", "machine", "pretrain", "finetune"):
        assert getattr(study, section) == getattr(proposal.sizes, section), section
    assert study.task == "8-4-3"
    assert "11 of 12 readable videos are long enough, 1 are left out" in text
    assert all(len(line) < 170 for line in text.splitlines() if str(clips) not in line and "videos:" not in line)


def test_a_folder_may_be_named_like_a_value_of_yaml(clips, tmp_path):
    proposal = propose(Request(videos=clips, device="cpu", minutes=1, processes=1))
    for name in ("on", "no", "null", "clips"):
        assert list(read_study(yaml.safe_load(configuration_text(proposal, tmp_path / "study", name))).data) == [name]


def test_a_path_in_the_study_is_relative(tmp_path):
    assert relative(tmp_path / "study/clips", tmp_path / "study") == "clips"
    assert relative(tmp_path / "clips", tmp_path / "study") == str(tmp_path / "clips")
