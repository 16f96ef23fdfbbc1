import subprocess
from pathlib import Path

import numpy as np
import pytest
from support.helpers import FRAMES

from vcop.sampling.clips import clip_indices, evenly_spaced_starts
from vcop.video import clip_decoding, ffmpeg
from vcop.video.ffmpeg_report import UnreadableVideoError

H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 20 -bf 3"
# Encoded from noise, or (after <) cut and copied from another of them.
SOUGHT = {
    "h264.mp4": H264,
    "h264.mkv": H264,
    "hevc.mp4": "-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params keyint=20:log-level=none",
    "vp9.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 8 -g 20",
    "av1.mp4": "-c:v libaom-av1 -usage realtime -cpu-used 8 -g 20",
    "mpeg4.avi": "-c:v mpeg4 -g 20",
    "mpeg4.mp4": "-c:v mpeg4 -bf 2 -g 20",
    "variable.mkv": f"{H264} -vf settb=1/1000,setpts=40*N+mod(29*N\\,37) -fps_mode passthrough -enc_time_base 1/1000",
    "thirtieths.mp4": f"{H264} -vf settb=1/30000,setpts=1001*N -fps_mode passthrough -enc_time_base 1/30000",
    "edit list.mp4": "< h264.mp4 -ss 1.3",
    "late.mkv": "< h264.mkv -output_ts_offset 5",
    "late.mp4": "< h264.mp4 -output_ts_offset 5",
    "fragments.mp4": "< h264.mp4 -movflags +frag_keyframe+empty_moov",
}
WHOLE = {
    "mpeg2.mkv": ("-c:v mpeg2video -bf 2 -g 20", "a packet of mpeg2video need not be a frame"),
    "black.avi": ("-c:v mpeg4 -g 20 -vf drawbox=color=black:t=fill", "a packet of mpeg4 need not be a frame"),
    "bframes.avi": ("-c:v mpeg4 -bf 2 -g 20", "packets without time stamps"),
    "h264.avi": (H264, "packets without time stamps"),
    "twice.mp4": (r"< h264.mp4 -bsf:v setts=pts=if(eq(N\,50)\,PTS+512\,PTS)", "two frames of one time stamp"),
    "refresh.mp4": (f"{H264} -bf 0 -x264-params intra-refresh=1", "frame"),
    "open.mp4": (f"{H264} -x264-params open-gop=1:scenecut=0", "frame"),
}
COUNT = 100


def encode(path: Path, words: str) -> None:
    """Every frame differs from every other."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (COUNT, 6, 8, 3), np.uint8).repeat(8, 1).repeat(8, 2)
    start = [ffmpeg.executable(), "-loglevel", "error", "-y"]
    if words.startswith("< "):
        _, source, *more = words.split()
        command, data = [*start, "-i", path.with_name(source), "-c", "copy", *more], b""
        if more[0] == "-ss":
            command = [*start, *more, "-i", path.with_name(source), "-c", "copy"]
    else:
        raw = "-f rawvideo -pix_fmt rgb24 -s 64x48 -r 25 -i pipe:"
        command = [*start, *raw.split(), *words.split()]
        data = noise.tobytes()
    subprocess.run([*command, path], input=data, check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A function from a name above to the video and all its frames."""
    folder, done = tmp_path_factory.mktemp("seeking"), {}

    def make(name):
        if name not in done:
            words = SOUGHT[name] if name in SOUGHT else WHOLE[name][0]
            if words.startswith("< "):
                make(words.split()[1])
            elif words.split()[1] not in encoders():
                pytest.skip(f"this ffmpeg has no {words.split()[1]}")
            encode(folder / name, words)
            done[name] = np.stack(list(ffmpeg.decode_frames(folder / name, FRAMES)))
        return folder / name, done[name]

    return make


def encoders():
    return subprocess.run([ffmpeg.executable(), "-encoders"], capture_output=True, text=True, check=True).stdout


def picked(frames, clips, clip_length):
    starts = evenly_spaced_starts(len(frames), clip_length, clips)
    return frames[np.concatenate([clip_indices(start, clip_length, 1, len(frames)) for start in starts])]


@pytest.mark.parametrize("name", SOUGHT)
def test_seeking_gives_the_frames_of_full_decoding(made, name, monkeypatch):
    path, frames = made(name)
    assert len(np.unique(frames.reshape(len(frames), -1), axis=0)) == len(frames)
    monkeypatch.delattr(clip_decoding, "_decode_all")  # so that nothing but seeking can give them
    decoded = clip_decoding.decode_clips(path, FRAMES, 3, 8, seek_cost=0)
    assert np.array_equal(decoded.frames, picked(frames, 3, 8))
    assert decoded.count == len(frames)


