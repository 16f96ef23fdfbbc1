"""Running ffmpeg: decode the frames of a video, read its packets, encode a video.

The program (``vcop.video.ffmpeg_program``) runs as a child process, so that a decoder that crashes or hangs does no harm to this one.
Decoding is strict: by default decoders show most damaged frames as if they were good.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Any

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.runtime import io_timeout
from vcop.video.ffmpeg_process import memory_file, peek, read_all, run_process
from vcop.video.ffmpeg_program import executable
from vcop.video.ffmpeg_report import COLOURS, FFmpegReport, TraceReport, UnreadableVideoError
from vcop.video.tone_mapping import HighDynamicRangeError, map_tones

Image = NDArray[np.uint8]
STOP_AT_ERRORS, LIST_ERRORS = "explode+crccheck", "crccheck"  # what a decoder does with an error that it could pass over
STRICT = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+level+info", "-xerror")
ASCENDING = f"setts=pts=PTS:dts=N-{10**12}"  # decoding times far below every time at which a frame is shown
# Formats that may be opened. Others are unsafe or no videos: text that ffmpeg would draw, or lists that name further files.
CONTAINERS = "avi,mov,mp4,matroska,webm,mpegts,mpeg,mpegvideo,m4v,h264,hevc,vc1,obu,ivf,flv,asf,ogg,rm,dv,mxf,nut,wtv,gif,mjpeg,yuv4mpegpipe"


@cache
def can_map_tones() -> bool:
    """Return whether the program has the filters that show a high dynamic range as players do."""
    listed = subprocess.run([executable(), "-hide_banner", "-filters"], capture_output=True, text=True, check=True).stdout
    return {"zscale", "tonemap"} <= {line.split()[1] for line in listed.splitlines() if len(line.split()) > 2}


def input_stream(path: Path, **options: Any) -> Any:
    """Return the first video stream of a file, decoded strictly, as a stream of the package ``ffmpeg-python``.

    Args:
        path: The video.
        options: Further options of the input.

    Raises:
        UnreadableVideoError: There is no such file.
        TimeoutError: The file system does not answer.
    """
    if problem := io_timeout.run_with_timeout(_file_problem(path), path):
        raise UnreadableVideoError(problem)
    strictly = {"err_detect": STOP_AT_ERRORS, "format_whitelist": CONTAINERS, "threads": 1}
    return ffmpeg.input(os.fsencode(f"file:{path}"), **{**strictly, **options})[
        "V:0"
    ]  # "V": no cover picture. Bytes, since names need not be UTF-8


def missing_reason(path: Path) -> str:
    """Return why a file does not exist."""
    return "a broken link" if path.is_symlink() else "no such file"


def _file_problem(path: Path) -> Iterator[str]:
    """Yield what is wrong with a path, or ""."""
    if not path.exists():
        yield missing_reason(path)
    else:
        yield "" if path.is_file() else "not a regular file"


def decode_frames(
    path: Path, options: FrameOptions, report: FFmpegReport | None = None, detection: str = STOP_AT_ERRORS
) -> Iterator[Image]:
    """Decode every frame of a video at its native rate, and resize it.

    Args:
        path: The video.
        options: Size of the frames.
        report: Is filled with the log and the packets of this run.
        detection: ``STOP_AT_ERRORS``, or ``LIST_ERRORS`` for a caller that examines the errors in ``report``.

    Yields:
        Frames, RGB.

    Shape:
        Frames: (H, W, 3).

    Raises:
        UnreadableVideoError: The video cannot be decoded completely; frames before the damage have been yielded by then.
    """
    video = input_stream(path, err_detect=detection)
    yield from scaled_frames(video, options, report=report, video=video)


def scaled_frames(
    stream: Any, options: FrameOptions, *more: str, report: FFmpegReport | None = None, video: Any = None
) -> Iterator[Image]:
    """Decode and resize the frames of a stream.

    Args:
        stream: An input (``input_stream``), or filters after it.
        options: Size of the frames.
        more: Global options of ffmpeg.
        report: Is filled with the log and, if ``video`` is given, with its packets.
        video: The input itself, which is then read to its end.

    Yields:
        Frames, RGB.

    Shape:
        Frames: (H, W, 3).

    Raises:
        UnreadableVideoError: ffmpeg reports an error; its words are the reason. Warnings are accepted, since intact files of
            UCF101 cause some.
        OSError: The system ended ffmpeg, as at a limit on the size of files or for want of memory.
    """
    report = FFmpegReport() if report is None else report
    try:
        yield from _scaled_frames(stream, options, more, report, video)
    except HighDynamicRangeError:  # raised before the first frame
        toned = map_tones(stream, report)
        report.update(FFmpegReport())
        yield from _scaled_frames(toned, options, more, report, video, toned=True)


def _scaled_frames(
    stream: Any, options: FrameOptions, more: tuple[str, ...], report: FFmpegReport, video: Any, toned: bool = False
) -> Iterator[Image]:
    """Yield the frames of one run of ffmpeg; see ``scaled_frames``."""
    size, count = options.height * options.width * 3, 0
    # ffmpeg's bilinear filter widens its kernel when it shrinks an image: it is antialiased.
    scaled = stream.filter("scale", options.width, options.height, flags="bilinear+accurate_rnd+full_chroma_int+bitexact")
    output = scaled.output("pipe:", format="rawvideo", pix_fmt="rgb24", fps_mode="passthrough")
    with memory_file() as packets, memory_file() as log:
        if video is not None:
            output = ffmpeg.merge_outputs(output, _packet_output(video, packets))
        command = ffmpeg.compile(output.global_args(*STRICT, *more), cmd=executable())
        with run_process(command, report, packets, log_file=log) as (read, finish):
            while data := read(size):
                if not count and not toned and COLOURS.search(peek(log).decode(errors="replace")) and can_map_tones():
                    raise HighDynamicRangeError
                if len(data) < size:
                    finish()  # raises if this is not the video's fault
                    raise UnreadableVideoError(f"the decoder stopped within frame {count}")
                count += 1
                yield np.frombuffer(data, np.uint8).reshape(options.height, options.width, 3)
            code = finish()
        report.add_packets(read_all(packets))
    if code:
        raise UnreadableVideoError(f"after {count} frames: {report.reason(code)}" if report.header() else report.reason(code))
    if not count:
        raise UnreadableVideoError("it has no frame")


def read_packets(path: Path) -> FFmpegReport:
    """Read the header and the packets of a video without decoding it. Raises UnreadableVideoError with ffmpeg's reason."""
    report = FFmpegReport()
    with memory_file() as lines:
        output = _packet_output(input_stream(path), lines).global_args(*STRICT, "-copyts")
        with run_process(ffmpeg.compile(output, cmd=executable()), report, lines) as (read, finish):
            read(1)
            code = finish()
        report.add_packets(read_all(lines))
    if code:
        raise UnreadableVideoError(report.reason(code))
    return report


