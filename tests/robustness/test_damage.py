"""Every kind of damaged or odd video gets the verdict that docs/robustness.md states.

Other people's files are tested the same way: ``VCOP_DAMAGED_VIDEOS`` names a folder with any of the folders ``sound``, ``accepted``,
``refused`` and ``told`` (one or the other of the two before) of videos, ``VCOP_SOUND_VIDEOS`` one of sound videos, which are damaged
here.
"""

import csv
import hashlib
import os
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from support import damage, frozen
from support.damage import ACCEPTED, FRAMES, GOOD, H264, ODD, REFUSED
from support.helpers import decode

from vcop.preparation import part_files
from vcop.preparation.checking import video_check
from vcop.runtime import io_timeout
from vcop.storage.frame_store import FrameStore
from vcop.video import clip_decoding, containers, ffmpeg, ffmpeg_program
from vcop.video.integrity import VideoVerdict

MADE = {
    "v.avi": "-c:v mpeg4 -q:v 2",
    "h264.mp4": f"{H264} -bf 2 -movflags +faststart",
    "h264.mkv": H264,
    "vp9.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8",
}
BYTES = [(kind, number) for kind, several in damage.ways(2).items() for number in range(len(several))]


def look(path: Path, part: Path, digest: str | None = None) -> VideoVerdict:
    return part_files.decode_to_part(path, part, FRAMES, part_files.EVERY_FRAME, digest)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    damage.film("-c:v mpeg4")(folder / "plain.avi")  # that links and lists name
    return folder


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name[:30].encode("ascii", "replace").decode())
def test_every_odd_video_gets_its_verdict(odd, folder, tmp_path):
    """What is refused here is refused by `vcop check` too, and what is not is none of its faults."""
    path = folder / odd.name
    if odd.name != "plain.avi":
        odd.make(path)
    found = look(path, tmp_path / "part.npz")
    assert found.verdict == odd.verdict, found
    assert odd.words in found.reason
    assert odd.frames in (None, found.got)
    assert (tmp_path / "part.npz").exists() == (odd.verdict != REFUSED)
    seen = video_check.check_video(path, deep=True)
    assert bool(seen.kind) == (odd.verdict == REFUSED), seen
    assert bool(seen.reason) == bool(odd.verdict)
    assert not (folder / "hacked").exists()


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A function from a name above to the video and the digest of its frames."""
    folder, known = tmp_path_factory.mktemp("sound"), {}

    def make(name):
        if name not in known:
            damage.film(MADE[name], frames=40)(folder / name)
            assert look(folder / name, folder / "part.npz") == VideoVerdict("", "", 40, 40)
            known[name] = damage.frames_of(folder / "part.npz")
        return folder / name, known[name]

    return make


@pytest.mark.parametrize(("kind", "number"), BYTES, ids=str)
def test_damage_is_told_where_it_can_be(kind, number, sound):
    """Every cut. Of the rest what passes has as many frames as it says, and only a digest tells it."""
    for name in MADE:
        video, frames = sound(name)
        outcome = damage.damaged(video, kind, damage.ways()[kind][0], number, 1, frames)
        assert outcome.by_digest
        if kind.startswith("cut"):
            assert outcome.found.verdict, name
        if outcome.found.verdict == ACCEPTED:
            assert outcome.found.reason
        if not outcome.found.verdict:
            assert outcome.found.got == 40 or outcome.found.expected in (None, outcome.found.got), (name, outcome)


def test_a_cut_video_is_refused_at_any_place(sound, tmp_path):
    """But where nothing is gone except what stands behind the last frame: the index."""
    for name in MADE:
        data, said = sound(name)[0].read_bytes(), set()
        for place in range(len(data) - 1, len(data) // 2, -max(1, len(data) // 30)):
            (tmp_path / name).write_bytes(data[:place])
            found = look(tmp_path / name, tmp_path / "part.npz")
            said.add(found.verdict)
            assert found.verdict == REFUSED or (found.verdict == ACCEPTED and found.got == 40), (name, place, found)
        assert REFUSED in said


@pytest.mark.parametrize("percent", [50, 90, 99])
@pytest.mark.parametrize("name", MADE)
def test_cut_videos_of_questions_are_refused_too(name, percent, sound, tmp_path):
    """Though not every frame of theirs is decoded."""
    data = sound(name)[0].read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * percent // 100])
    found = part_files.decode_to_part(tmp_path / name, tmp_path / "part.npz", FRAMES, (2, 4), None)
    assert found.verdict == REFUSED or (found.got == 40 and "no frame is missing" in found.reason)


def rotated(angle, folder):
    film = damage.film(f"{H264} -qp 10 -g 10 -f mp4", frames=40)
    damage.copied(film, "-c copy", ".mp4", f"-display_rotation {angle}")(folder / f"{angle}.mp4")
    return folder / f"{angle}.mp4"


def test_a_rotated_video_is_decoded_upright_as_players_show_it(tmp_path):
    """Counter-clockwise, both where every frame is decoded and where single clips are."""
    square = damage.FRAMES.__class__(height=48, width=48)
    plain, turned = (list(ffmpeg.decode_frames(rotated(angle, tmp_path), square)) for angle in (0, 90))
    assert len(plain) == len(turned) == 40
    assert np.abs(np.rot90(plain[7]).astype(int) - turned[7]).mean() < 6 < np.abs(plain[7].astype(int) - turned[7]).mean()
    clips = clip_decoding.decode_clips(tmp_path / "90.mp4", square, 2, 4, seek_cost=0)
    assert np.array_equal(clips.frames, np.stack([*turned[:4], *turned[36:]]))


def test_the_shape_of_pixels_is_left_out(tmp_path):
    """Every frame is stretched to one size (CVPR 2019, section 4)."""
    damage.film(f"{H264} -qp 1")(tmp_path / "a.mp4")
    damage.film(f"-vf setsar=2/1 {H264} -qp 1")(tmp_path / "b.mp4")
    assert np.array_equal(*(np.stack(list(ffmpeg.decode_frames(tmp_path / name, FRAMES))) for name in ("a.mp4", "b.mp4")))


def test_frames_are_native_whatever_their_rate(tmp_path):
    """None is repeated or dropped where time stamps say so."""
    odd = {odd.name: odd for odd in ODD}
    for name in ("rate changes.mkv", "pauses.avi", "variable rate.mkv"):
        odd[name].make(tmp_path / name)
        frames = np.stack(list(ffmpeg.decode_frames(tmp_path / name, FRAMES)))
        assert len(frames) == 30
        assert (np.diff(frames.astype(int), axis=0) != 0).any((1, 2, 3)).all()


@pytest.mark.parametrize("extension", [".h264", ".mkv"])
def test_where_frames_change_their_size_single_clips_are_refused(extension, tmp_path):
    """Filters number the frames from 0 again: other frames would be taken, of which there may be just as many."""
    path = tmp_path / f"v{extension}"
    damage.RESIZED(path) if extension == ".h264" else damage.copied(damage.RESIZED, "-c copy", ".h264", "-r 25")(path)
    found = part_files.decode_to_part(path, tmp_path / "part.npz", FRAMES, (6, 5), None)
    assert found.verdict == REFUSED
    assert "change their size" in found.reason


def as_nobody(work):
    """Without the rights of root, which may read anything."""
    if os.geteuid():
        return work()
    os.seteuid(65534)
    try:
        return work()
    finally:
        os.seteuid(0)


def test_a_video_that_may_not_be_read(sound):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = Path(folder) / "v.avi"
        path.write_bytes(sound("v.avi")[0].read_bytes())
        path.chmod(0)
        assert as_nobody(lambda: look(path, path)) == VideoVerdict(REFUSED, "Permission denied")


@pytest.fixture
def three(sound, tmp_path):
    """A data set in UCF101's form of a good, a noted and a refused video, and one that is not there."""
    data = sound("v.avi")[0].read_bytes()
    (tmp_path / "videos/A").mkdir(parents=True)
    (tmp_path / "lists").mkdir()
    whole, cut = data[: data.rindex(b"idx1")], data[: data.rindex(b"00dc", 0, data.rindex(b"idx1"))]
    for name, content in {"good": data, "noted": whole, "cut": cut}.items():
        (tmp_path / f"videos/A/{name}.avi").write_bytes(content)
    names = ("good", "noted", "cut", "gone")
    (tmp_path / "lists/classInd.txt").write_text("1 A\n")
    for split in (1, 2, 3):
        (tmp_path / f"lists/trainlist0{split}.txt").write_text("".join(f"A/{name}.avi 1\n" for name in names))
        (tmp_path / f"lists/testlist0{split}.txt").write_text("")
    return tmp_path


