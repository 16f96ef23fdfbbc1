"""Headers made by hand, byte by byte."""

import hashlib
import os
import struct

import pytest

from vcop.video.containers import ContainerInfo, read_container
from vcop.video.ffmpeg_report import UnreadableVideoError


def read(path, data, **options):
    path.write_bytes(data)
    *steps, info = read_container(path, **options)
    assert not any(steps)
    return info


def chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def box(kind, data):
    return struct.pack(">I", 8 + len(data)) + kind + data


def avi(frames, sizes):
    """One video stream whose header announces ``frames``; the index has an entry for each of ``sizes``."""
    header = chunk(b"strh", b"vids".ljust(32, b"\0") + struct.pack("<I", frames) + bytes(20))
    lists = chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56)) + chunk(b"LIST", b"strl" + header))
    index = chunk(b"idx1", b"".join(struct.pack("<4s3I", b"00dc", 0, 0, size) for size in sizes))
    return chunk(b"RIFF", b"AVI " + lists + chunk(b"LIST", b"movi" + bytes(99)) + index)


def mp4(frames, *more):
    handler = box(b"hdlr", bytes(8) + b"vide" + bytes(13))
    sizes = box(b"minf", box(b"stbl", box(b"stsz", bytes(8) + struct.pack(">I", frames))))
    movie = box(b"moov", b"".join(more) + box(b"trak", box(b"mdia", handler + sizes)))
    return box(b"ftyp", b"isom") + movie + box(b"mdat", bytes(50))


def test_avi(tmp_path):
    data = avi(5, [10, 10, 10])
    info = read(tmp_path / "v", data)
    assert (info.size, info.expected_size, info.frames, info.missing_bytes) == (len(data), len(data), 5, 0)
    assert read(tmp_path / "v", avi(5, [10, 0, 10, 0])).frames == 3, "empty entries are pauses"
    cut = read(tmp_path / "v", data[:-30])
    assert (cut.frames, cut.missing_bytes) == (5, 30)


def test_mp4(tmp_path):
    data = mp4(7)
    info = read(tmp_path / "v", data)
    assert (info.expected_size, info.frames) == (len(data), 7)
    assert read(tmp_path / "v", data[:-20]).missing_bytes == 20
    assert read(tmp_path / "v", mp4(7, box(b"mvex", b""))).frames == 0, "in fragments"


def test_matroska(tmp_path):
    start = b"\x1aE\xdf\xa3\x82\0\0\x18S\x80g"
    assert read(tmp_path / "v", start + b"\x85" + bytes(3)).missing_bytes == 2
    assert read(tmp_path / "v", start + b"\xff" + bytes(3)).expected_size == 0, "written live"


def test_other_formats_announce_nothing(tmp_path):
    info = read(tmp_path / "v", b"\x47" + bytes(187), digest=True)
    assert (info.expected_size, info.frames, info.missing_bytes) == (0, 0, 0)
    assert info.digest == hashlib.sha256(b"\x47" + bytes(187)).hexdigest()


@pytest.mark.parametrize(("data", "reason"), [(b"", "0 bytes"), (b" <html>", "web page"), (b"{}", "web page")])
def test_what_is_no_video(tmp_path, data, reason):
    with pytest.raises(UnreadableVideoError, match=reason):
        read(tmp_path / "v", data)


def test_directories_and_pipes_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UnreadableVideoError, match="a folder or device"):
            list(read_container(path))


def test_bytes_are_missing_only_where_more_are_announced():
    assert ContainerInfo(size=10, expected_size=12).missing_bytes == 2
    assert ContainerInfo(size=10).missing_bytes == 0
    assert ContainerInfo(size=10, expected_size=8).missing_bytes == 0
