"""Which ffmpeg to run, and running it: the one on PATH, else the one in the wheel ``imageio-ffmpeg``."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import ffmpeg
import numpy as np
from numpy.typing import NDArray

from vcop.options import FrameOptions

Image = NDArray[np.uint8]
STRICT = ("-nostdin", "-loglevel", "error", "-xerror")


class UnreadableVideoError(ValueError):
    """A video that cannot be decoded, with the reason."""


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


def source(path: Path, **more: Any) -> Any:
    """A video as an ffmpeg input that is decoded strictly; ``more``: options of the input.

    Decoders otherwise show most damaged files as good. Raises UnreadableVideoError where there is no such file.
    """
    if not path.exists():
        raise UnreadableVideoError("no such file")
    if not path.is_file():
        raise UnreadableVideoError("not a regular file")
    return ffmpeg.input(f"file:{path}", err_detect="explode", threads=1, **more)


def decode(path: Path, options: FrameOptions) -> Iterator[Image]:
    """Every frame of a video at its native rate, resized. Yields (H, W, 3), RGB. Raises UnreadableVideoError as ``frames``."""
    yield from frames(source(path), options)


def frames(stream: Any, options: FrameOptions, *more: str) -> Iterator[Image]:
    """The frames of an input or of filters after it, resized; ``more``: global options. Yields (H, W, 3), RGB.

    A line on stderr alone is no error, since real UCF101 files give harmless warnings. Raises UnreadableVideoError with
    ffmpeg's own words.
    """
    output = (
        # swscale's bilinear widens its kernel when it shrinks, which is what antialiasing means.
        stream.filter("scale", options.width, options.height, flags="bilinear+accurate_rnd+full_chroma_int+bitexact")
        .output("pipe:", format="rawvideo", pix_fmt="rgb24", fps_mode="passthrough")
        .global_args(*STRICT, *more)
    )
    size = options.height * options.width * 3
    with TemporaryFile() as errors:
        process = subprocess.Popen(ffmpeg.compile(output, cmd=executable()), stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout is not None
        try:
            count = 0
            while data := process.stdout.read(size):
                if len(data) < size:
                    raise UnreadableVideoError(f"the decoder stopped within frame {count}")
                count += 1
                yield np.frombuffer(data, np.uint8).reshape(options.height, options.width, 3)
            code = process.wait()
        finally:
            process.kill()
            process.stdout.close()
            process.wait()
        errors.seek(0)
        said = errors.read()
    if code != 0:
        raise UnreadableVideoError(f"after {count} frames: {_reason(said, code)}")
    if count == 0:
        raise UnreadableVideoError("it has no frame")


def packets(path: Path) -> list[str]:
    """What ffmpeg's format ``framecrc`` says of the first video stream and its packets, without decoding one.

    The lines of the stream are ``#key 0: value``, those of a packet ``0, dts, pts, duration, size, checksum`` and, unless it
    is a plain key frame, ``F=`` its flags. Raises UnreadableVideoError with ffmpeg's own words.
    """
    stream = source(path)["v:0"].output("pipe:", format="framecrc", c="copy", copyinkf=None).global_args(*STRICT, "-copyts")
    result = subprocess.run(ffmpeg.compile(stream, cmd=executable()), capture_output=True, check=False)
    if result.returncode:
        raise UnreadableVideoError(_reason(result.stderr, result.returncode))
    return result.stdout.decode(errors="replace").splitlines()


def _reason(said: bytes, code: int) -> str:
    """The last line of stderr."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"ffmpeg ended with {code}"


def encode(video: Image, path: Path, rate: int = 25) -> None:
    """Write a video as MPEG-4 in AVI, as UCF101's are; equal frames give equal files. Shape: (T, H, W, 3), RGB."""
    _, height, width, _ = video.shape
    stream = (
        ffmpeg.input("pipe:", format="rawvideo", pix_fmt="rgb24", s=f"{width}x{height}", r=rate)
        .output(str(path), format="avi", vcodec="mpeg4", pix_fmt="yuv420p", threads=1, fflags="+bitexact", **{"q:v": 3})
        .global_args("-loglevel", "error", "-y", "-flags:v", "+bitexact")
    )
    result = subprocess.run(ffmpeg.compile(stream, cmd=executable()), input=video.tobytes(), capture_output=True, check=False)
    if result.returncode:
        raise OSError(f"{path}: {result.stderr.decode(errors='replace').strip() or 'ffmpeg failed'}")