def rows(path):
    with open(path, newline="") as file:
        return {row.pop("video"): row for row in csv.DictReader(file)}


def decode_three(three, *more):
    return decode(three / "videos", three / "lists", three / "s.h5", *more)


def test_the_list_beside_the_store(three, capfd):
    assert decode_three(three, "--allow-unreadable", 2) == 0
    assert {video.name: video.count for video in FrameStore(three / "s.h5").videos} == {"A/good.avi": 40, "A/noted.avi": 40}
    found = rows(three / "s.csv")
    assert list(found) == ["A/cut.avi", "A/gone.avi", "A/noted.avi"]
    assert found["A/gone.avi"] == {"verdict": REFUSED, "reason": "no such file", "got": "", "expected": ""}
    assert found["A/cut.avi"]["reason"].startswith("39 frames of the 40 that its header says, and the file ends ")
    assert found["A/noted.avi"]["reason"].endswith(" bytes before its header says; no frame is missing")
    assert [(row["verdict"], row["got"], row["expected"]) for row in found.values()] == [
        (REFUSED, "39", "40"),
        (REFUSED, "", ""),
        (ACCEPTED, "40", "40"),
    ]
    said = capfd.readouterr().err
    assert f"accepted: {three}/videos/A/noted.avi: the file ends" in said
    assert f"unreadable: {three}/videos/A/cut.avi: 39 frames" in said


