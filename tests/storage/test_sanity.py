import numpy as np
import pytest

from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import TEST, TRAIN, OfficialSplits
from vcop.storage import sanity
from vcop.storage.frame_store import FrameStore
from vcop.storage.frame_writer import DecodedVideo, write_store

OPTIONS = FrameOptions(height=8, width=8, codec="raw")


def store(tmp_path, contents):
    """A store of two classes; each number of a content is a frame of that grey."""
    splits, videos = OfficialSplits(["A", "B"]), []
    for number, content in enumerate(contents):
        splits.add(f"A/{number}.avi", 0, 1, TRAIN if number else TEST, "here")
        data = np.repeat(np.array(content, np.uint8), 192)
        videos.append(DecodedVideo(f"A/{number}.avi", data, np.full(len(content), 192), len(content)))
    write_store(tmp_path / "s.h5", iter(videos), sum(len(v.data) for v in videos), splits, "ucf101", OPTIONS, "a test")
    return FrameStore(tmp_path / "s.h5")


def test_videos_without_motion_identical_ones_and_classes_without_videos(tmp_path):
    lines = list(sanity.store_warnings(store(tmp_path, [[1, 2], [5, 5], [1, 2], [9]])))
    path = tmp_path / "s.h5"
    assert lines == [
        f"{path}, split 1: class B has neither training nor test videos",
        f"{path}: nothing moves, all frames are equal (black?): A/1.avi",
        f"{path}: videos with identical frames: A/0.avi, A/2.avi",
    ]


def test_no_motion_at_all_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"nothing moves in any video, .* \(A/0.avi, A/1.avi\)"):
        list(sanity.store_warnings(store(tmp_path, [[1, 1], [5, 5], [9]])))


def test_one_class_is_an_error():
    sanity.require_classes("s", ["A", "B"], [0, 1, 0])
    with pytest.raises(ValueError, match=r"s: all videos are of one class \(B\)"):
        sanity.require_classes("s", ["A", "B"], [1, 1])


def test_classes_that_lack_videos():
    assert list(sanity.class_warnings("s", "ABC", training=[0, 1], test=[0, 2, 2])) == [
        "s: class B has no test video: it cannot be evaluated",
        "s: class C has no training video: its 2 test videos cannot be recognised",
    ]


def test_long_lists_of_names_are_cut():
    assert sanity._some([str(n) for n in range(12)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
