"""First look at a folder of videos: how many there are, how long they are, and which cannot be read.

Only headers and packets are read, which takes milliseconds for each video. What only decoding finds is found by ``vcop check`` and
``vcop decode``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from vcop.datasets.video_files import locate_videos
from vcop.preparation.part_files import FILE_ERRORS, file_error_reason
from vcop.runtime import io_timeout, process_pool
from vcop.runtime.printing import printable
from vcop.video import containers, ffmpeg, ffmpeg_program, integrity
from vcop.video.ffmpeg_report import DISCARD, UnreadableVideoError
from vcop.video.stalls import retry_stalled

KILLED = "a process that looked at videos was killed (probably out of memory): run again"
NAMED = 5  # videos of one kind that are named


class VideoLook(NamedTuple):
    """What the header and the packets of a video say.

    Attributes:
        frames: Number of frames; 0 for a video that cannot be read.
        rate: Frames per second; 0 if unknown.
        width: Pixels.
        height: Pixels.
        reason: Why the video cannot be read, or "".
    """

    frames: int = 0
    rate: float = 0.0
    width: int = 0
    height: int = 0
    reason: str = ""


def look_at(path: Path) -> VideoLook:
    """Return what can be said of a video without decoding it; a fault of the file is part of the result."""
    try:
        container = io_timeout.run_with_timeout(containers.read_container(path), path)
        report = retry_stalled(path, lambda: ffmpeg.read_packets(path))
    except UnreadableVideoError as problem:
        return VideoLook(reason=str(problem))
    except OSError as problem:
        if problem.errno not in FILE_ERRORS:  # a limit, or a disk that fails, is not the video's fault
            raise
        return VideoLook(reason=file_error_reason(path, problem))
    assert container is not None
    frames, header = sum(not packet.flags & DISCARD for packet in report.packets), report.header()
    verdict = integrity.judge_video(container, report, frames)
    if verdict.verdict == integrity.REFUSED or not frames or header is None:
        return VideoLook(reason=verdict.reason or "it has no frame")
    return VideoLook(frames, header.rate, header.width, header.height)


@dataclass(frozen=True)
class Survey:
    """A look at all videos of a folder, and their files, by their paths in the list."""

    looks: Mapping[str, VideoLook]
    paths: Mapping[str, Path]

    @property
    def readable(self) -> dict[str, VideoLook]:
        """The videos that can be read."""
        return {name: look for name, look in self.looks.items() if not look.reason}

    @property
    def unreadable(self) -> dict[str, str]:
        """Why the others cannot."""
        return {name: look.reason for name, look in self.looks.items() if look.reason}

    @property
    def frames(self) -> list[int]:
        """Numbers of frames of the readable videos."""
        return [look.frames for look in self.readable.values()]

    def lines(self) -> Iterator[str]:
        """Yield what a user wants to know first."""
        readable, lost = self.readable, self.unreadable
        yield f"{len(self.looks)} videos, {len(lost)} of them cannot be read"
        for name, reason in list(lost.items())[:NAMED]:
            yield f"  {printable(name)}: {reason}"
        if len(lost) > NAMED:
            yield f"  and {len(lost) - NAMED} more"
        if not readable:
            return
        seconds = [look.frames / look.rate for look in readable.values() if look.rate]
        frames = sorted(self.frames)
        yield f"frames: {frames[0]} to {frames[-1]}, median {median(frames):.0f}" + (
            f"; seconds: {min(seconds):.1f} to {max(seconds):.1f}, median {median(seconds):.1f}" if seconds else ""
        )
        sizes = Counter(f"{look.width}x{look.height}" for look in readable.values()).most_common(4)
        yield "sizes: " + ", ".join(f"{size} ({count})" for size, count in sizes)


def survey_videos(folder: Path, names: Sequence[str], processes: int) -> Survey:
    """Look at videos.

    Args:
        folder: Directory of the videos.
        names: Their paths below it.
        processes: Videos that are looked at at the same time.

    Raises:
        ValueError: ffmpeg does not work, or a process was killed.
        TimeoutError: The file system does not answer.
    """
    ffmpeg_program.executable()  # before the processes start, which then know it: a broken program is no fault of the videos
    paths = locate_videos(folder, names)
    looks = process_pool.map_videos("look at", look_at, {name: (path,) for name, path in paths.items()}, processes, KILLED)
    return Survey({name: looks[name] for name in names}, paths)