def test_the_list_is_there_too_where_decoding_fails_and_the_same_when_it_goes_on(three):
    assert decode_three(three) == 1
    before = (three / "s.csv").read_text()
    assert len(rows(three / "s.csv")) == 3
    times = [part.stat().st_mtime_ns for part in sorted((three / ".s.parts").iterdir())]
    assert decode_three(three) == 1
    assert [part.stat().st_mtime_ns for part in sorted((three / ".s.parts").iterdir())] == times
    assert (three / "s.csv").read_text() == before


def digests_of(three, *options):
    command = ["sha256sum", *options, *(f"A/{name}.avi" for name in ("good", "noted", "cut"))]
    return subprocess.run(command, cwd=three / "videos", capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("options", [(), ("-b",)])
def test_digests_find_what_nothing_else_can(three, options):
    (three / "videos/digests.txt").write_text(digests_of(three, *options))
    data = bytearray((three / "videos/A/good.avi").read_bytes())
    data[40] ^= 1  # a byte of the header that no decoder reads
    (three / "videos/A/good.avi").write_bytes(data)
    assert decode_three(three, "--allow-unreadable", 3) == 0
    found = rows(three / "s.csv")["A/good.avi"]
    assert found["verdict"] == REFUSED
    assert hashlib.sha256(data).hexdigest() in found["reason"]
    (three / "videos/digests.txt").unlink()
    assert decode_three(three, "--allow-unreadable", 3) == 0
    assert "A/good.avi" not in rows(three / "s.csv")


def test_other_digests_by_name_and_videos_that_they_do_not_name(three):
    lines = digests_of(three).splitlines()
    (three / "elsewhere.txt").write_text(
        "\n".join(line.replace(" A/", " ./A/") for line in lines if "noted" not in line) + "\n\n"
    )
    assert decode_three(three, "--allow-unreadable", 2, "--digests", three / "elsewhere.txt") == 0
    found = rows(three / "s.csv")
    assert "A/good.avi" not in found
    assert found["A/noted.avi"]["reason"].endswith("; not in the list of digests")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0" * 63 + "  A/good.avi\n", "d.txt:1: not a line of sha256sum"),
        (f"\n{'0' * 64}  A/good.avi\nSHA256 (x) = 1\n", "d.txt:3: not a line of sha256sum"),
        (f"{'0' * 64}  A/good.avi\n{'1' * 64}  A/good.avi\n", "d.txt:2: A/good.avi has another digest"),
    ],
)
def test_a_list_of_digests_that_is_none(three, text, words, capfd):
    (three / "d.txt").write_text(text)
    assert decode_three(three, "--digests", three / "d.txt") == 1
    assert words in capfd.readouterr().err
    assert decode_three(three, "--digests", three / "nowhere.txt") == 1
    assert "nowhere.txt" in capfd.readouterr().err


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(io_timeout, "PATIENCE", 1.0)
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 20


