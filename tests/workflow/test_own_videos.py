"""A study of one's own videos, by the default target: without a list, without a label, without a word in config.yaml by hand."""

import csv
import re

import numpy as np
import pytest
from support import formats
from support.helpers import vcop
from support.lists import LISTS
from support.studies import Study

from vcop.video import ffmpeg

UNLABELLED = {
    "index": 1, "list_videos": 1, "check_videos": 1, "decode": 1, "initialise": 1, "pretrain": 1, "audit": 1, "embed_videos": 1, "neighbours": 1,
    "summarise": 1, "all": 1,
}  # fmt: skip


def make_clips(folder, count, frames=36):
    """Flat noise that moves to the right, in two containers."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        picture = np.random.default_rng(i).integers(0, 255, (32, 44, 3))
        video = np.stack([np.roll(picture, t * (1 + i % 3), 1) for t in range(frames)]).astype(np.uint8)
        ffmpeg.encode_video(video, folder / f"IMG {i:03d}.avi")


def test_what_is_planned_without_labels_and_with_them(own, tmp_path):
    assert own.planned() == UNLABELLED
    for i in range(12):
        (tmp_path / f"clips/{i % 2}").mkdir(exist_ok=True)
        (tmp_path / f"clips/{i}.mp4").rename(tmp_path / f"clips/{i % 2}/{i}.mp4")
    own.configure_own(videos=str(tmp_path / "clips"), labels="folders")
    assert own.planned() == UNLABELLED | {"extract": 2, "retrieve": 2, "probe": 2, "finetune": 2}
    shown = own.snakemake("--dry-run", "--printshellcmds")
    assert (shown.stdout + shown.stderr).count(" --groups results/lists/gestures.csv ") == 2, "of the fine-tunings"
    (own.folder / "mine.csv").write_text("path,label\n" + "".join(f"{i % 2}/{i}.mp4,{i % 2}\n" for i in range(12)))
    own.configure_own(videos=str(tmp_path / "clips"), lists="mine.csv")
    assert own.planned() == UNLABELLED | {"extract": 2, "retrieve": 2, "probe": 2, "finetune": 2}
    for name, content in LISTS:
        (own.folder / name).parent.mkdir(exist_ok=True)
        (own.folder / name).write_bytes(content)
    own.configure_own(videos=str(tmp_path / "clips"), lists="ucfTrainTestlist")
    assert own.planned() == UNLABELLED | {"extract": 2, "retrieve": 2, "probe": 2, "finetune": 2}
    own.snakemake("results/lists/gestures.csv")
    with open(own.folder / "results/lists/gestures.csv") as file:
        rows = [(row["label"], row["role"]) for row in csv.DictReader(file)]
    assert rows == [("Jump", "training"), ("Run", "test")]


def test_a_video_that_is_removed_leaves_the_list_until_it_has_been_decoded(own, tmp_path):
    def written():
        return "list_videos" in own.planned("results/lists/gestures.csv")

    own.snakemake("results/lists/gestures.csv")
    assert not written()
    (tmp_path / "clips/3.mp4").rename(tmp_path / "gone.mp4")
    assert written(), "a broken video is removed, and nothing is decoded yet"
    for name in ("gestures.h5", ".gestures.previous.h5", "gestures.digest"):
        (own.folder / "results/frames").mkdir(exist_ok=True)
        (own.folder / "results/frames" / name).touch()
        assert not written(), name
        (own.folder / "results/frames" / name).unlink()


def test_what_is_missing_is_said_in_one_line(own, tmp_path):
    for options, said in (
        ({"videos": "gone"}, "gestures: the folder of videos gone (data.gestures.videos) is missing"),
        (
            {"videos": str(tmp_path / "clips"), "lists": "mine.csv"},
            "gestures: the table mine.csv (data.gestures.lists) is missing",
        ),
        ({"videos": str(tmp_path / "clips"), "lists": "lists"}, "gestures: the official list lists/classInd.txt is missing"),
    ):
        own.configure_own(**options)
        done = own.snakemake("--dry-run", check=False)
        assert done.returncode
        assert said in done.stdout + done.stderr
    done = own.snakemake("--dry-run", "results/frames/hmdb51.h5", check=False)
    assert "data.hmdb51 is not there, and this target needs it" in done.stdout + done.stderr


@pytest.mark.slow
def test_from_a_folder_to_the_search_page(code, tmp_path, capsys):
    make_clips(tmp_path / "Phone clips", 20)
    (tmp_path / "Phone clips/broken.mp4").write_bytes(b"no video")
    words = (
        "new",
        tmp_path / "study",
        "--videos",
        tmp_path / "Phone clips",
        "--minutes",
        0.2,
        "--device",
        "cpu",
        "--processes",
        2,
    )
    assert vcop(*words) == 0
    study = Study(tmp_path / "study", code)
    study.snakemake()
    results = study.folder / "results"
    said = (results / "logs/summarise/phone_clips.log").read_text()
    assert "21 videos in 21 groups, no labels: 15 for training, 2 for validation, 4 for tests." in said
    assert "1 could not be read and are left out: broken.mp4." in said
    assert re.search(r"^order of clips: \d", said, re.MULTILINE)
    with open(results / "search/phone_clips/r3d/8-4-3/seed-0.csv") as file:
        queries = {row["query"] for row in csv.DictReader(file)}
    assert len(queries) in {3, 4}  # the broken one may be among the test videos
    assert (results / "search/phone_clips/r3d/8-4-3/seed-0.html").read_text().count("data:image/webp") > 5
    for title in ("List of videos", "Nearest videos", "Summary", "Audit"):
        section = formats.sections()[title]
        (path,) = section.fits(section.files(study.folder))
        formats.check(section, path)
    assert study.planned() == {}
    # A new clip is listed, checked and decoded, and all that depends on the frames is made again.
    (tmp_path / "Phone clips/new.avi").write_bytes((tmp_path / "Phone clips/IMG 000.avi").read_bytes())
    planned = study.planned()
    assert {"list_videos", "check_videos", "decode", "pretrain", "embed_videos"} <= set(planned)
    capsys.readouterr()
    assert vcop("status", study.folder) == 0
    assert "r3d/8-4-3/seed-0" in capsys.readouterr().out
