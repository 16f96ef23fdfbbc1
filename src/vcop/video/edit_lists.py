"""Edit lists of MP4 files: how many frames a video shows that was trimmed without encoding it again.

An edit list names the parts of a track that are shown. It is believed only if the durations that the file states elsewhere agree with
it, so that one damaged number does not pass for a trimmed video.
"""

from __future__ import annotations

import struct
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcop.video.boxes import MAX_ELEMENTS, boxes_at, read_at, video_track

REORDERED = 33  # frames may be shown out of order by up to 32 samples


class Edit(NamedTuple):
    """Part of a track that is shown: its beginning in units of the track (-1: a pause) and its duration in units of the movie."""

    start: int
    duration: int


def shown_frames(file: IO[bytes], size: int) -> int:
    """Return how many frames of the first video track are shown.

    Args:
        file: An MP4 file.
        size: Its size in bytes.

    Returns:
        Number of frames; 0 if there is no edit list, or if it contradicts the rest of the header.
    """
    for _, start, stop in boxes_at(file, (b"moov",), 0, size):
        if track := video_track(file, start, stop):
            try:
                return _shown_frames(file, (start, stop), track)
            except (ValueError, struct.error):
                return 0
    return 0


def _shown_frames(file: IO[bytes], movie: tuple[int, int], track: tuple[int, int]) -> int:
    movie_scale, _ = _scale_and_duration(_content(file, movie, b"mvhd"))
    media_scale, media_duration = _scale_and_duration(_content(file, track, b"mdia", b"mdhd"))
    edits = _edits(_content(file, track, b"edts", b"elst"))
    times = _sample_times(file, track, media_duration)
    if abs(sum(edit.duration for edit in edits) - _track_duration(_content(file, track, b"tkhd"))) > 1:
        raise ValueError("the durations of the edit list and of the track differ")
    if movie_scale % 10 or media_scale % 10:  # usual ones are; none with one wrong bit is
        raise ValueError("an unusual unit of time")
    last = times.max() + 2 * media_duration // len(times)
    shown = np.zeros(len(times), np.int64)
    for edit in edits:
        if edit.start < 0:
            continue
        end = edit.start + edit.duration * media_scale // movie_scale
        if end > last + media_scale // movie_scale:
            raise ValueError("the edit list ends behind the last frame")
        _check_contiguous(times >= end)
        shown += (times >= edit.start) & (times < end)
    return int(shown.sum())


def _check_contiguous(hidden: NDArray[np.bool_]) -> None:
    """Raise ValueError unless the frames that are cut off stand at the end, but for the usual reordering."""
    if hidden.any() and (~hidden[int(hidden.argmax()) + REORDERED :]).any():
        raise ValueError("frames are cut off that are not at the end")


def _content(file: IO[bytes], within: tuple[int, int], *path: bytes) -> bytes:
    """Return the content of the first box at a path. Raises ValueError if there is none."""
    for _, start, stop in boxes_at(file, path, *within):
        return read_at(file, start, min(stop - start, 16 * MAX_ELEMENTS))
    raise ValueError("no such box")


def _scale_and_duration(data: bytes) -> tuple[int, int]:
    """Return units per second and duration of ``mvhd`` or ``mdhd``."""
    scale, duration = struct.unpack_from(">IQ", data, 20) if data[:1] == b"\1" else struct.unpack_from(">II", data, 12)
    return max(1, scale), duration


def _track_duration(data: bytes) -> int:
    """Return the duration of ``tkhd``."""
    return int(struct.unpack_from(">Q", data, 28)[0] if data[:1] == b"\1" else struct.unpack_from(">I", data, 20)[0])


def _edits(data: bytes) -> list[Edit]:
    """Return the entries of ``elst``. Raises ValueError for one that is not shown at the usual speed."""
    (count,) = struct.unpack_from(">I", data, 4)
    layout = struct.Struct(">QqI" if data[:1] == b"\1" else ">IiI")
    entries = [layout.unpack_from(data, 8 + n * layout.size) for n in range(min(count, MAX_ELEMENTS))]
    if any(rate != 1 << 16 for _, _, rate in entries):
        raise ValueError("another speed")
    return [Edit(start, duration) for duration, start, _ in entries]


def _sample_times(file: IO[bytes], track: tuple[int, int], duration: int) -> NDArray[np.int64]:
    """Return the times at which samples are shown, in decoding order. Raises ValueError if tables and duration contradict."""
    table = (b"mdia", b"minf", b"stbl")
    (samples,) = struct.unpack_from(">I", _content(file, track, *table, b"stsz"), 8)
    deltas = _run_lengths(_content(file, track, *table, b"stts"), samples)
    if abs(int(deltas.sum()) - duration) > max(1, int(deltas.max())):
        raise ValueError("the durations of the track and of its samples differ")
    times = np.cumsum(deltas) - deltas
    if next(boxes_at(file, (*table, b"ctts"), *track), None):
        times += _run_lengths(_content(file, track, *table, b"ctts"), samples)
    return times


def _run_lengths(data: bytes, samples: int) -> NDArray[np.int64]:
    """Return the values of ``stts`` or ``ctts``, one for each sample."""
    (count,) = struct.unpack_from(">I", data, 4)
    pairs = np.frombuffer(data, ">i4", 2 * min(count, MAX_ELEMENTS), 8).astype(np.int64).reshape(-1, 2)
    if (pairs[:, 0] < 0).any() or pairs[:, 0].sum() != samples or not 0 < samples <= 10 * MAX_ELEMENTS:
        raise ValueError("another number of samples")
    return np.repeat(pairs[:, 1], pairs[:, 0])
