import stat
from pathlib import Path

import pytest
from support.helpers import decode

from vcop.video import ffmpeg_program

OLD = """#!/bin/sh
[ "$1" = -version ] && echo "ffmpeg version 4.2.7-0ubuntu0.1 Copyright (c) 2000-2022" && exit
echo "Unrecognized option 'fps_mode'." >&2
echo "Error splitting the argument list: Option not found" >&2
exit 1
"""
ADVICE = ": install ffmpeg 5.1 or later, or the package imageio-ffmpeg"


@pytest.fixture(autouse=True)
def forgotten():
    """What this process knows of its program is forgotten before and after a test."""
    for known in (ffmpeg_program.executable, ffmpeg_program.version):
        known.cache_clear()
    yield
    for known in (ffmpeg_program.executable, ffmpeg_program.version):
        known.cache_clear()


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """Puts a script as ffmpeg first on PATH; the shell stays within reach."""

    def put(text: str, mode: int = stat.S_IRWXU) -> Path:
        program = tmp_path / "bin/ffmpeg"
        program.parent.mkdir()
        program.write_text(text)
        program.chmod(mode)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
        return program

    return put


def test_no_ffmpeg_on_path_means_the_one_in_the_wheel(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert "imageio_ffmpeg" in ffmpeg_program.executable()
    assert ffmpeg_program.version().startswith("ffmpeg ")


def test_the_one_in_the_wheel_is_preferred(on_path, capfd):
    on_path(OLD)
    assert "imageio_ffmpeg" in ffmpeg_program.executable()
    assert capfd.readouterr() == ("", "")


def test_a_broken_one_is_replaced_by_the_other_and_said(on_path, monkeypatch, capfd):
    good = ffmpeg_program.executable()
    ffmpeg_program.executable.cache_clear()
    program = on_path(f'#!/bin/sh\nexec {good} "$@"\n')
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    assert ffmpeg_program.executable() == str(program)
    said = "/nowhere/ffmpeg (no version): cannot start: No such file or directory"
    assert capfd.readouterr().err == f"{said}; {program} is used instead\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (OLD, "(ffmpeg 4.2.7-0ubuntu0.1): Unrecognized option 'fps_mode'."),
        ("#!/bin/sh\nexit 127\n", "(no version): ended with 127"),
        ("#!/bin/sh\nexit 0\n", "(no version): gave no frame"),
        ("#!/bin/sh\nkill -SEGV $$\n", "(no version): ended with -11"),
        ("#!/nowhere/sh\n", "(no version): cannot start: No such file or directory"),
    ],
)
def test_a_program_that_does_not_work_is_one_line(on_path, monkeypatch, text, fault):
    program = on_path(text)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))
    with pytest.raises(ValueError, match="^ffmpeg does not work") as caught:
        ffmpeg_program.executable()
    assert str(caught.value) == f"ffmpeg does not work, no video was read: {program} {fault}{ADVICE}"


def test_a_program_that_does_not_answer_is_one_line(on_path, monkeypatch):
    program = on_path("#!/bin/sh\nexec sleep 1000\n")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))
    monkeypatch.setattr(ffmpeg_program, "PATIENCE", 0.5)
    with pytest.raises(ValueError, match=r"\(no version\): no answer for 0.5 s"):
        ffmpeg_program.executable()


def test_no_video_is_blamed_for_an_old_program(videos, on_path, monkeypatch, tmp_path, capfd):
    program = on_path(OLD)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))
    assert decode(videos / "videos", videos / "lists", tmp_path / "ucf101.h5") == 1
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert f"{program} (ffmpeg 4.2.7-0ubuntu0.1): Unrecognized option 'fps_mode'." in said
    assert not (tmp_path / "ucf101.csv").exists()
