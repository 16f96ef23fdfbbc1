"""Headers of video files: the number of bytes and of frames that a file should have.

A decoder does not compare these with the actual file, so it does not notice that the end is missing. Formats: AVI (RIFF), MP4 and
related ones (ISO base media), Matroska and WebM; others announce neither number. Files are not trusted: sizes are limited by the
size of the file, and no loop is longer than it.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np

from vcop.video import edit_lists
from vcop.video.boxes import MAX_ELEMENTS, Element, boxes, boxes_at, read_at, unsigned, video_track
from vcop.video.ffmpeg_report import UnreadableVideoError

PIECE = 2**20
MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # a file may begin with any of these


@dataclass(frozen=True)
class ContainerInfo:
    """What is known of a video file without decoding it.

    Attributes:
        size: Bytes of the file.
        changed: Time of its last change, in nanoseconds.
        expected_size: Bytes that it should have; 0 if unknown.
        frames: Frames that it should have; 0 if unknown.
        shown: Frames of these that its edit list shows; 0 if unknown.
        digest: SHA-256 in hexadecimal digits; "" if it was not asked for.
    """

    size: int
    changed: int = 0
    expected_size: int = 0
    frames: int = 0
    shown: int = 0
    digest: str = ""

    @property
    def missing_bytes(self) -> int:
        """Bytes missing at the end of the file."""
        return max(0, self.expected_size - self.size)


def read_container(path: Path, digest: bool = False) -> Iterator[ContainerInfo | None]:
    """Read the header of a video file, for ``io_timeout.run_with_timeout``.

    Args:
        path: The video.
        digest: Compute its SHA-256.

    Yields:
        None after each step, the result last.

    Raises:
        UnreadableVideoError: It is obviously no video.
        OSError: It cannot be read.
    """
    if "\0" in str(path):
        raise UnreadableVideoError("a name with a null byte")
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise UnreadableVideoError("a folder or device in its place")
    if not state.st_size:
        raise UnreadableVideoError("0 bytes")
    yield None
    with open(path, "rb") as file:
        whole, frames = _announced_size_and_frames(file, state.st_size)
        shown = edit_lists.shown_frames(file, state.st_size) if frames and read_at(file, 4, 4) in MP4_BOXES else 0
        info = ContainerInfo(state.st_size, state.st_mtime_ns, whole, frames, shown)
        if digest:
            sha = hashlib.sha256()
            file.seek(0)
            while piece := file.read(PIECE):
                sha.update(piece)
                yield None
            info = replace(info, digest=sha.hexdigest())
    yield info


def _announced_size_and_frames(file: IO[bytes], size: int) -> tuple[int, int]:
    """Return the bytes and frames that the header announces, 0 if unknown."""
    start = read_at(file, 0, 256)
    if start.lstrip().startswith((b"<", b"{")):
        raise UnreadableVideoError("text or a web page, not a video")
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return _avi(file, size)
    if start[4:8] in MP4_BOXES:
        return _mp4(file, size)
    return (_matroska(start), 0) if start.startswith(b"\x1aE\xdf\xa3") else (0, 0)


def _avi(file: IO[bytes], size: int) -> tuple[int, int]:
    """Return size and frames of an AVI file: the length of the first video stream, minus empty frames (pauses)."""
    whole, stream, frames, empty = 0, b"", 0, 0
    for kind, start, stop in _chunks(file, 0, size):
        if kind != b"RIFF":
            break
        whole = stop
        for inner, at, end in _chunks(file, start + 4, stop):
            if inner == b"LIST" and read_at(file, at, 4) == b"hdrl":
                stream, frames = _avi_stream(file, at + 4, end)
            elif inner == b"idx1":
                empty += _empty(read_at(file, at, min(end - at, 16 * MAX_ELEMENTS)), stream)
    return whole, max(0, frames - empty)


def _avi_stream(file: IO[bytes], start: int, stop: int) -> tuple[bytes, int]:
    """Return number (as in the names of chunks) and length of the first video stream."""
    lists = [(at, end) for kind, at, end in _chunks(file, start, stop) if kind == b"LIST" and read_at(file, at, 4) == b"strl"]
    for number, (at, end) in enumerate(lists):
        for kind, here, _ in _chunks(file, at + 4, end):
            if kind == b"strh" and read_at(file, here, 4) == b"vids":
                return b"%02d" % number, unsigned(read_at(file, here + 32, 4))
    return b"", 0


def _empty(index: bytes, stream: bytes) -> int:
    """Count the entries of a stream in an AVI index that have no data."""
    entries = np.frombuffer(
        index[: len(index) // 16 * 16], [("stream", "S2"), ("kind", "S2"), ("rest", "<u4", 2), ("size", "<u4")]
    )
    return int(((entries["stream"] == stream) & (entries["size"] == 0)).sum())


def _chunks(file: IO[bytes], offset: int, end: int) -> Iterator[Element]:
    for _ in range(MAX_ELEMENTS):
        if offset + 8 > end or len(head := read_at(file, offset, 8)) < 8:
            return
        stop = offset + 8 + unsigned(head[4:])
        yield head[:4], offset + 8, stop
        offset = stop + stop % 2


def _mp4(file: IO[bytes], size: int) -> tuple[int, int]:
    """Return size and frames of an MP4 file: samples of the first video track, 0 if the file is fragmented."""
    whole, frames = 0, 0
    for kind, start, stop in boxes(file, 0, size):
        if not kind.isascii() or not kind.strip().isalnum():
            break
        whole = stop
        if kind == b"moov" and stop <= size:
            fragments = any(inner == b"mvex" for inner, _, _ in boxes(file, start, stop))
            frames = 0 if fragments else _samples(file, start, stop)
    return whole, frames


def _samples(file: IO[bytes], start: int, stop: int) -> int:
    """Return the samples of the first video track."""
    if track := video_track(file, start, stop):
        sizes = boxes_at(file, (b"mdia", b"minf", b"stbl", b"stsz"), *track)
        return next((unsigned(read_at(file, offset + 8, 4), "big") for _, offset, _ in sizes), 0)
    return 0


def _matroska(start: bytes) -> int:
    """Return where the segment ends, 0 if unknown. A segment that was written live has a length of all ones."""
    offset = 4 + sum(_length(start, 4))
    if start[offset : offset + 4] != b"\x18S\x80g":
        return 0
    length, width = _length(start, offset + 4)
    return 0 if length == 2 ** (7 * width) - 1 else offset + 4 + width + length


def _length(data: bytes, offset: int) -> tuple[int, int]:
    """Return a number of variable width, and its width in bytes."""
    width = 9 - data[offset].bit_length() if offset < len(data) and data[offset] else 8
    return unsigned(data[offset : offset + width], "big") & (2 ** (7 * width) - 1), width