def test_a_decoder_that_hangs_is_ended(three, impatient, monkeypatch):
    """A video is refused for it, since the file itself can be read."""
    program = three / "bin/ffmpeg"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *file:*) echo $$ >> {three}/started; exec sleep 1000 ;; esac\n'
        f'exec {ffmpeg_program.executable()} "$@"\n'
    )
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))
    for known in (ffmpeg_program.executable, ffmpeg_program.version):
        known.cache_clear()
    try:
        found = look(three / "videos/A/good.avi", three / "part.npz")
        assert found == VideoVerdict(REFUSED, "stalled: nothing came of it for 1 s", 0, 40)
        assert (
            part_files.decode_to_part(three / "videos/A/good.avi", three / "part.npz", FRAMES, (2, 4), None).reason
            == found.reason
        )
        for process in (three / "started").read_text().split():
            assert not Path(f"/proc/{process}").exists()
    finally:
        monkeypatch.undo()
        ffmpeg_program.executable.cache_clear()
        ffmpeg_program.version.cache_clear()


@pytest.fixture
def shown(sound, tmp_path):
    """A video on a file system that can be frozen, and the process to freeze."""
    with frozen.showing(sound("v.avi")[0], tmp_path / "disk") as shown:
        yield shown


def test_a_frozen_file_system_stops_and_is_no_fault_of_a_video(three, shown, impatient, capfd):
    video, server = shown
    (three / "videos/A/gone.avi").symlink_to(video)
    server.send_signal(signal.SIGSTOP)
    assert decode_three(three, "--allow-unreadable", 4) == 1
    said = capfd.readouterr().err.splitlines()[-1]
    assert "nothing could be read for 1 s: is its file system frozen?" in said
    assert str(three / "videos/A/gone.avi") in said
    assert not (three / "s.h5").exists()
    server.send_signal(signal.SIGCONT)
    assert decode_three(three, "--allow-unreadable", 1) == 0
    assert "A/gone.avi" in {video.name for video in FrameStore(three / "s.h5").videos}


def test_a_file_system_that_freezes_while_a_video_is_decoded(shown, impatient, monkeypatch, tmp_path):
    video, server = shown
    before = containers.read_container

    def look_and_freeze(*words, **more):
        yield from before(*words, **more)
        server.send_signal(signal.SIGSTOP)

    monkeypatch.setattr(containers, "read_container", look_and_freeze)
    with pytest.raises(TimeoutError, match="nothing could be read for 1 s"):
        look(video, tmp_path / "part.npz")


def test_a_frozen_folder_of_videos(three, shown, impatient, capfd):
    video, server = shown
    server.send_signal(signal.SIGSTOP)
    assert decode(video.parent / "videos", three / "lists", three / "s.h5") == 1
    assert f"{video.parent}/videos" in capfd.readouterr().err.splitlines()[-1]


def given(variable):
    """The files of a folder that an environment variable names."""
    folder = Path(os.environ.get(variable, "/nowhere"))
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in damage.NO_VIDEO)


@pytest.mark.parametrize("path", given("VCOP_DAMAGED_VIDEOS"), ids=lambda path: path.name)
def test_other_damaged_videos(path, tmp_path):
    expected = {"sound": {GOOD}, "accepted": {ACCEPTED}, "refused": {REFUSED}, "told": {ACCEPTED, REFUSED}}
    found = look(path, tmp_path / "part.npz")
    assert found.verdict in expected[path.relative_to(os.environ["VCOP_DAMAGED_VIDEOS"]).parts[0]], found


@pytest.mark.parametrize("path", given("VCOP_SOUND_VIDEOS"), ids=lambda path: path.name)
def test_other_sound_videos(path, tmp_path):
    """And what is made of them by cutting."""
    assert not look(path, tmp_path / "part.npz").verdict
    data = path.read_bytes()
    for percent in range(5, 100, 5):
        (tmp_path / path.name).write_bytes(data[: len(data) * percent // 100])
        assert look(tmp_path / path.name, tmp_path / "cut.npz").verdict, percent
