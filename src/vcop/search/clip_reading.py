"""Clips of a video file as a network needs them, and the times at which they are shown.

Videos are decoded and judged as for a frame store (``vcop.preparation.part_files``). Frames are compressed and
decompressed as JPEG, too: networks are trained on such frames, and colours of small frames change visibly by it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.preparation.part_files import FILE_ERRORS, file_error_reason
from vcop.runtime import io_timeout
from vcop.sampling.clips import evenly_spaced_starts
from vcop.storage.frame_store import Image, decode_jpeg
from vcop.storage.frame_writer import encode_frame
from vcop.video import clip_decoding, coded_pictures, containers, cut_videos, ffmpeg, integrity
from vcop.video.clip_decoding import DecodedClips
from vcop.video.ffmpeg_report import DISCARD, NO_STAMP, FFmpegReport, UnreadableVideoError
from vcop.video.stalls import retry_stalled

SHORT = 512  # frames of a video that is decoded at once; longer ones are read without decoding first, and their clips sought
USUAL_RATE = 25.0  # frames per second of a video that says nothing of time; ffmpeg assumes the same
Times = NDArray[np.float64]


@dataclass(frozen=True)
class VideoClips:
    """Evenly spaced clips of a video.

    Attributes:
        frames: The frames of each clip that enter the network: RGB, uint8.
        start: Seconds from the first frame of the video to that of each clip.
        end: Seconds from the first frame of the video to the end of the last frame of each clip.
        warning: What is odd about the file; "" for most.

    Shape:
        ``frames``: (clips, clip_length / frame_stride, H, W, 3); ``start`` and ``end``: (clips,).
    """

    frames: NDArray[np.uint8]
    start: Times
    end: Times
    warning: str = ""


def read_clips(path: Path, options: FrameOptions, clips: int, clip_length: int, frame_stride: int = 1) -> VideoClips:
    """Decode the evenly spaced clips of a video (CVPR 2019, 4.1), and no other frames where that is faster.

    Args:
        path: The video.
        options: Size of the frames.
        clips: Number of clips.
        clip_length: Frames of a clip.
        frame_stride: Of these, every so many-th is returned.

    Raises:
        UnreadableVideoError: The video cannot be decoded, or frames are missing.
        OSError: The file cannot be read.
    """
    container = io_timeout.run_with_timeout(containers.read_container(path), path)
    assert container is not None
    report = FFmpegReport()

    def decode(detection: str) -> DecodedClips:
        decoded = _decode_short(path, options, clips, clip_length, detection) if 0 < container.frames <= SHORT else None
        decoded = decoded or clip_decoding.decode_clips(path, options, clips, clip_length, detection=detection)
        report.update(decoded.report)
        return decoded

    decoded = cut_videos.decode_cut(path, report, decode)
    coded_pictures.count_pictures(path, report, decoded.count)
    verdict = integrity.judge_video(container, report, decoded.count)
    if verdict.verdict == integrity.REFUSED:
        raise UnreadableVideoError(verdict.reason)
    times = frame_times(decoded.count, report)
    first = np.array(evenly_spaced_starts(decoded.count, clip_length, clips))
    last = np.minimum(first + clip_length, decoded.count)
    frames = _stored_clips(decoded, options, clips, clip_length, frame_stride)
    return VideoClips(frames, times[first], times[last], verdict.reason)


def _decode_short(path: Path, options: FrameOptions, clips: int, clip_length: int, detection: str) -> DecodedClips | None:
    """Decode all frames of a short video in one run of ffmpeg, which costs less than a second run; None if it is long after all.

    The frames are those of ``clip_decoding.decode_clips``.
    """
    report = FFmpegReport()
    frames = list(islice(ffmpeg.decode_frames(path, options, report, detection), SHORT + 1))
    if len(frames) > SHORT:
        return None
    numbers = clip_decoding.frame_numbers(len(frames), clips, clip_length)
    return DecodedClips(np.stack(frames)[numbers], len(frames), "", report)


def _stored_clips(
    decoded: DecodedClips, options: FrameOptions, clips: int, clip_length: int, frame_stride: int
) -> NDArray[np.uint8]:
    """Return every so many-th frame of each clip as a frame store gives it back. A frame of several clips is compressed once."""
    numbers = clip_decoding.frame_numbers(decoded.count, clips, clip_length)
    chosen = np.arange(clips * clip_length).reshape(clips, clip_length)[:, ::frame_stride]
    _, distinct, place = np.unique(numbers[chosen], return_index=True, return_inverse=True)
    stored = np.stack([as_stored(decoded.frames[i], options) for i in chosen.ravel()[distinct]])
    return stored[place.reshape(chosen.shape)]


def as_stored(frame: Image, options: FrameOptions) -> Image:
    """Return a frame as a frame store gives it back. Shape: (H, W, 3) -> (H, W, 3)."""
    out = np.empty_like(frame)
    if options.codec == "raw":
        return frame
    decode_jpeg(encode_frame(np.ascontiguousarray(frame), options), out)
    return out


def frame_times(count: int, report: FFmpegReport) -> Times:
    """Return when each frame of a video begins, and when the last one ends, in seconds from the first frame.

    Args:
        count: Frames of the video.
        report: Packets and header of the video.

    Shape:
        (count + 1,)
    """
    header = report.header()
    step = 1 / (header.rate if header and header.rate else USUAL_RATE)
    stamps = np.sort([p.stamp for p in report.packets if p.stamp != NO_STAMP and not p.flags & DISCARD])
    if len(stamps) > 1:
        seconds = (stamps - stamps[0]) * float(Fraction(report.about["#tb"]))
        step = float(np.median(np.diff(seconds))) or step
        # Where packets are not the frames, the frames are spread over the same time.
        times = seconds if len(stamps) == count else np.linspace(0, seconds[-1], count)
    else:
        times = np.arange(count) * step
    return np.round(np.append(times, times[-1] + step), 3)


def read_many(
    videos: Iterable[Path], options: FrameOptions, clips: int, clip_length: int, frame_stride: int, processes: int
) -> Iterator[tuple[Path, VideoClips | str]]:
    """Yield the clips of each video in the order of the list, or why it cannot be read. A few videos are read ahead.

    Args:
        videos: The videos.
        options: Size of the frames.
        clips: Clips of a video.
        clip_length: Frames of a clip.
        frame_stride: Of these, every so many-th is returned.
        processes: Videos that are decoded at the same time, each by a process of ffmpeg.

    Raises:
        OSError: Something fails that is not the fault of one video: a disk is full, a file system does not answer (TimeoutError), or
            the system ended ffmpeg.
    """
    waiting: deque[tuple[Path, Future[VideoClips | str]]] = deque()
    pool = ThreadPoolExecutor(processes)  # threads suffice: they wait for ffmpeg, which decodes in processes of its own
    try:
        for video in videos:
            waiting.append((video, pool.submit(_try_to_read, video, options, clips, clip_length, frame_stride)))
            if len(waiting) > 2 * processes:
                path, future = waiting.popleft()
                yield path, future.result()
        for path, future in waiting:
            yield path, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _try_to_read(video: Path, options: FrameOptions, clips: int, clip_length: int, frame_stride: int) -> VideoClips | str:
    """Return the clips of a video, or why it cannot be read."""
    try:
        return retry_stalled(video, lambda: read_clips(video, options, clips, clip_length, frame_stride))
    except UnreadableVideoError as problem:
        return str(problem)
    except OSError as problem:
        if problem.errno not in FILE_ERRORS:
            raise
        return file_error_reason(video, problem)
