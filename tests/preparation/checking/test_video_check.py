import subprocess

import numpy as np
import pytest
from support.helpers import SMALL

from vcop.preparation.checking import video_check
from vcop.preparation.synthetic.generator import action_videos
from vcop.video import ffmpeg


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A function that makes a file by words for ffmpeg."""
    folder = tmp_path_factory.mktemp("films")

    def make(name, *words):
        command = [ffmpeg.executable(), "-loglevel", "error", "-y", *words, folder / name]
        subprocess.run([str(word) for word in command], check=True)
        return folder / name

    return make


TEST = ("-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=3")


def test_a_video(videos):
    for item in list(action_videos("ucf101", SMALL))[::20]:
        seen = video_check.check_video(videos / "videos" / item.name, deep=True)
        assert (seen.kind, seen.count) == ("", item.frames)
        assert seen.header == video_check.Header("avi", item.frames, 25.0, 44, 32)
        assert seen.thumbnails.shape == (-(-item.frames // 5), 16, 16)


def test_pictures_lie_a_fifth_of_a_second_apart(film):
    """At any rate of frames: the same moments."""
    slow = video_check.check_video(film("25.mkv", *TEST), deep=True)
    fast = video_check.check_video(film("50.mkv", "-f", "lavfi", "-i", "testsrc2=s=96x64:r=50:d=3"), deep=True)
    assert (slow.count, fast.count) == (75, 150)
    assert len(slow.thumbnails) == len(fast.thumbnails) == 15
    assert np.abs(slow.thumbnails.astype(int) - fast.thumbnails).mean() < 3


def test_without_decoding_all(film):
    path = film("long.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=30", "-g", 25)
    seen = video_check.check_video(path, deep=False)
    assert (seen.kind, seen.count, len(seen.thumbnails)) == ("", 750, video_check.SAMPLES)


@pytest.mark.parametrize("deep", [True, False])
def test_what_is_no_video(film, tmp_path, deep):
    """Every fault by its kind, none an exception."""
    sound = film("sound.avi", "-f", "lavfi", "-i", "sine=d=1")
    whole = film("whole.mp4", *TEST)
    (tmp_path / "cut.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (tmp_path / "page.avi").write_text("\n<!DOCTYPE html><html>")
    (tmp_path / "noise.avi").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty.avi").touch()
    (tmp_path / "link.avi").symlink_to("nowhere")
    expected = {
        sound: ("unreadable", "no video stream, sound alone"),
        tmp_path / "cut.mp4": ("unreadable", ""),
        tmp_path / "page.avi": ("unreadable", "text or a web page, not a video"),
        tmp_path / "noise.avi": ("unreadable", "Invalid data"),
        tmp_path / "empty.avi": ("empty", "0 bytes"),
        tmp_path / "link.avi": ("missing", "a broken link"),
        tmp_path / "none.avi": ("missing", "no such file"),
        tmp_path: ("unreadable", "a folder or device in its place"),
    }
    for path, (kind, words) in expected.items():
        seen = video_check.check_video(path, deep)
        assert seen.kind == kind, path
        assert words in seen.reason, path


def test_sound_that_goes_on_is_no_cut(film):
    """MP4 counts its frames; Matroska says seconds alone, which is worth a note."""
    for name, reason in (("sound.mp4", ""), ("sound.mkv", "75 frames end after 3.0 s, its duration is 6.0 s")):
        seen = video_check.check_video(film(name, *TEST, "-f", "lavfi", "-i", "sine=d=6"), deep=True)
        assert (seen.kind, seen.reason, seen.count) == ("", reason, 75)


@pytest.mark.parametrize("deep", [True, False])
def test_fewer_frames_than_announced(film, deep):
    """Of an AVI that ends between two frames: nothing else tells that it has been cut."""
    data = film("whole.avi", *TEST, "-c:v", "mpeg4").read_bytes()
    path = film("cut.avi", *TEST, "-c:v", "mpeg4")
    path.write_bytes(data[: data.rindex(b"00dc", 0, data.rindex(b"idx1"))])
    seen = video_check.check_video(path, deep)
    assert (seen.kind, seen.count) == ("cut short", 74)
    assert seen.reason.startswith("74 frames of the 75 that its header says, and the file ends ")
