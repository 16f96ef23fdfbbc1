"""Check of one video file: its header, the frames that can really be decoded, and thumbnails by which it can be recognised.

The clips of UCF101 and HMDB51 are decoded completely: that costs little more than starting ffmpeg, and finds damage anywhere. Of
long videos, such as ActivityNet's, packets are counted and a few frames decoded; damage between these frames is not seen.

Shapes: n thumbnails of S x S grey values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.runtime import io_timeout
from vcop.video import clip_decoding, coded_pictures, containers, cut_videos, ffmpeg, integrity
from vcop.video.ffmpeg_report import FFmpegReport, Header, UnreadableVideoError

THUMBNAIL_SIDE = 16
THUMBNAIL_OPTIONS = FrameOptions(height=THUMBNAIL_SIDE, width=THUMBNAIL_SIDE)
THUMBNAIL_STEP = 0.2  # seconds from one thumbnail to the next
SAMPLES = 10  # thumbnails of a video that is not decoded completely
DEFAULT_RATE = 25.0  # frames per second, if a header has none
Thumbnails = NDArray[np.uint8]
NO_THUMBNAILS = np.zeros((0, THUMBNAIL_SIDE, THUMBNAIL_SIDE), np.uint8)


@dataclass(frozen=True)
class VideoCheck:
    """Result for one video file.

    Attributes:
        size: Bytes of the file.
        kind: Kind of fault ("missing", "empty", "unreadable" or "cut short"), or "" for a sound file.
        reason: Description of the fault; without a fault, a warning of ``vcop.video.integrity.judge_video``.
        header: What the header of the file announces; None if it could not be read.
        count: Number of decoded frames, or of packets if the video was not decoded completely.
        thumbnails: Small grey pictures. Shape: (n, S, S).
    """

    size: int = 0
    kind: str = ""
    reason: str = ""
    header: Header | None = None
    count: int = 0
    thumbnails: Thumbnails = field(default_factory=lambda: NO_THUMBNAILS)


def check_presence(path: Path) -> VideoCheck:
    """Return whether a file exists, and its size, without reading it."""
    if not path.exists():
        return VideoCheck(kind="missing", reason=ffmpeg.missing_reason(path))
    if not path.is_file():
        return VideoCheck(kind="unreadable", reason="a folder or device in its place")
    size = path.stat().st_size
    return VideoCheck(size) if size else VideoCheck(kind="empty", reason="0 bytes")


def check_video(path: Path, deep: bool) -> VideoCheck:
    """Read a video file and compare what can be decoded with what its header announces.

    Args:
        path: Video file.
        deep: Whether every frame is decoded; otherwise packets are counted, and ``SAMPLES`` frames are decoded.

    Returns:
        What was found. A fault of the file, or of the disk it lies on, is part of the result and never an exception.
    """
    present, report = VideoCheck(), FFmpegReport()
    try:
        present = io_timeout.run_with_timeout(_presence(path), path)
        if present.kind:
            return present
        container = io_timeout.run_with_timeout(containers.read_container(path), path)
        decode = _decode_all if deep else _decode_samples
        count, thumbnails = cut_videos.decode_cut(path, report, lambda detection: decode(path, report, detection))
        coded_pictures.count_pictures(path, report, count)
    except (UnreadableVideoError, OSError) as problem:
        return VideoCheck(present.size, "unreadable", str(problem), report.header())
    assert container is not None
    verdict = integrity.judge_video(container, report, count)
    kind = "cut short" if verdict.verdict == integrity.REFUSED else ""
    return VideoCheck(present.size, kind, verdict.reason, report.header(), count, thumbnails)


def _presence(path: Path) -> Iterator[VideoCheck]:
    """Yield the result of ``check_presence``, as ``run_with_timeout`` takes an iterator."""
    yield check_presence(path)


def _decode_all(path: Path, report: FFmpegReport, detection: str) -> tuple[int, Thumbnails]:
    """Decode every frame strictly; return their number and a thumbnail every ``THUMBNAIL_STEP`` seconds."""
    decoded = ffmpeg.decode_frames(path, THUMBNAIL_OPTIONS, report, detection)
    frames = np.stack([frame.mean(axis=-1).astype(np.uint8) for frame in decoded])
    header = report.header()
    step = THUMBNAIL_STEP * ((header.rate if header else 0) or DEFAULT_RATE)
    return len(frames), frames[np.arange(0, len(frames), max(1.0, step)).astype(int)]


def _decode_samples(path: Path, report: FFmpegReport, detection: str) -> tuple[int, Thumbnails]:
    """Count packets; return their number and thumbnails evenly spaced over the video."""
    clips = clip_decoding.decode_clips(path, THUMBNAIL_OPTIONS, SAMPLES, 1, detection=detection)
    report.update(clips.report)
    return clips.count, clips.frames.mean(axis=-1).astype(np.uint8)
