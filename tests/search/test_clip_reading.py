import numpy as np
import pytest

from vcop.config.data_options import FrameOptions
from vcop.search import clip_reading
from vcop.search.clip_reading import as_stored, frame_times, read_clips, read_many
from vcop.video import ffmpeg
from vcop.video.ffmpeg_report import FFmpegReport, Packet, UnreadableVideoError

SIZE = FrameOptions(height=20, width=27)


def test_clips_are_the_frames_that_the_store_would_hold_and_times_are_their_own(own_videos):
    clips = read_clips(own_videos / "one.avi", SIZE, 3, 8)
    frames = [as_stored(frame, SIZE) for frame in ffmpeg.decode_frames(own_videos / "one.avi", SIZE)]
    decoded = next(ffmpeg.decode_frames(own_videos / "one.avi", SIZE))
    assert not np.array_equal(frames[0], decoded)  # JPEG
    assert np.array_equal(as_stored(decoded, FrameOptions(height=20, width=27, codec="raw")), decoded)
    assert np.array_equal(clips.frames, [frames[first : first + 8] for first in (0, 16, 32)])
    assert np.array_equal(read_clips(own_videos / "one.avi", SIZE, 3, 8, 3).frames, clips.frames[:, ::3])
    assert clips.start.tolist() == [0, 0.64, 1.28]
    assert clips.end.tolist() == [0.32, 0.96, 1.6]


def test_a_video_shorter_than_a_clip_is_looped_and_ends_where_it_ends(own_videos):
    clips = read_clips(own_videos / "a/b/short.avi", SIZE, 2, 8)
    assert np.array_equal(clips.frames[0, :3], clips.frames[1, 5:])
    assert clips.end.tolist() == [0.2, 0.2]


@pytest.mark.parametrize("name", ["one.avi", "a/two.avi", "a/b/short.avi"])
def test_a_video_decoded_at_once_gives_what_its_clips_give(own_videos, monkeypatch, name):
    at_once = read_clips(own_videos / name, SIZE, 10, 8, 2)
    monkeypatch.setattr(clip_reading, "SHORT", 4)
    assert clip_reading._decode_short(own_videos / name, SIZE, 10, 8, ffmpeg.STOP_AT_ERRORS) is None  # as if its header lied
    sought = read_clips(own_videos / name, SIZE, 10, 8, 2)
    assert np.array_equal(at_once.frames, sought.frames)
    assert (at_once.start.tolist(), at_once.end.tolist()) == (sought.start.tolist(), sought.end.tolist())


def test_times_of_a_varying_rate_are_kept_and_start_from_zero():
    report = FFmpegReport(about={"#tb": "1/10"}, packets=[Packet(p, 100, 1) for p in (50, 80, 60)])
    assert frame_times(3, report).tolist() == [0, 1, 3, 4.5]  # the last frame lasts as long as the median one
    assert frame_times(4, report).tolist() == [0, 1, 2, 3, 4.5]  # packets are not the frames: evenly spread
    assert frame_times(2, FFmpegReport()).tolist() == [0, 0.04, 0.08]


def test_a_cut_video_is_refused(own_videos, tmp_path):
    data = (own_videos / "one.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableVideoError, match="frames"):
        read_clips(tmp_path / "cut.avi", SIZE, 2, 8)


def test_many_videos_come_in_their_order_with_reasons(own_videos):
    names = ("a/broken.mp4", "one.avi", "gone.avi", "a/two.avi", "a/b/short.avi")
    read = list(read_many([own_videos / name for name in names], SIZE, 1, 8, 1, 1))
    assert [path.relative_to(own_videos).as_posix() for path, _ in read] == list(names)
    assert read[0][1] == "moov atom not found"
    assert read[2][1] == "no such file"
    assert read[1][1].frames.shape == (1, 8, 20, 27, 3)
