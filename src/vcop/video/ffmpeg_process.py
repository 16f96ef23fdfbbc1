"""The ffmpeg process: its standard output, its log, and an end when it makes no progress."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from io import FileIO
from typing import IO

from vcop.runtime import io_timeout
from vcop.video.ffmpeg_report import FFmpegReport, UnreadableVideoError

# Signals by which the system ends ffmpeg for a reason that no video gives: the error to raise, and what to do.
NOT_THE_VIDEOS = {
    signal.SIGXFSZ: (
        errno.EFBIG,
        "ffmpeg could not write down what it read; raise the limit on the size of files (ulimit -f)",
    ),
    signal.SIGKILL: (errno.ENOMEM, "ffmpeg was killed; make memory free, or decode fewer videos at the same time"),
}
AGAIN = "then run the same command again"


class StalledError(UnreadableVideoError):
    """ffmpeg has made no progress for ``io_timeout.PATIENCE`` seconds."""

    def __init__(self) -> None:
        super().__init__(f"stalled: nothing came of it for {io_timeout.PATIENCE:g} s")


@contextmanager
def run_process(
    command: Sequence[str], report: FFmpegReport, *watched: IO[bytes], log_file: IO[bytes] | None = None
) -> Iterator[tuple[Callable[[int], bytearray], Callable[[], int]]]:
    """Run ffmpeg during a ``with`` block; at its end the process is killed if it still runs.

    Args:
        command: Program and arguments.
        report: Is filled with the log.
        watched: Memory files that the process writes; their growth is progress, too.
        log_file: Memory file for the log, for a caller that looks into it while the process runs.

    Yields:
        A function that reads a number of bytes of the standard output (fewer only at its end), and one that waits for the exit code.
        Both raise StalledError if output, log and watched files do not grow for ``io_timeout.PATIENCE`` seconds. The second raises
        OSError if the system ended the process (``NOT_THE_VIDEOS``).
    """
    with nullcontext(log_file) if log_file else memory_file() as log:
        # The process needs the descriptors of memory files, so they are not closed.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, bufsize=0, close_fds=False)
        assert isinstance(process.stdout, FileIO)
        try:
            yield partial(_read, process.stdout, (log, *watched)), partial(_finish, process, command[0])
        finally:
            process.kill()
            process.stdout.close()
            with suppress(StalledError):  # a frozen file system may keep it alive
                _wait(process)
            report.add_log(read_all(log))


def _read(pipe: FileIO, watched: Sequence[IO[bytes]], size: int) -> bytearray:
    data, filled, before = bytearray(size), 0, _total_size(watched)
    while filled < size:
        if select.select([pipe], [], [], io_timeout.PATIENCE)[0]:
            received = pipe.readinto(memoryview(data)[filled:])
            if not received:
                return data[:filled]
            filled += received
        elif before == (before := _total_size(watched)):
            raise StalledError
    return data


def _total_size(files: Sequence[IO[bytes]]) -> int:
    return sum(os.fstat(file.fileno()).st_size for file in files)


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(io_timeout.PATIENCE)
    except subprocess.TimeoutExpired:
        raise StalledError from None


def _finish(process: subprocess.Popen[bytes], program: str) -> int:
    """Return the exit code. Raises OSError if the system ended the process: that is not the fault of a video."""
    code = _wait(process)
    if -code in NOT_THE_VIDEOS:
        number, advice = NOT_THE_VIDEOS[signal.Signals(-code)]
        raise OSError(number, f"{os.strerror(number)}: {advice}, {AGAIN}", program)
    return code


def memory_file() -> IO[bytes]:
    """Open a file in memory, which needs no disk; child processes inherit it."""
    return open(os.memfd_create("ffmpeg", 0), "r+b")


def read_all(file: IO[bytes]) -> bytes:
    """Read all that a child process has written. Go back first: the position in the file is shared with it."""
    file.seek(0)
    return file.read()


def peek(file: IO[bytes]) -> bytes:
    """Read what a child process has written so far, and leave the position in the file where it is."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)
