"""Of a long video the frames of evenly spread clips alone (TMM 2020, IV-D), without decoding what lies between them.

The packets' time stamps, read without decoding, give the number of frames, hence the clips, and the key frames, at which
decoding may begin. Frames are chosen by their stamps and counted. Where stamps cannot tell them, or nothing would be saved,
the whole video is decoded and frames are chosen by their numbers: what comes out is the same, but only then is damage between
the clips found.
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
from vcop.video.ffmpeg import Image, StalledError
from vcop.video.ffmpeg_report import DISCARD, KEY, NO_STAMP, FFmpegReport, Packet, UnreadableVideoError
from vcop.video.integrity import COUNTABLE, HEADER, RESHAPED

# Pixels decoded while ffmpeg starts and seeks: 40 ms, 100 frames of 320x240 (h264, measured).
SEEK_COST = 8e6
Range = tuple[int, int]  # first and last frame


@dataclass(frozen=True)
class FrameIndex:
    """The frames of a video as its packets tell them.

    ``count``: frames; ``timestamps``: when each is shown, ascending, in units of ``time_base`` seconds; ``keys``: the frames at
    which decoding may begin, ascending from 0; ``pixels`` of a frame; ``problem``: why stamps cannot tell frames, or "";
    ``report``: all that ffmpeg said.
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
    """The clips of a video.

    ``frames``: the clips back to back, (clips * clip_length, H, W, 3), RGB; ``count``: how many frames the whole video has;
    ``problem``: why seeking did not work or was not tried, or ""; ``report``: what ffmpeg said of all packets.
    """

    frames: Image
    count: int
    problem: str
    report: FFmpegReport


def index_frames(path: Path) -> FrameIndex:
    """What the packets of a video say. Raises UnreadableVideoError where ffmpeg cannot read them."""
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
        _problem(report.codec, packets, stamps),
        report,
    )


def _problem(codec: str, packets: list[Packet], stamps: NDArray[np.int64]) -> str:
    """Why frames cannot be told apart by their time stamps, or ""."""
    if codec not in COUNTABLE or (codec == "mpeg4" and min(p.size for p in packets) < HEADER):
        return f"a packet of {codec} need not be a frame"
    if any(p.stamp == NO_STAMP for p in packets):
        return "packets without time stamps"
    return "two frames of one time stamp" if (np.diff(stamps) == 0).any() else ""


def plan_ranges(wanted: list[Range], keys: list[int], cost: float) -> list[list[Range]]:
    """Which ranges of frames one run of ffmpeg decodes: a new one seeks, which pays if it skips more than ``cost`` frames."""
    runs = [wanted[:1]]
    for first, last in wanted[1:]:
        if _before(keys, first) - runs[-1][-1][1] - 1 > cost:
            runs.append([])
        runs[-1].append((first, last))
    return runs


def _before(keys: list[int], frame: int) -> int:
    """The last key frame that is not after a frame."""
    return keys[bisect_right(keys, frame) - 1]


def decode_clips(
    path: Path, options: FrameOptions, clips: int, clip_length: int, seek_cost: float = SEEK_COST
) -> DecodedClips:
    """The frames of the clips that ``clips.test_starts`` spreads over a video, bit for bit those of ``ffmpeg_tool.decode``.

    ``seek_cost``: pixels that could be decoded while seeking once. Raises UnreadableVideoError.
    """
    count = 0
    try:
        found = index_frames(path)
        count, problem, report = found.count, found.problem, found.report
        if not problem:
            numbers = _numbers(count, clips, clip_length)
            runs = plan_ranges(_ranges(numbers, count), found.keys, seek_cost / found.pixels)
            if len(runs) > 1:
                frames = [frame for run in runs for frame in _by_stamps(path, options, found, run)]
                return DecodedClips(_laid_out(frames, numbers), count, "", report)
    except StalledError:
        raise
    except UnreadableVideoError as stop:
        problem = str(stop)
    return _whole(path, options, clips, clip_length, count, problem)


