"""Shell scripts in the place of ffmpeg."""

import psutil
import pytest

from vcop.runtime import io_timeout
from vcop.video.ffmpeg_process import StalledError, memory_file, read_all, run_process
from vcop.video.ffmpeg_report import FFmpegReport


def shell(script):
    return ["sh", "-c", script]


def test_output_log_and_exit_code():
    report = FFmpegReport()
    with run_process(shell("printf abcdefg; echo '[error] damaged' >&2; exit 3"), report) as (read, finish):
        assert [bytes(read(3)) for _ in range(4)] == [b"abc", b"def", b"g", b""]
        assert finish() == 3
    assert report.log == [("error", "damaged")]


def test_a_memory_file_is_inherited():
    with memory_file() as file:
        number = file.fileno()
        with run_process(shell(f"echo packets >/proc/self/fd/{number}"), FFmpegReport(), file) as (_, finish):
            assert finish() == 0
        assert read_all(file) == b"packets\n"


def test_no_progress_is_an_error_and_the_process_is_killed(monkeypatch):
    monkeypatch.setattr(io_timeout, "PATIENCE", 0.2)
    refused = pytest.raises(StalledError, match=r"stalled: nothing came of it for 0.2 s")
    with refused, run_process(["sleep", "1000"], FFmpegReport()) as (read, _):
        (child,) = [p for p in psutil.Process().children() if p.name() == "sleep"]
        read(1)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_growing_log_is_progress(monkeypatch):
    monkeypatch.setattr(io_timeout, "PATIENCE", 0.5)
    script = "for n in 1 2 3 4 5 6; do sleep 0.2; echo '[info] at work' >&2; done; printf x"
    with run_process(shell(script), FFmpegReport()) as (read, finish):
        assert read(1) == b"x"
        assert finish() == 0


def test_a_process_that_is_not_read_to_its_end_is_killed():
    with run_process(shell("exec yes"), FFmpegReport()) as (read, _):
        assert read(4) == b"y\ny\n"
    assert not [p for p in psutil.Process().children() if p.name() == "yes"]


@pytest.mark.parametrize(("signal", "words"), [("XFSZ", "File too large: .*ulimit -f"), ("KILL", "Cannot allocate memory: ")])
def test_a_process_that_the_system_ended_is_not_the_videos_fault(signal, words):
    refused = pytest.raises(OSError, match=rf"{words}.*, then run the same command again: 'sh'$")
    with refused, run_process(shell(f"printf ab; kill -{signal} $$"), FFmpegReport()) as (read, finish):
        assert read(3) == b"ab"
        finish()
    with run_process(shell("kill -SEGV $$"), FFmpegReport()) as (read, finish):  # as a damaged video may have it
        read(1)
        assert finish() == -11
