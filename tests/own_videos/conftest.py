"""Small videos of a folder of one's own, made once a session."""

import numpy as np
import pytest

from vcop.video import ffmpeg


@pytest.fixture(scope="session")
def clips(tmp_path_factory):
    """Twelve videos in a flat folder, one of them too short for windows of 8-4-3, a thirteenth that is none, and a text."""
    folder = tmp_path_factory.mktemp("own") / "Phone clips"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(12):
        picture, count = rng.integers(0, 255, (24, 32, 3)), 12 if i < 1 else 36
        video = np.stack([np.roll(picture, t * (1 + i % 3), 1) for t in range(count)]).astype(np.uint8)
        ffmpeg.encode_video(video, folder / f"{i:02d}.avi")
    (folder / "broken.mp4").write_bytes(b"nothing")
    (folder / "notes.txt").write_text("no video")
    return folder
