import csv
from dataclasses import replace

import pytest
from support.helpers import FRAMES, SMALL, vcop

from vcop.config.data_options import QuizOptions
from vcop.config.fields import flags
from vcop.config.names import PAPER_DATASETS, QUESTIONS
from vcop.datasets import activitynet_qa
from vcop.video import ffmpeg


def test_videos_with_their_questions(tmp_path):
    where = ("--videos", tmp_path / "videos", "--lists", tmp_path / "lists", "--out", tmp_path / "made.csv", "--processes", 2)
    options = replace(SMALL, shortest=48, longest=60)
    assert vcop("synthesise", "--dataset", QUESTIONS, *where, *flags(options, QuizOptions(question_videos=10)).split()) == 0
    asked = activitynet_qa.read_questions(tmp_path / "lists")
    videos = activitynet_qa.find_video_files(tmp_path / "videos", {q.video for questions in asked.values() for q in questions})
    with open(tmp_path / "made.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["video"] for row in rows} == {path.name for path in videos.values()}
    assert sum(1 for _ in ffmpeg.decode_frames(tmp_path / "videos" / rows[2]["video"], FRAMES)) == int(rows[2]["frames"])
    assert len({row["digest"] for row in rows}) == 10


@pytest.mark.parametrize("dataset", [*PAPER_DATASETS, QUESTIONS])
def test_a_folder_of_others_is_left_alone(dataset, tmp_path, capsys):
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "holiday.avi").write_text("precious")
    where = ("--videos", tmp_path / "videos", "--lists", tmp_path / "lists", "--out", tmp_path / "made.csv")
    assert vcop("synthesise", "--dataset", dataset, *where, *flags(SMALL).split()) == 1
    assert "holds files that `synthesise` did not make" in capsys.readouterr().err
    assert [p.name for p in (tmp_path / "videos").iterdir()] == ["holiday.avi"]


def test_it_goes_on_where_it_was_killed_before_it_had_marked_its_folder(tmp_path, capsys):
    """Found by `make torture`: the unfinished mark was taken for somebody else's file, by every later run."""
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / ".made-by-vcop-synthesise.txt.here.1.part").touch()
    where = ("--videos", tmp_path / "videos", "--lists", tmp_path / "lists", "--out", tmp_path / "made.csv")
    assert vcop("synthesise", "--dataset", "hmdb51", *where, "--processes", 2, *flags(SMALL).split()) == 0, capsys.readouterr()
