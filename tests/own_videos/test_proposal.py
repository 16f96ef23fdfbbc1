import pytest

from vcop.own_videos.proposal import Request, propose
from vcop.own_videos.sizes import FEWEST


@pytest.fixture(scope="module")
def proposal(clips):
    return propose(Request(videos=clips, device="cpu", minutes=2, processes=1))


def test_a_flat_folder_of_short_videos(proposal):
    assert proposal.task.task == "8-4-3"
    assert (proposal.task.used, proposal.task.videos) == (11, 12)
    assert (proposal.options.allow_unreadable, proposal.options.validation_videos, proposal.options.groups) == (1, 1, "none")
    assert sorted(video.role for video in proposal.listed) == ["test"] * 2 + ["training"] * 10 + ["validation"]
    assert proposal.sizes.pretrain.epochs >= 1
    assert proposal.minutes <= 4


def test_it_says_all_that_a_user_has_to_know(proposal):
    said = "\n".join(proposal.lines())
    for part in ("13 videos, 1 of them cannot be read", "held out by group: 10 training, 1 validation, 2 test",
                 "11 of 12 videos fit, 1 are too short", "sizes for CPU cores: frames of 24x32", "time expected: "):  # fmt: skip
        assert part in said
    assert ("note: pretraining sees" in said) == (proposal.tuples < FEWEST)


def test_videos_in_many_folders_are_held_out_by_folder(clips, tmp_path):
    for i in range(1, 12):
        (tmp_path / f"day{i}").mkdir()
        for copy in "ab":
            (tmp_path / f"day{i}/{copy}.avi").hardlink_to(clips / f"{i:02d}.avi")
    proposal = propose(Request(videos=tmp_path, device="cpu", minutes=1, task="8-2-3"))
    assert proposal.options.groups == "folders"
    assert {video.group for video in proposal.listed} == {f"day{i}" for i in range(1, 12)}
    assert proposal.task.task == "8-2-3"


def test_folders_are_no_groups_where_too_few_hold_the_videos(clips, tmp_path, monkeypatch):
    """If lists cannot be drawn by folders, each video is a group of its own."""
    monkeypatch.setattr("vcop.own_videos.proposal.FOLDERS", 2)
    for folder in ("day1", "day2"):
        (tmp_path / folder).mkdir()
        for i in range(1, 7):
            (tmp_path / folder / f"{i}.avi").hardlink_to(clips / f"{i:02d}.avi")
    proposal = propose(Request(videos=tmp_path, device="cpu", minutes=1, task="8-2-3"))
    assert proposal.options.groups == "none"
    assert {video.role for video in proposal.listed} == {"training", "validation", "test"}


def test_a_refusal_says_why_videos_cannot_be_read(tmp_path):
    for i in range(12):
        (tmp_path / f"{i}.mp4").touch()
    with pytest.raises(ValueError, match=r"only 0 videos have .*; 12 of 12 videos cannot be read \(0.mp4: .+\)"):
        propose(Request(videos=tmp_path, device="cpu", minutes=1))