def _numbers(count: int, clips: int, clip_length: int) -> NDArray[np.int64]:
    """The frames of all clips. Shape: (clips * clip_length,)."""
    return np.concatenate(
        [clip_indices(start, clip_length, 1, count) for start in evenly_spaced_starts(count, clip_length, clips)]
    )


def _ranges(numbers: NDArray[np.int64], count: int) -> list[Range]:
    """The same frames, each once, as ascending ranges; the last of all too, which tells whether ``count`` is right."""
    distinct = np.unique(np.append(numbers, count - 1))
    return [(int(part[0]), int(part[-1])) for part in np.split(distinct, np.flatnonzero(np.diff(distinct) > 1) + 1)]


def _laid_out(frames: list[Image], numbers: NDArray[np.int64]) -> Image:
    """Frames of ``_ranges`` in the clips' order. Shape: (len(numbers), H, W, 3)."""
    return np.stack(frames)[np.searchsorted(np.unique(numbers), numbers)]


def _by_stamps(path: Path, options: FrameOptions, found: FrameIndex, run: list[Range]) -> list[Image]:
    """The frames of some ranges, from the key frame before them on. Raises UnreadableVideoError where their number differs."""
    stamps, first, last = found.timestamps, run[0][0], run[-1][1]
    seek: dict[str, Any] = {}
    if key := _before(found.keys, first):
        # To the key frame itself: asked for a frame just before another key frame, ffmpeg may go to that one. In microseconds,
        # rounded up, so as not to miss it.
        place = math.ceil(int(stamps[key]) * found.time_base * 10**6)
        seek = {"ss": f"{place / 10**6:.6f}", "seek_timestamp": 1, "noaccurate_seek": None}
    ranges = [(int(stamps[a]), int(stamps[b])) for a, b in run]
    stream = ffmpeg.input_stream(path, **seek).filter("trim", start_pts=ranges[0][0], end_pts=ranges[-1][1] + 1)
    stream = stream.filter("select", "+".join(f"between(pts,{a},{b})" for a, b in ranges))
    expected = sum(b - a + 1 for a, b in run)
    frames = list(islice(ffmpeg.scaled_frames(stream, options, "-copyts"), expected + 1))
    if len(frames) != expected:
        raise UnreadableVideoError(f"another number of frames than of time stamps from frame {first} to {last}")
    return frames


def _whole(path: Path, options: FrameOptions, clips: int, clip_length: int, count: int, problem: str) -> DecodedClips:
    """The same by decoding all; ``count``: how many frames there should be, or 0."""
    count, report = max(1, count), FFmpegReport()
    frames = _by_numbers(path, options, clips, clip_length, count, report)
    if frames is None:
        count, report = sum(1 for _ in ffmpeg.decode_frames(path, options)), FFmpegReport()
        frames = _by_numbers(path, options, clips, clip_length, count, report)
    if frames is None:
        raise UnreadableVideoError("it changed while it was decoded")
    return DecodedClips(frames, count, problem, report)


def _by_numbers(
    path: Path, options: FrameOptions, clips: int, clip_length: int, count: int, report: FFmpegReport
) -> Image | None:
    """The frames of the clips, None where the video has not ``count`` frames; ``report`` as in ``ffmpeg_tool.frames``."""
    numbers = _numbers(count, clips, clip_length)
    ranges = _ranges(numbers, count)
    chosen = [f"between(n,{a},{b})" for a, b in ranges]
    video = ffmpeg.input_stream(path)
    stream = video.filter("select", "+".join([*chosen, f"gte(n,{count})"]))
    expected = sum(b - a + 1 for a, b in ranges)
    frames = list(islice(ffmpeg.scaled_frames(stream, options, report=report, video=video), expected + 1))
    if report.changes_format():  # filters begin anew there, and number frames from 0
        raise UnreadableVideoError(f"{RESHAPED}: single clips of it cannot be decoded")
    return _laid_out(frames, numbers) if len(frames) == expected else None
