"""Reading of numbers and of the boxes of MP4 files. Sizes are limited by the size of the file, and no loop is longer than it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Literal

MAX_ELEMENTS = 10**6  # entries of an index, or elements of a container, that are read
Element = tuple[bytes, int, int]  # kind of a chunk or box, offsets of the beginning and the end of its content


def read_at(file: IO[bytes], offset: int, count: int) -> bytes:
    """Return up to ``count`` bytes from an offset."""
    file.seek(offset)
    return file.read(count)


def unsigned(data: bytes, order: Literal["little", "big"] = "little") -> int:
    """Return an unsigned whole number."""
    return int.from_bytes(data, order)


def boxes_at(file: IO[bytes], path: tuple[bytes, ...], start: int, stop: int) -> Iterator[Element]:
    """Yield the boxes at a path of kinds."""
    for kind, at, end in boxes(file, start, stop):
        if kind == path[0]:
            if len(path) > 1:
                yield from boxes_at(file, path[1:], at, end)
            else:
                yield kind, at, end


def boxes(file: IO[bytes], offset: int, end: int) -> Iterator[Element]:
    """Yield the boxes between two offsets."""
    for _ in range(MAX_ELEMENTS):
        if offset + 8 > end or len(head := read_at(file, offset, 16)) < 8:
            return
        length, content = unsigned(head[:4], "big"), offset + 8
        if length == 1:
            length, content = unsigned(head[8:16], "big"), offset + 16
        stop = offset + length if length else end
        if stop < content:
            return
        yield head[4:8], content, stop
        offset = stop


def video_track(file: IO[bytes], start: int, stop: int) -> tuple[int, int] | None:
    """Return the offsets of the first video track within the box ``moov``."""
    for _, at, end in boxes_at(file, (b"trak",), start, stop):
        for _, here, _ in boxes_at(file, (b"mdia", b"hdlr"), at, end):
            if read_at(file, here + 8, 4) == b"vide":
                return at, end
    return None