@pytest.mark.parametrize("name", WHOLE)
def test_what_cannot_be_sought_is_decoded_whole_and_says_why(made, name):
    path, frames = made(name)
    decoded = clip_decoding.decode_clips(path, FRAMES, 4, 5, seek_cost=0)
    assert np.array_equal(decoded.frames, picked(frames, 4, 5))
    assert decoded.count == len(frames)
    with pytest.raises(ValueError, match=WHOLE[name][1]):
        raise ValueError(decoded.problem)


def test_runs_by_hand():
    keys = [0, 20, 40, 60]
    assert clip_decoding.plan_ranges([(0, 4), (25, 29), (45, 49)], keys, 9) == [[(0, 4)], [(25, 29)], [(45, 49)]]
    assert clip_decoding.plan_ranges([(0, 4), (25, 29), (45, 49)], keys, 10) == [[(0, 4)], [(25, 29), (45, 49)]]
    assert clip_decoding.plan_ranges([(0, 4), (7, 11), (15, 19)], keys, 0) == [[(0, 4), (7, 11), (15, 19)]]
    assert clip_decoding.plan_ranges([(0, 19), (20, 39)], keys, 0) == [[(0, 19), (20, 39)]]


def test_what_an_edit_list_cuts_off_is_no_frame(made):
    path, frames = made("edit list.mp4")
    found = clip_decoding.index_frames(path)
    assert found.count == len(frames) < 80  # 65 are left, and up to 3 of reordering
    assert len(ffmpeg.read_packets(path).packets) == 80
    assert found.timestamps[0] == 0
    assert found.keys[:2] == [0, 40 - (COUNT - len(frames))]


@pytest.mark.parametrize(("clips", "clip_length"), [(20, 16), (2, 20), (1, 100), (2, 150), (1, 1)])
def test_clips_may_overlap_begin_at_a_key_frame_or_loop(made, clips, clip_length):
    path, frames = made("h264.mp4")
    decoded = clip_decoding.decode_clips(path, FRAMES, clips, clip_length, seek_cost=0)
    assert decoded.frames.shape == (clips * clip_length, 20, 27, 3)
    assert np.array_equal(decoded.frames, picked(frames, clips, clip_length))


def test_the_same_frames_whether_it_pays_to_seek_or_not(made):
    path, frames = made("h264.mp4")
    for cost in (0, 30 * 64 * 48, 1e9):  # three runs, two (28 frames lie between the last clips) and one
        decoded = clip_decoding.decode_clips(path, FRAMES, 3, 4, seek_cost=cost)
        assert np.array_equal(decoded.frames, picked(frames, 3, 4))
        assert decoded.problem == ""


def damaged(made, tmp_path, at):
    """A video with a packet spoilt, given as a share of all bytes."""
    data = bytearray(made("h264.mkv")[0].read_bytes())
    place = int(len(data) * at)
    data[place : place + 400] = bytes(400)
    (tmp_path / "v.mkv").write_bytes(data)
    return tmp_path / "v.mkv"


def test_damage_in_a_clip_is_refused(made, tmp_path):
    path = damaged(made, tmp_path, 0.9)
    with pytest.raises(UnreadableVideoError, match="after [0-9]+ frames"):
        clip_decoding.decode_clips(path, FRAMES, 2, 20, seek_cost=0)


def test_damage_between_clips_is_found_by_full_decoding_alone(made, tmp_path):
    path, frames = damaged(made, tmp_path, 0.5), made("h264.mkv")[1]
    assert np.array_equal(clip_decoding.decode_clips(path, FRAMES, 2, 20, seek_cost=0).frames, picked(frames, 2, 20))
    with pytest.raises(UnreadableVideoError, match="after [0-9]+ frames"):
        clip_decoding.decode_clips(path, FRAMES, 2, 20, seek_cost=1e9)


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "no such file"), (b"<html></html>" * 50, "Invalid data|moov|could not find")]
)
def test_what_is_no_video_says_why(tmp_path, content, reason):
    if content:
        (tmp_path / "v.mp4").write_bytes(content)
    with pytest.raises(UnreadableVideoError, match=reason):
        clip_decoding.decode_clips(tmp_path / "v.mp4", FRAMES, 2, 3)
