import hashlib
import shutil

import numpy as np
import pytest
from helpers import FRAMES, SMALL, decode

from vcop import ffmpeg_tool
from vcop.frames import FrameStore
from vcop.synthesise import items


def tree(folder):
    """Every file with its content and time: what "inputs are never altered" means."""
    return {p: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def test_every_frame_of_every_video(store, videos):
    wanted = {item.name: item.frames for item in items("ucf101", SMALL)}
    assert {v.name: v.count for v in store.videos} == wanted
    assert min(wanted.values()) == 11


def test_frames_are_those_of_the_video(store, videos):
    video = store.videos[0]
    decoded = list(ffmpeg_tool.decode(videos / "videos" / video.name, FRAMES))
    error = store.read(video, range(video.count)).astype(float) - np.stack(decoded)
    assert np.sqrt((error**2).mean()) < 6  # JPEG at quality 95, tiny frames, subsampled colour


@pytest.fixture
def copy(videos, tmp_path):
    shutil.copytree(videos, tmp_path / "copy")
    return tmp_path / "copy"


def test_inputs_are_never_altered(copy, tmp_path):
    before = tree(copy)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert tree(copy) == before


def test_odd_names(copy, tmp_path):
    odd = "Bounce/v a[b]#c&d!e (%03d) 'q'.avi"
    old = "Bounce/v_Bounce_g08_c01.avi"
    (copy / "videos" / old).rename(copy / "videos" / odd)
    for path in (copy / "lists").iterdir():
        path.write_text(path.read_text().replace(old, odd))
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert odd in {v.name for v in FrameStore(tmp_path / "s.h5").videos}


def break_three(copy):
    folder = copy / "videos" / "Bounce"
    (folder / "v_Bounce_g06_c01.avi").unlink()
    (folder / "v_Bounce_g07_c01.avi").write_bytes(b"")
    (folder / "v_Bounce_g08_c01.avi").write_text("<html>404 not found</html>")


def test_unreadable_videos_are_each_named_and_fail(copy, tmp_path, capfd):
    break_three(copy)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5", "--allow-unreadable", 2) == 1
    said = capfd.readouterr().err.splitlines()
    named = [line for line in said if line.startswith("unreadable: ")]
    assert len(named) == 3
    for line, group in zip(named, ("g06", "g07", "g08"), strict=True):
        assert f"v_Bounce_{group}_c01.avi: " in line
    assert "no such file" in named[0]
    assert "3 of 80 listed videos are missing or unreadable" in said[-1]
    assert not (tmp_path / "s.h5").exists()


def test_as_many_as_allowed_are_left_out(copy, tmp_path):
    break_three(copy)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5", "--allow-unreadable", 3) == 0
    assert len(FrameStore(tmp_path / "s.h5").videos) == 77
    assert len((tmp_path / "s.csv").read_text().splitlines()) == 4


def test_truncated_videos_are_refused(videos, tmp_path):
    """Strict decoding finds a cut within a frame; one that falls between two frames, near the end, it cannot see."""
    data, refused = (videos / "videos" / "Fall" / "v_Fall_g01_c01.avi").read_bytes(), 0
    for percent in range(5, 100, 10):
        (tmp_path / "v.avi").write_bytes(data[: len(data) * percent // 100])
        try:
            list(ffmpeg_tool.decode(tmp_path / "v.avi", FRAMES))
        except ffmpeg_tool.UnreadableVideoError:
            refused += 1
    assert refused >= 7


def test_an_interrupted_decoding_goes_on(copy, tmp_path, monkeypatch):
    missing = copy / "videos" / "Swing" / "v_Swing_g08_c01.avi"
    missing.rename(tmp_path / "away.avi")
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 1
    parts = sorted((tmp_path / ".s.parts").glob("*.npz"))
    assert len(parts) == 79
    parts.pop(7).write_bytes(b"PK\x03\x04 half a part")  # as a full disk might leave it; it is made anew
    times = [p.stat().st_mtime_ns for p in parts]
    (tmp_path / "away.avi").rename(missing)
    monkeypatch.setattr("vcop.decode.shutil.rmtree", lambda path: None)
    assert decode(copy / "videos", copy / "lists", tmp_path / "s.h5") == 0
    assert [p.stat().st_mtime_ns for p in parts] == times
    assert len(FrameStore(tmp_path / "s.h5").videos) == 80