def _packet_output(video: Any, file: IO[bytes]) -> Any:
    """Return an output that lists the packets of an input in ``file``.

    Writing has an error of its own where decoding times do not ascend. They are not needed, and are replaced by ascending numbers.
    """
    return video.output(f"pipe:{file.fileno()}", format="framecrc", c="copy", copyinkf=None, **{"bsf:v": ASCENDING})


def trace_pictures(path: Path) -> FFmpegReport:
    """Read the headers of all coded pictures (H.264, HEVC) into the log, without decoding. Raises UnreadableVideoError."""
    report = TraceReport()
    output = input_stream(path).output(
        "pipe:", format="null", c="copy", copyinkf=None, **{"bsf:v": f"{ASCENDING},trace_headers"}
    )
    with run_process(ffmpeg.compile(output.global_args(*STRICT), cmd=executable()), report) as (read, finish):
        read(1)
        code = finish()
    if code:
        raise UnreadableVideoError(report.reason(code))
    return report


def encode_video(video: Image, path: Path, rate: int = 25) -> None:
    """Encode a video as MPEG-4 in AVI, the format of UCF101. Equal frames give equal files.

    Args:
        video: Frames, RGB.
        path: File to write.
        rate: Frames per second.

    Shape:
        ``video``: (T, H, W, 3).

    Raises:
        OSError: ffmpeg cannot write the file.
    """
    _, height, width, _ = video.shape
    stream = (
        ffmpeg.input("pipe:", format="rawvideo", pix_fmt="rgb24", s=f"{width}x{height}", r=rate)
        .output(str(path), format="avi", vcodec="mpeg4", pix_fmt="yuv420p", threads=1, fflags="+bitexact", **{"q:v": 3})
        .global_args("-loglevel", "error", "-y", "-flags:v", "+bitexact")
    )
    result = subprocess.run(ffmpeg.compile(stream, cmd=executable()), input=video.tobytes(), capture_output=True, check=False)
    if result.returncode or result.stderr:  # for a disk that becomes full, some versions print an error but return 0
        raise _encoding_error(path, result.stderr, result.returncode)


def _encoding_error(path: Path, log: bytes, code: int) -> OSError:
    """Return the error for a file that ffmpeg could not write: the system's own error where the log names it."""
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
        if os.strerror(number).encode() in log or (number == errno.EFBIG and code == -signal.SIGXFSZ):
            return OSError(number, os.strerror(number), str(path))
    return OSError(f"{path}: {log.decode(errors='replace').strip() or f'ffmpeg ended with {code}'}")
