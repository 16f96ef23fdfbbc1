"""Which ffmpeg to run, and running it: the one on PATH, else the one in the wheel ``imageio-ffmpeg``."""

from __future__ import annotations

import errno
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from io import FileIO
from pathlib import Path
from typing import IO, Any

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.runtime import io_timeout
from vcop.video.ffmpeg_report import FFmpegReport, UnreadableVideoError

Image = NDArray[np.uint8]
STRICT = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info", "-xerror")
# Containers that are read. Other formats are text that ffmpeg would draw, or lists that name further files.
CONTAINERS = "avi,mov,mp4,matroska,webm,mpegts,mpeg,mpegvideo,m4v,h264,hevc,vc1,obu,ivf,flv,asf,ogg,rm,dv,mxf,nut,wtv,gif,mjpeg,yuv4mpegpipe"


class StalledError(UnreadableVideoError):
    """Nothing came of a video for ``steady.PATIENCE`` seconds."""

    def __init__(self) -> None:
        super().__init__(f"stalled: nothing came of it for {io_timeout.PATIENCE:g} s")


@cache
def executable() -> str:
    """The ffmpeg program. Raises ValueError if there is none."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as problem:
        raise ValueError(f"no ffmpeg on PATH and none in the package imageio-ffmpeg ({problem})") from None


@cache
def version() -> str:
    """As in ``ffmpeg 7.1``."""
    first = subprocess.run([executable(), "-version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return "ffmpeg " + first.split()[2]


def input_stream(path: Path, **more: Any) -> Any:
    """The video stream of an input that is decoded strictly, no cover picture; ``more``: options of the input.

    Decoders otherwise show most damaged files as good. Raises UnreadableVideoError where there is no such file, TimeoutError
    where its file system does not answer.
    """
    if fault := io_timeout.run_with_timeout(_not_a_file(path), path):
        raise UnreadableVideoError(fault)
    strictly = {"err_detect": "explode+crccheck", "format_whitelist": CONTAINERS, "threads": 1}
    return ffmpeg.input(os.fsencode(f"file:{path}"), **strictly, **more)["V:0"]  # as a string it would have to be UTF-8


def missing_reason(path: Path) -> str:
    """How a file is not there."""
    return "a broken link" if path.is_symlink() else "no such file"


def _not_a_file(path: Path) -> Iterator[str]:
    if not path.exists():
        yield missing_reason(path)
    else:
        yield "" if path.is_file() else "not a regular file"


def decode_frames(path: Path, options: FrameOptions, report: FFmpegReport | None = None) -> Iterator[Image]:
    """Every frame of a video at its native rate, resized. Yields (H, W, 3), RGB. Raises UnreadableVideoError as ``frames``.

    ``report`` gets the log and the packets, which the same run copies aside.
    """
    video = input_stream(path)
    yield from scaled_frames(video, options, report=report, video=video)


def scaled_frames(
    stream: Any, options: FrameOptions, *more: str, report: FFmpegReport | None = None, video: Any = None
) -> Iterator[Image]:
    """The frames of an input or of filters after it, resized. Yields (H, W, 3), RGB.

    ``more``: global options; ``report`` gets the log, and the packets of ``video``, an input that is read to its end. A warning is
    no error, since real UCF101 files cause harmless ones. Raises UnreadableVideoError with ffmpeg's own words.
    """
    size, count, report = options.height * options.width * 3, 0, FFmpegReport() if report is None else report
    # swscale's bilinear widens its kernel when it shrinks, which is what antialiasing means.
    scaled = stream.filter("scale", options.width, options.height, flags="bilinear+accurate_rnd+full_chroma_int+bitexact")
    output = scaled.output("pipe:", format="rawvideo", pix_fmt="rgb24", fps_mode="passthrough")
    with _memory() as packets:
        if video is not None:
            output = ffmpeg.merge_outputs(output, _copied(video, packets))
        with _running(output.global_args(*STRICT, *more), report, packets) as (read, finish):
            while data := read(size):
                if len(data) < size:
                    raise UnreadableVideoError(f"the decoder stopped within frame {count}")
                count += 1
                yield np.frombuffer(data, np.uint8).reshape(options.height, options.width, 3)
            code = finish()
        report.add_packets(_written(packets))
    if code:
        raise UnreadableVideoError(f"after {count} frames: {report.reason(code)}" if report.header() else report.reason(code))
    if not count:
        raise UnreadableVideoError("it has no frame")


def read_packets(path: Path) -> FFmpegReport:
    """What ffmpeg says of the video stream and its packets, without decoding one. Raises UnreadableVideoError in its words."""
    report = FFmpegReport()
    with _memory() as lines:
        with _running(_copied(input_stream(path), lines).global_args(*STRICT, "-copyts"), report, lines) as (read, finish):
            read(1)
            code = finish()
        report.add_packets(_written(lines))
    if code:
        raise UnreadableVideoError(report.reason(code))
    return report


def _copied(video: Any, file: IO[bytes]) -> Any:
    """An output that lists the packets of an input."""
    return video.output(f"pipe:{file.fileno()}", format="framecrc", c="copy", copyinkf=None)


@contextmanager
def _running(
    output: Any, report: FFmpegReport, *watched: IO[bytes]
) -> Iterator[tuple[Callable[[int], bytearray], Callable[[], int]]]:
    """Run ffmpeg.

    Gives a function that reads so many bytes of its standard output, fewer at the end alone, and one that waits for its exit
    status. Raises StalledError where neither output, log nor ``watched`` grow for ``steady.PATIENCE`` seconds.
    """
    command = ffmpeg.compile(output, cmd=executable())
    with _memory() as log:
        # Descriptors are closed by default; those of `_memory` stay open.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, bufsize=0, close_fds=False)
        assert isinstance(process.stdout, FileIO)
        try:
            yield partial(_read, process.stdout, (log, *watched)), partial(_wait, process)
        finally:
            process.kill()
            process.stdout.close()
            with suppress(StalledError):  # a file system that no longer answers may keep it
                _wait(process)
            report.add_log(_written(log))


def _read(pipe: FileIO, watched: Sequence[IO[bytes]], size: int) -> bytearray:
    data, filled, before = bytearray(size), 0, _grown(watched)
    while filled < size:
        if select.select([pipe], [], [], io_timeout.PATIENCE)[0]:
            came = pipe.readinto(memoryview(data)[filled:])
            if not came:
                return data[:filled]
            filled += came
        elif before == (before := _grown(watched)):
            raise StalledError
    return data


def _grown(files: Sequence[IO[bytes]]) -> int:
    return sum(os.fstat(file.fileno()).st_size for file in files)


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(io_timeout.PATIENCE)
    except subprocess.TimeoutExpired:
        raise StalledError from None


def _memory() -> IO[bytes]:
    """A file that no full disk can spoil; programs that are started inherit it."""
    return open(os.memfd_create("ffmpeg", 0), "r+b")


def _written(file: IO[bytes]) -> bytes:
    """All that another process wrote. The place in a file is shared with it."""
    file.seek(0)
    return file.read()


def encode_video(video: Image, path: Path, rate: int = 25) -> None:
    """Write a video as MPEG-4 in AVI, as UCF101's are; equal frames give equal files. Shape: (T, H, W, 3), RGB."""
    _, height, width, _ = video.shape
    stream = (
        ffmpeg.input("pipe:", format="rawvideo", pix_fmt="rgb24", s=f"{width}x{height}", r=rate)
        .output(str(path), format="avi", vcodec="mpeg4", pix_fmt="yuv420p", threads=1, fflags="+bitexact", **{"q:v": 3})
        .global_args("-loglevel", "error", "-y", "-flags:v", "+bitexact")
    )
    result = subprocess.run(ffmpeg.compile(stream, cmd=executable()), input=video.tobytes(), capture_output=True, check=False)
    if result.returncode or result.stderr:  # of a disk that becomes full it only speaks
        raise _refused(path, result.stderr, result.returncode)


def _refused(path: Path, said: bytes, code: int) -> OSError:
    """Why ffmpeg has not written a file: an error of the system, if it is one."""
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
        if os.strerror(number).encode() in said or (number == errno.EFBIG and code == -signal.SIGXFSZ):
            return OSError(number, os.strerror(number), str(path))
    return OSError(f"{path}: {said.decode(errors='replace').strip() or f'ffmpeg ended with {code}'}")
