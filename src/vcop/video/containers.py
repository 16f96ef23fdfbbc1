"""What a video file says of itself in its first and last bytes: how long it is and how many frames it has.

A decoder does not compare the two with what is there. Read are AVI (RIFF), MP4 and its kin (ISO base media), Matroska and
WebM; others announce neither. Nothing in a file is trusted: sizes are bounded by the file, and no loop is longer than it.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

import numpy as np

from vcop.video.ffmpeg_report import UnreadableVideoError

PIECE = 2**20
MOST = 10**6  # entries of an index, pieces of a container
Part = tuple[bytes, int, int]  # its kind, where its content begins and ends


@dataclass(frozen=True)
class ContainerInfo:
    """A file: its bytes, when it was changed (ns), the bytes and frames it should have (0: not said), its SHA-256 if asked for."""

    size: int
    changed: int = 0
    whole: int = 0
    frames: int = 0
    digest: str = ""

    @property
    def missing_bytes(self) -> int:
        """Bytes that are not there any more."""
        return max(0, self.whole - self.size)


def read_container(path: Path, digest: bool = False) -> Iterator[ContainerInfo | None]:
    """Look at a file; yields None after each piece of work, what is found last.

    Raises UnreadableVideoError for what is no video at first sight, OSError where nothing can be read.
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
        whole, frames = _announced(file, state.st_size)
        found = ContainerInfo(state.st_size, state.st_mtime_ns, whole, frames)
        if digest:
            sha = hashlib.sha256()
            file.seek(0)
            while piece := file.read(PIECE):
                sha.update(piece)
                yield None
            found = replace(found, digest=sha.hexdigest())
    yield found


def _announced(file: IO[bytes], size: int) -> tuple[int, int]:
    """Bytes and frames, 0 where nothing is said."""
    start = _read(file, 0, 256)
    if start.lstrip().startswith((b"<", b"{")):
        raise UnreadableVideoError("text or a web page, not a video")
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return _avi(file, size)
    if start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _mp4(file, size)
    return (_matroska(start), 0) if start.startswith(b"\x1aE\xdf\xa3") else (0, 0)


def _read(file: IO[bytes], place: int, count: int) -> bytes:
    file.seek(place)
    return file.read(count)


def _number(data: bytes, order: Literal["little", "big"] = "little") -> int:
    return int.from_bytes(data, order)


def _avi(file: IO[bytes], size: int) -> tuple[int, int]:
    """Frames: as many as the header of the first video stream says, but for empty ones of the index, which stand for pauses."""
    whole, stream, frames, empty = 0, b"", 0, 0
    for kind, start, stop in _chunks(file, 0, size):
        if kind != b"RIFF":
            break
        whole = stop
        for inner, at, end in _chunks(file, start + 4, stop):
            if inner == b"LIST" and _read(file, at, 4) == b"hdrl":
                stream, frames = _avi_stream(file, at + 4, end)
            elif inner == b"idx1":
                empty += _empty(_read(file, at, min(end - at, 16 * MOST)), stream)
    return whole, max(0, frames - empty)


def _avi_stream(file: IO[bytes], start: int, stop: int) -> tuple[bytes, int]:
    """Number (as in the names of chunks) and length of the first video stream."""
    lists = [(at, end) for kind, at, end in _chunks(file, start, stop) if kind == b"LIST" and _read(file, at, 4) == b"strl"]
    for number, (at, end) in enumerate(lists):
        for kind, here, _ in _chunks(file, at + 4, end):
            if kind == b"strh" and _read(file, here, 4) == b"vids":
                return b"%02d" % number, _number(_read(file, here + 32, 4))
    return b"", 0


def _empty(index: bytes, stream: bytes) -> int:
    """Entries of a stream that hold nothing."""
    entries = np.frombuffer(
        index[: len(index) // 16 * 16], [("stream", "S2"), ("kind", "S2"), ("rest", "<u4", 2), ("size", "<u4")]
    )
    return int(((entries["stream"] == stream) & (entries["size"] == 0)).sum())


def _chunks(file: IO[bytes], place: int, end: int) -> Iterator[Part]:
    for _ in range(MOST):
        if place + 8 > end or len(head := _read(file, place, 8)) < 8:
            return
        stop = place + 8 + _number(head[4:])
        yield head[:4], place + 8, stop
        place = stop + stop % 2


def _mp4(file: IO[bytes], size: int) -> tuple[int, int]:
    """Frames: samples of the first video track, 0 of a file in fragments."""
    whole, frames = 0, 0
    for kind, start, stop in _boxes(file, 0, size):
        if not kind.isascii() or not kind.strip().isalnum():
            break
        whole = stop
        if kind == b"moov" and stop <= size:
            fragments = any(inner == b"mvex" for inner, _, _ in _boxes(file, start, stop))
            frames = 0 if fragments else _samples(file, start, stop)
    return whole, frames


def _samples(file: IO[bytes], start: int, stop: int) -> int:
    for _, at, end in _inside(file, (b"trak",), start, stop):
        for _, here, _ in _inside(file, (b"mdia", b"hdlr"), at, end):
            if _read(file, here + 8, 4) == b"vide":
                sizes = _inside(file, (b"mdia", b"minf", b"stbl", b"stsz"), at, end)
                return next((_number(_read(file, place + 8, 4), "big") for _, place, _ in sizes), 0)
    return 0


def _inside(file: IO[bytes], path: tuple[bytes, ...], start: int, stop: int) -> Iterator[Part]:
    """Boxes by their path."""
    for kind, at, end in _boxes(file, start, stop):
        if kind == path[0]:
            if len(path) > 1:
                yield from _inside(file, path[1:], at, end)
            else:
                yield kind, at, end


def _boxes(file: IO[bytes], place: int, end: int) -> Iterator[Part]:
    for _ in range(MOST):
        if place + 8 > end or len(head := _read(file, place, 16)) < 8:
            return
        length, content = _number(head[:4], "big"), place + 8
        if length == 1:
            length, content = _number(head[8:16], "big"), place + 16
        stop = place + length if length else end
        if stop < content:
            return
        yield head[4:8], content, stop
        place = stop


def _matroska(start: bytes) -> int:
    """Where the segment ends, all ones for one that was written live."""
    place = 4 + sum(_length(start, 4))
    if start[place : place + 4] != b"\x18S\x80g":
        return 0
    length, width = _length(start, place + 4)
    return 0 if length == 2 ** (7 * width) - 1 else place + 4 + width + length


def _length(data: bytes, place: int) -> tuple[int, int]:
    """A number of variable width, and its width."""
    width = 9 - data[place].bit_length() if place < len(data) and data[place] else 8
    return _number(data[place : place + width], "big") & (2 ** (7 * width) - 1), width
