"""Videos of lists and of frame stores."""

import itertools

import numpy as np
from support.planned_jobs import decode

from vcop.config.data_options import FrameOptions
from vcop.config.reader import read_study
from vcop.datasets.splits import SPLITS, TEST, TRAIN, OfficialSplits
from vcop.planning.dataset_sizes import DatasetSize, SplitSize, StudySize
from vcop.planning.disk_model import DiskModel
from vcop.sampling.tasks import Task
from vcop.storage.frame_writer import DecodedVideo, write_store


def test_videos_between_two_tasks_are_counted_in_proportion(study, tmp_path):
    counted = DatasetSize(study, tmp_path, "ucf101").usable
    assert [counted(Task.parse(name)) for name in ("16-8-5", "16-16-5")] == [SplitSize(7257, 2821), SplitSize(5780, 2203)]
    assert (
        counted(Task.parse("16-8-4")).training
        > counted(Task.parse("16-12-4")).training
        > counted(Task.parse("16-16-4")).training
    )


def test_a_fifth_of_the_training_videos_at_most_validates():
    assert SplitSize(9, 1).with_validation(800) == SplitSize(8, 1, 1)
    assert SplitSize(8737 + 800, 3783).with_validation(800) == SplitSize(8737, 3783, 800)
    # Of 9537 listed videos 9364 are long enough, and so are 785 of the 800 that are set aside.
    assert SplitSize(9364, 3674).with_validation(800, 9537) == SplitSize(9364 - 785, 3674, 785)


def test_a_frame_store_is_counted(tmp_path):
    """Its videos by role, and those that a tuple fits into; its file's size."""
    counts, options, lists = (
        {"a": 87, "b": 88, "c": 200, "d": 88},
        FrameOptions(height=8, width=8, codec="raw"),
        OfficialSplits(["x"]),
    )
    for split, (name, role) in itertools.product(SPLITS, zip(counts, (TRAIN, TRAIN, TRAIN, TEST), strict=True)):
        lists.add(name, 0, split, role, "here")
    videos = [DecodedVideo(n, np.zeros(192 * k, np.uint8), np.full(k, 192), k) for n, k in counts.items()]
    path = tmp_path / "results/frames/ucf101.h5"
    path.parent.mkdir(parents=True)
    write_store(path, videos, 192 * sum(counts.values()), lists, "ucf101", options, "a test")
    made = read_study({"study": "s", "data": {"ucf101": {"videos": "v", "lists": "l"}}})
    found = DatasetSize(made, tmp_path, "ucf101")
    assert (found.source, found.videos, found.frames) == ("counted in the frame store", 4, sum(counts.values()))
    assert (found.split(1), found.usable(Task.parse("16-8-4"))) == (SplitSize(3, 1), SplitSize(2, 1))
    assert DiskModel(StudySize(made, tmp_path)).stage_bytes([decode()]) == {"frames": path.stat().st_size}


def test_own_videos_are_counted_before_they_are_listed_and_after(tmp_path):
    (tmp_path / "clips").mkdir()
    for i in range(20):
        (tmp_path / f"clips/{i}.mp4").touch()
    made = read_study({"study": "s", "data": {"own": {"videos": "clips", "validation_videos": 3}}})
    found = DatasetSize(made, tmp_path, "own")
    assert found.split(1) == SplitSize(13, 4, 3)
    assert found.split(1).with_validation(800) == SplitSize(13, 4, 3)
    assert (found.classes, found.source) == (1, "lists, every video taken as long enough")
    (tmp_path / "results/lists").mkdir(parents=True)
    (tmp_path / "results/lists/own.csv").write_text("path,role\n0.mp4,test\n1.mp4,training\n")
    assert DatasetSize(made, tmp_path, "own").split(1) == SplitSize(1, 1)
