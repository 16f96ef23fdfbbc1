"""One video file, as ``vcop check`` looks at it: what its header says, what is really decoded, and small pictures to know it again.

UCF101's and HMDB51's clips are decoded whole, which costs little more than starting ffmpeg and finds damage anywhere. Of long
videos, as ActivityNet's, packets are counted and a few frames decoded: damage between these is not seen.

Shapes: n pictures of S x S grey values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.config.options import FrameOptions
from vcop.runtime import io_timeout
from vcop.video import clip_decoding, containers, ffmpeg, integrity
from vcop.video.ffmpeg_report import Header, Told, UnreadableVideoError

SIDE = 16
SMALL = FrameOptions(height=SIDE, width=SIDE)
STEP = 0.2  # seconds from one picture to the next
SPREAD = 10  # pictures of a video that is not decoded whole
USUAL_RATE = 25.0  # frames a second, where a header does not say
Pictures = NDArray[np.uint8]
NONE = np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True)
class Examined:
    """A file: bytes, header, decoded frames (``deep``) or packets, pictures (n, S, S); ``kind`` of fault, or "", and ``reason``.

    Where there is a reason and no fault, it is a note (``soundness.judge``).
    """

    size: int = 0
    kind: str = ""
    reason: str = ""
    header: Header | None = None
    count: int = 0
    pictures: Pictures = field(default_factory=lambda: NONE)


def present(path: Path) -> Examined:
    """Whether there is a file at all, and of what size."""
    if not path.exists():
        return Examined(kind="missing", reason=ffmpeg.absent(path))
    if not path.is_file():
        return Examined(kind="unreadable", reason="a folder or device in its place")
    size = path.stat().st_size
    return Examined(size) if size else Examined(kind="empty", reason="0 bytes")


def examine(path: Path, deep: bool) -> Examined:
    """Look at a file. No fault of the file is an exception."""
    found, told = Examined(), Told()
    try:
        found = io_timeout.last(_present(path), path)
        if found.kind:
            return found
        about = io_timeout.last(containers.look(path), path)
        count, pictures = _decoded(path, told) if deep else _sampled(path, told)
    except (UnreadableVideoError, OSError) as problem:
        return Examined(found.size, "unreadable", str(problem), told.header())
    assert about is not None
    judged = integrity.judge(about, told, count)
    kind = "cut short" if judged.verdict == integrity.REFUSED else ""
    return Examined(found.size, kind, judged.reason, told.header(), count, pictures)


def _present(path: Path) -> Iterator[Examined]:
    yield present(path)


def _decoded(path: Path, told: Told) -> tuple[int, Pictures]:
    """Every frame decoded strictly: how many, and a picture every ``STEP`` seconds."""
    pictures = np.stack([frame.mean(axis=-1).astype(np.uint8) for frame in ffmpeg.decode(path, SMALL, told)])
    header = told.header()
    step = STEP * ((header.rate if header else 0) or USUAL_RATE)
    return len(pictures), pictures[np.arange(0, len(pictures), max(1.0, step)).astype(int)]


def _sampled(path: Path, told: Told) -> tuple[int, Pictures]:
    """Packets counted, and pictures evenly spread over the video."""
    found = clip_decoding.decode_clips(path, SMALL, SPREAD, 1)
    told.take(found.told)
    return found.count, found.frames.mean(axis=-1).astype(np.uint8)
