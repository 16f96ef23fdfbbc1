import os

import numpy as np
import pytest
from support.helpers import FRAMES

from vcop.config.data_options import FrameOptions
from vcop.video import ffmpeg
from vcop.video.ffmpeg import UnreadableVideoError


def test_the_resize_is_antialiased(tmp_path):
    # A checkerboard of single pixels must become grey, not a moiré of blacks and whites.
    board = np.indices((64, 64)).sum(0) % 2 * np.uint8(255)
    ffmpeg.encode_video(np.repeat(board[None, ..., None], 3, -1).repeat(4, 0).astype(np.uint8), tmp_path / "v.avi")
    frame = next(iter(ffmpeg.decode_frames(tmp_path / "v.avi", FRAMES)))
    assert frame.shape == (20, 27, 3)
    assert abs(frame.astype(int) - 128).max() < 40


def test_what_is_encoded_is_decoded(tmp_path):
    rng = np.random.default_rng(0)
    video = np.clip(rng.normal(128, 30, (9, 2, 3, 3)).repeat(16, 1).repeat(16, 2), 0, 255).astype(np.uint8)
    ffmpeg.encode_video(video, tmp_path / "v.avi")
    frames = np.stack(list(ffmpeg.decode_frames(tmp_path / "v.avi", FrameOptions(height=32, width=48))))
    assert frames.shape == video.shape
    inner = (slice(None), slice(4, 12), slice(4, 12))  # away from edges, which chroma subsampling blurs
    assert np.abs(frames.astype(int) - video)[inner].mean() < 6


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        (b"", "Invalid data|does not contain"),
        (b"<html></html>" * 50, "Invalid data|moov|could not find"),
    ],
)
def test_what_is_no_video_says_why(tmp_path, content, reason):
    path = tmp_path / "v.avi"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableVideoError, match=reason):
        list(ffmpeg.decode_frames(path, FRAMES))


def test_folders_and_pipes_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.avi")
    for path in (tmp_path, tmp_path / "pipe.avi"):
        with pytest.raises(UnreadableVideoError, match="not a regular file"):
            list(ffmpeg.decode_frames(path, FRAMES))
