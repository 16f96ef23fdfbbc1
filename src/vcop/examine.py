"""One video file, as ``vcop check`` looks at it: what its header says, what is really decoded, and small pictures to know it again.

UCF101's and HMDB51's clips are decoded whole, which costs little more than starting ffmpeg and finds damage anywhere. Of long
videos, as ActivityNet's, packets are counted and a few frames decoded: damage between these is not seen.

Shapes: n pictures of S x S grey values.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop import ffmpeg_tool, seeking
from vcop.ffmpeg_tool import UnreadableVideoError
from vcop.options import FrameOptions

SIDE = 16
SMALL = FrameOptions(height=SIDE, width=SIDE)
STEP = 0.2  # seconds from one picture to the next
SPREAD = 10  # pictures of a video that is not decoded whole
USUAL_RATE = 25.0  # frames a second, where a header does not say
CUT_SHORT = 0.9  # fewer frames than this part of what the header says
Pictures = NDArray[np.uint8]
NONE = np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True)
class Header:
    """What a container says: its format, frames (seconds times rate; 0: not said), frames a second, pixels."""

    format: str
    frames: int
    rate: float
    width: int
    height: int


@dataclass(frozen=True)
class Examined:
    """A file: bytes, header, decoded frames (``deep``) or packets, pictures (n, S, S); ``kind`` of fault and ``reason``, or ""."""

    size: int = 0
    kind: str = ""
    reason: str = ""
    header: Header | None = None
    count: int = 0
    pictures: Pictures = field(default_factory=lambda: NONE)


def present(path: Path) -> Examined:
    """Whether there is a file at all, and of what size."""
    if not path.exists():
        return Examined(kind="missing", reason="a broken link" if path.is_symlink() else "no such file")
    if not path.is_file():
        return Examined(kind="unreadable", reason="a folder or device in its place")
    size = path.stat().st_size
    return Examined(size) if size else Examined(kind="empty", reason="0 bytes")


def examine(path: Path, deep: bool) -> Examined:
    """Look at a file. No fault of the file is an exception."""
    found, about = Examined(), None
    try:
        found = present(path)
        if found.kind:
            return found
        about = header(path)
        count, pictures = _decoded(path, about.rate or USUAL_RATE) if deep else _sampled(path)
    except (UnreadableVideoError, OSError) as problem:
        return Examined(found.size, "unreadable", str(problem), about)
    if count < CUT_SHORT * about.frames and count + 2 < about.frames:
        reason = f"{count} frames of the {about.frames} that its header says"
        return Examined(found.size, "cut short", reason, about, count, pictures)
    return Examined(found.size, "", "", about, count, pictures)


def header(path: Path) -> Header:
    """What ffmpeg reads of a container without decoding. Raises UnreadableVideoError where no video is in it."""
    with open(path, "rb") as file:
        if file.read(256).lstrip().startswith((b"<", b"{")):
            raise UnreadableVideoError("text or a web page, not a video")
    command = [ffmpeg_tool.executable(), "-hide_banner", "-nostdin", "-i", f"file:{os.fspath(path)}"]
    said = subprocess.run(command, capture_output=True, check=False).stderr.decode(errors="replace")
    opened = re.search(r"^Input #0, (\S+), from", said, re.MULTILINE)
    if not opened:
        raise UnreadableVideoError(said.strip().splitlines()[-1] if said.strip() else "ffmpeg said nothing")
    stream = re.search(r"^ *Stream #0:.*?: Video: (.*)$", said, re.MULTILINE)
    if not stream:
        raise UnreadableVideoError("no video stream" + (", sound alone" if ": Audio: " in said else ""))
    size, rate = re.search(r", (\d+)x(\d+)\b", stream[1]), re.search(r", ([\d.]+) fps", stream[1])
    spent = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    seconds = 3600 * int(spent[1]) + 60 * int(spent[2]) + float(spent[3]) if spent else 0.0
    fps = float(rate[1]) if rate else 0.0
    return Header(opened[1], round(seconds * fps), fps, int(size[1]) if size else 0, int(size[2]) if size else 0)


def _decoded(path: Path, rate: float) -> tuple[int, Pictures]:
    """Every frame decoded strictly: how many, and a picture every ``STEP`` seconds."""
    count = 0
    pictures: list[NDArray[np.uint8]] = []
    for count, frame in enumerate(ffmpeg_tool.decode(path, SMALL), 1):
        if count > len(pictures) * STEP * rate:
            pictures.append(frame)
    return count, _grey(np.stack(pictures))


def _sampled(path: Path) -> tuple[int, Pictures]:
    """Packets counted, and pictures evenly spread over the video."""
    found = seeking.decode_clips(path, SMALL, SPREAD, 1)
    return found.count, _grey(found.frames)


def _grey(frames: NDArray[np.uint8]) -> Pictures:
    """Shape: (n, S, S, 3) to (n, S, S)."""
    return frames.mean(axis=-1).astype(np.uint8)
