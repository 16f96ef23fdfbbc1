import numpy as np
import pytest
from support import damage
from support.helpers import FRAMES

from vcop.video import clip_decoding, cut_videos, ffmpeg
from vcop.video.coded_pictures import Picture, lost_references
from vcop.video.cut_videos import decode_cut
from vcop.video.ffmpeg_report import LOST_REFERENCE as LOST
from vcop.video.ffmpeg_report import FFmpegReport, UnreadableVideoError


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """A video that was cut by copying, so that it releases references that it does not have."""
    path = tmp_path_factory.mktemp("cut") / "v.ts"
    damage.copied(damage.PYRAMID, "-c copy", ".ts", "-ss 0.9")(path)
    return path


def decode(path, report):
    return decode_cut(path, report, lambda detection: list(ffmpeg.decode_frames(path, FRAMES, report, detection)))


def test_references_before_the_cut_are_counted():
    pictures = [
        Picture(0, 1, 14),
        Picture(1, 1, 15, released=[2, 1]),
        Picture(2, 1, 0, released=[3, 1]),
        Picture(3, 5, 0, released=[9]),
    ]
    assert lost_references(pictures, 16) == 2, "2 before 15 stands before the first, and so does 3 before 16"
    assert lost_references(pictures[2:], 16) == 0, "a new beginning"


def test_a_cut_video_is_decoded(cut):
    with pytest.raises(UnreadableVideoError, match=LOST):
        list(ffmpeg.decode_frames(cut, FRAMES))
    report = FFmpegReport()
    frames = decode(cut, report)
    assert set(report.errors()) == {LOST}
    assert 20 <= len(frames) <= len(report.packets) < 50
    clips = decode_cut(cut, report, lambda d: clip_decoding.decode_clips(cut, FRAMES, 2, 4, detection=d))
    assert clips.count == len(frames)
    assert (clips.frames[0] == frames[0]).all()


def test_another_error_or_one_more_is_not_passed_over(cut, tmp_path, monkeypatch):
    data, noise = bytearray(cut.read_bytes()), np.random.default_rng(0)
    for packet in range(40, len(data) // 188, 7):
        data[packet * 188 + 60 : packet * 188 + 160] = noise.bytes(100)
    (tmp_path / "v.ts").write_bytes(data)
    with pytest.raises(UnreadableVideoError):
        decode(tmp_path / "v.ts", FFmpegReport())
    monkeypatch.setattr(cut_videos.coded_pictures, "lost_references", lambda *_: 0)
    with pytest.raises(UnreadableVideoError, match=LOST):
        decode(cut, FFmpegReport())
