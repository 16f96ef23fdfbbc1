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

from vcop.config.data_options import FrameOptions
from vcop.runtime import io_timeout
from vcop.video import clip_decoding, containers, ffmpeg, integrity
from vcop.video.ffmpeg_report import FFmpegReport, Header, UnreadableVideoError

SIDE = 16
SMALL = FrameOptions(height=SIDE, width=SIDE)
STEP = 0.2  # seconds from one picture to the next
SPREAD = 10  # pictures of a video that is not decoded whole
USUAL_RATE = 25.0  # frames a second, where a header does not say
Pictures = NDArray[np.uint8]
NONE = np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True)
class VideoCheck:
    """A file: bytes, header, decoded frames (``deep``) or packets, pictures (n, S, S); ``kind`` of fault, or "", and ``reason``.

    Where there is a reason and no fault, it is a note (``soundness.judge``).
    """

    size: int = 0
    kind: str = ""
    reason: str = ""
    header: Header | None = None
    count: int = 0
    pictures: Pictures = field(default_factory=lambda: NONE)


def file_size(path: Path) -> VideoCheck:
    """Whether there is a file at all, and of what size."""
    if not path.exists():
        return VideoCheck(kind="missing", reason=ffmpeg.missing_reason(path))
    if not path.is_file():
        return VideoCheck(kind="unreadable", reason="a folder or device in its place")
    size = path.stat().st_size
    return VideoCheck(size) if size else VideoCheck(kind="empty", reason="0 bytes")


def check_video(path: Path, deep: bool) -> VideoCheck:
    """Look at a file. No fault of the file is an exception."""
    found, report = VideoCheck(), FFmpegReport()
    try:
        found = io_timeout.run_with_timeout(_present(path), path)
        if found.kind:
            return found
        about = io_timeout.run_with_timeout(containers.read_container(path), path)
        count, pictures = _decoded(path, report) if deep else _sampled(path, report)
    except (UnreadableVideoError, OSError) as problem:
        return VideoCheck(found.size, "unreadable", str(problem), report.header())
    assert about is not None
    judged = integrity.judge_video(about, report, count)
    kind = "cut short" if judged.verdict == integrity.REFUSED else ""
    return VideoCheck(found.size, kind, judged.reason, report.header(), count, pictures)


def _present(path: Path) -> Iterator[VideoCheck]:
    yield file_size(path)


def _decoded(path: Path, report: FFmpegReport) -> tuple[int, Pictures]:
    """Every frame decoded strictly: how many, and a picture every ``STEP`` seconds."""
    pictures = np.stack([frame.mean(axis=-1).astype(np.uint8) for frame in ffmpeg.decode_frames(path, SMALL, report)])
    header = report.header()
    step = STEP * ((header.rate if header else 0) or USUAL_RATE)
    return len(pictures), pictures[np.arange(0, len(pictures), max(1.0, step)).astype(int)]


def _sampled(path: Path, report: FFmpegReport) -> tuple[int, Pictures]:
    """Packets counted, and pictures evenly spread over the video."""
    found = clip_decoding.decode_clips(path, SMALL, SPREAD, 1)
    report.update(found.report)
    return found.count, found.frames.mean(axis=-1).astype(np.uint8)
