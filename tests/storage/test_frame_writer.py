import h5py
import numpy as np
import pytest

from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import TRAIN, OfficialSplits
from vcop.storage.frame_store import FrameStore, decode_jpeg
from vcop.storage.frame_writer import DecodedVideo, encode_frame, write_store

RAW = FrameOptions(height=8, width=8, codec="raw")


def lists():
    splits = OfficialSplits(["A"])
    for name in ("A/a.avi", "A/b.avi"):
        splits.add(name, 0, 1, TRAIN, "here")
    return splits


def videos():
    """One frame of 192 bytes, then two."""
    yield DecodedVideo("A/a.avi", np.zeros(192, np.uint8), np.array([192]), 1)
    yield DecodedVideo("A/b.avi", np.repeat([7, 9], 192).astype(np.uint8), np.array([192, 192]), 2)


def test_the_columns_of_a_store_by_hand(tmp_path):
    digest = write_store(tmp_path / "s.h5", videos(), 576, lists(), "ucf101", RAW, "a test")
    with h5py.File(tmp_path / "s.h5") as h5:
        assert h5["offsets"][()].tolist() == [0, 192, 384, 576]
        assert h5["first"][()].tolist() == [0, 1]
        assert h5["count"][()].tolist() == [1, 2]
        assert h5["role"][()].tolist() == [[1, 0, 0], [1, 0, 0]]
        assert h5["crc32"][0] == 2348746994  # of 192 zeros
    store = FrameStore(tmp_path / "s.h5")
    assert store.digest == digest
    assert store.read(store.videos[1], [1]).ravel().tolist() == [9] * 192


@pytest.mark.parametrize("total", [575, 600])
def test_another_size_than_expected_leaves_no_file(tmp_path, total):
    with pytest.raises((AssertionError, TypeError, ValueError)):
        write_store(tmp_path / "s.h5", videos(), total, lists(), "ucf101", RAW, "a test")
    assert list(tmp_path.iterdir()) == []


def test_encoded_frames():
    frame = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    assert encode_frame(frame, FrameOptions(codec="raw")) == frame.tobytes()
    small, large = (encode_frame(frame, FrameOptions(quality=quality)) for quality in (30, 95))
    assert len(small) <= len(large) < frame.nbytes
    out = np.empty_like(frame)
    decode_jpeg(large, out)
    assert np.abs(out.astype(int) - frame).max() <= 3
    with pytest.raises(ValueError):
        decode_jpeg(large, np.empty((8, 8, 3), np.uint8))
