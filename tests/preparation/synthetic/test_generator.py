import csv
from dataclasses import replace

import pytest
from support.helpers import FRAMES, SMALL, vcop

from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.config.fields import flags
from vcop.config.names import DATASETS, QUESTIONS
from vcop.datasets import activitynet_qa
from vcop.datasets.splits import TEST, TRAIN, UNUSED, read_splits
from vcop.preparation.synthetic.generator import CLASSES, action_videos, list_files, make_video
from vcop.video import ffmpeg

UCF101_SIZE = SynthesiseOptions(groups=25, videos_per_group=3)


@pytest.mark.parametrize("dataset", ["ucf101", "hmdb51"])
def test_lists_are_read_by_the_code_of_the_real_ones(dataset, tmp_path):
    made = action_videos(dataset, UCF101_SIZE)
    for name, text in list_files(dataset, made, 25).items():
        (tmp_path / name).write_bytes(text.encode())
    found = read_splits(dataset, tmp_path)
    assert len(found.labels) == len(made) == len(CLASSES[dataset]) * 75
    for split in (1, 2, 3):
        groups = {TRAIN: set(), TEST: set(), UNUSED: set()}
        for item in made:
            groups[found.roles[item.name][split - 1]].add((item.motion, item.group))
        assert not groups[TRAIN] & groups[TEST]
        assert len(groups[TEST]) == len(CLASSES[dataset]) * 7
        assert bool(groups[UNUSED]) == (dataset == "hmdb51")


def test_names_of_the_real_layouts():
    assert action_videos("ucf101", UCF101_SIZE)[0].name == "Bounce/v_Bounce_g01_c01.avi"
    assert action_videos("hmdb51", UCF101_SIZE)[0].name.startswith("fall/")


def test_lengths_differ_some_too_short():
    counts = [item.frames for item in action_videos("ucf101", UCF101_SIZE)]
    assert counts.count(11) == 1  # shorter than a clip
    assert 5 < sum(16 <= c < 64 for c in counts) < 60  # too short for 16-8-3
    assert sum(c >= 112 for c in counts) > 200  # long enough for 16-8-5
    assert max(counts) == 150


def test_the_same_frames_every_time_and_others_with_another_seed(tmp_path):
    item = action_videos("ucf101", SMALL)[0]
    first, again = (make_video(item, tmp_path / str(i), SMALL) for i in range(2))
    other = make_video(item, tmp_path / "2", SynthesiseOptions(**{**vars(SMALL), "synthesis_seed": 1}))
    assert first == again != other
    assert (tmp_path / "0" / item.name).read_bytes() == (tmp_path / "1" / item.name).read_bytes()


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


@pytest.mark.parametrize("dataset", [*DATASETS, QUESTIONS])
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
