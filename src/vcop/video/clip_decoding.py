"""Decode evenly spaced clips of a long video (TMM 2020, IV-D) without decoding the frames between them.

The packets of a video are read without decoding. Their time stamps give the number of frames, and so the position of the clips; they
also give the key frames, where decoding can begin. Frames are then selected by their time stamps and counted.

If time stamps do not identify the frames, or if seeking would save nothing, the whole video is decoded and frames are selected by
their numbers. The result is the same; but damage between the clips is found only in this case.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.sampling.clips import clip_indices, evenly_spaced_starts
from vcop.video import ffmpeg
from vcop.video.ffmpeg import Image
from vcop.video.ffmpeg_process import StalledError
from vcop.video.ffmpeg_report import DISCARD, KEY, NO_STAMP, FFmpegReport, Packet, UnreadableVideoError
from vcop.video.integrity import COUNTABLE, HEADER, RESHAPED

# Pixels decoded while ffmpeg starts and seeks: 40 ms, 100 frames of 320x240 (h264, measured).
SEEK_COST = 8e6
Range = tuple[int, int]  # first and last frame, both included


@dataclass(frozen=True)
class FrameIndex:
    """Frames of a video, as known from its packets.

    Attributes:
        count: Number of frames.
        timestamps: Time at which each frame is shown, ascending, in units of ``time_base``.
        keys: Key frames, where decoding can begin, ascending from 0.
        time_base: Unit of time in seconds.
        pixels: Pixels per frame.
        problem: Why time stamps do not identify the frames; "" if they do.
        report: Output of ffmpeg.
    """

    count: int
    timestamps: NDArray[np.int64]
    keys: list[int]
    time_base: Fraction
    pixels: int
    problem: str
    report: FFmpegReport


@dataclass(frozen=True)
class DecodedClips:
    """Decoded clips of a video.

    Attributes:
        frames: All clips, one after another, RGB.
        count: Number of frames of the whole video.
        problem: Why seeking was not tried or did not work; "" otherwise.
        report: Output of ffmpeg.

    Shape:
        ``frames``: (clips * clip_length, H, W, 3).
    """

    frames: Image
    count: int
    problem: str
    report: FFmpegReport


def index_frames(path: Path) -> FrameIndex:
    """Read the packets of a video. Raises UnreadableVideoError if ffmpeg cannot read them."""
    report = ffmpeg.read_packets(path)
    about, packets = report.about, report.packets
    stamps = np.sort(np.array([p.stamp for p in packets if not p.flags & DISCARD], np.int64))
    if not len(stamps):
        raise UnreadableVideoError("it has no packet to be shown")
    keys = np.searchsorted(stamps, [p.stamp for p in packets if p.flags & KEY])
    return FrameIndex(
        len(stamps),
        stamps,
        sorted({0, *keys.tolist()}),
        Fraction(about["#tb"]),
        max(1, math.prod(map(int, about["#dimensions"].split("x")))),
        _timestamp_problem(report.codec, packets, stamps),
        report,
    )


def _timestamp_problem(codec: str, packets: list[Packet], stamps: NDArray[np.int64]) -> str:
    """Return why time stamps do not identify the frames, or ""."""
    if codec not in COUNTABLE or (codec == "mpeg4" and min(p.size for p in packets) < HEADER):
        return f"a packet of {codec} need not be a frame"
    if any(p.stamp == NO_STAMP for p in packets):
        return "packets without time stamps"
    return "two frames of one time stamp" if (np.diff(stamps) == 0).any() else ""


def plan_ranges(wanted: list[Range], keys: list[int], cost: float) -> list[list[Range]]:
    """Divide ranges of frames into runs of ffmpeg.

    Each run begins with a seek, which is worth it if it skips more than ``cost`` frames.

    Args:
        wanted: Ranges to decode, ascending.
        keys: Key frames.
        cost: Frames that could be decoded in the time of one seek.

    Returns:
        The ranges of each run.
    """
    runs = [wanted[:1]]
    for first, last in wanted[1:]:
        if _key_before(keys, first) - runs[-1][-1][1] - 1 > cost:
            runs.append([])
        runs[-1].append((first, last))
    return runs


def _key_before(keys: list[int], frame: int) -> int:
    """Return the last key frame that is not after ``frame``."""
    return keys[bisect_right(keys, frame) - 1]


def decode_clips(
    path: Path,
    options: FrameOptions,
    clips: int,
    clip_length: int,
    seek_cost: float = SEEK_COST,
    detection: str = ffmpeg.STOP_AT_ERRORS,
) -> DecodedClips:
    """Decode evenly spaced clips (``evenly_spaced_starts``) of a video. The frames equal those of ``ffmpeg.decode_frames``.

    Args:
        path: The video.
        options: Size of the frames.
        clips: Number of clips.
        clip_length: Frames per clip.
        seek_cost: Pixels that can be decoded in the time of one seek.
        detection: As for ``ffmpeg.decode_frames``; with ``LIST_ERRORS`` the whole video is decoded.

    Raises:
        UnreadableVideoError: The video cannot be decoded.
    """
    count = 0
    try:
        index = index_frames(path)
        count, problem, report = index.count, index.problem, index.report
        if not problem:
            numbers = frame_numbers(count, clips, clip_length)
            runs = plan_ranges(_ranges(numbers, count), index.keys, seek_cost / index.pixels)
            if len(runs) > 1 and detection == ffmpeg.STOP_AT_ERRORS:
                frames = [frame for run in runs for frame in _decode_ranges(path, options, index, run)]
                return DecodedClips(_arrange(frames, numbers), count, "", report)
    except StalledError:
        raise
    except UnreadableVideoError as stop:
        problem = str(stop)
    return _decode_all(path, options, clips, clip_length, count, problem, detection)


def frame_numbers(count: int, clips: int, clip_length: int) -> NDArray[np.int64]:
    """Return the frame numbers of all clips. Shape: (clips * clip_length,)."""
    return np.concatenate(
        [clip_indices(start, clip_length, 1, count) for start in evenly_spaced_starts(count, clip_length, clips)]
    )


def _ranges(numbers: NDArray[np.int64], count: int) -> list[Range]:
    """Return the same frames as ascending ranges, each frame once. The last frame of the video is added, to verify ``count``."""
    distinct = np.unique(np.append(numbers, count - 1))
    return [(int(part[0]), int(part[-1])) for part in np.split(distinct, np.flatnonzero(np.diff(distinct) > 1) + 1)]


def _arrange(frames: list[Image], numbers: NDArray[np.int64]) -> Image:
    """Bring the frames of ``_ranges`` into the order of the clips. Shape: (len(numbers), H, W, 3)."""
    return np.stack(frames)[np.searchsorted(np.unique(numbers), numbers)]


def _decode_ranges(path: Path, options: FrameOptions, index: FrameIndex, run: list[Range]) -> list[Image]:
    """Seek to the key frame before some ranges and decode these. Raises UnreadableVideoError if their number differs."""
    stamps, first, last = index.timestamps, run[0][0], run[-1][1]
    seek: dict[str, Any] = {}
    if key := _key_before(index.keys, first):
        # Seek to the key frame itself: asked for a frame just before the next key frame, ffmpeg may go to that one. The time is
        # rounded up to microseconds, for rounding down would lead to the key frame before.
        time = math.ceil(int(stamps[key]) * index.time_base * 10**6)
        seek = {"ss": f"{time / 10**6:.6f}", "seek_timestamp": 1, "noaccurate_seek": None}
    ranges = [(int(stamps[a]), int(stamps[b])) for a, b in run]
    stream = ffmpeg.input_stream(path, **seek).filter("trim", start_pts=ranges[0][0], end_pts=ranges[-1][1] + 1)
    stream = stream.filter("select", "+".join(f"between(pts,{a},{b})" for a, b in ranges))
    expected = sum(b - a + 1 for a, b in run)
    frames = list(islice(ffmpeg.scaled_frames(stream, options, "-copyts"), expected + 1))
    if len(frames) != expected:
        raise UnreadableVideoError(f"another number of frames than of time stamps from frame {first} to {last}")
    return frames


def _decode_all(
    path: Path, options: FrameOptions, clips: int, clip_length: int, count: int, problem: str, detection: str
) -> DecodedClips:
    """Decode the whole video and select the clips; ``count`` is the expected number of frames, or 0."""
    count, report = max(1, count), FFmpegReport()
    frames = _decode_by_numbers(path, options, clips, clip_length, count, report, detection)
    if frames is None:
        count, report = sum(1 for _ in ffmpeg.decode_frames(path, options, None, detection)), FFmpegReport()
        frames = _decode_by_numbers(path, options, clips, clip_length, count, report, detection)
    if frames is None:
        raise UnreadableVideoError("it changed while it was decoded")
    return DecodedClips(frames, count, problem, report)


def _decode_by_numbers(
    path: Path, options: FrameOptions, clips: int, clip_length: int, count: int, report: FFmpegReport, detection: str
) -> Image | None:
    """Decode all frames and keep those of the clips; return None if the video does not have ``count`` frames."""
    numbers = frame_numbers(count, clips, clip_length)
    ranges = _ranges(numbers, count)
    chosen = [f"between(n,{a},{b})" for a, b in ranges]
    video = ffmpeg.input_stream(path, err_detect=detection)
    stream = video.filter("select", "+".join([*chosen, f"gte(n,{count})"]))
    expected = sum(b - a + 1 for a, b in ranges)
    frames = list(islice(ffmpeg.scaled_frames(stream, options, report=report, video=video), expected + 1))
    if report.changes_format():  # filters are started again there, and number frames from 0
        raise UnreadableVideoError(f"{RESHAPED}: single clips of it cannot be decoded")
    return _arrange(frames, numbers) if len(frames) == expected else None
