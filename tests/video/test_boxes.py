import io
import struct

from vcop.video.boxes import boxes, boxes_at, read_at, unsigned, video_track


def box(kind, data):
    return struct.pack(">I", 8 + len(data)) + kind + data


def test_numbers():
    assert unsigned(b"\1\2") == 0x201
    assert unsigned(b"\1\2", "big") == 0x102
    assert read_at(io.BytesIO(b"abcdef"), 4, 9) == b"ef"


def test_boxes_of_32_and_64_bits_and_to_the_end():
    long = struct.pack(">I4sQ", 1, b"long", 18) + b"xy"
    data = box(b"abcd", b"123") + long + struct.pack(">I", 0) + b"rest" + b"z"
    assert list(boxes(io.BytesIO(data), 0, len(data))) == [(b"abcd", 8, 11), (b"long", 27, 29), (b"rest", 37, 38)]
    assert list(boxes(io.BytesIO(struct.pack(">I", 3) + b"loop"), 0, 8)) == [], "shorter than its own header"


def test_the_video_track_is_found_among_others():
    sound, picture = (box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind))) for kind in (b"soun", b"vide"))
    data = box(b"moov", sound + picture)
    file = io.BytesIO(data)
    assert [start for _, start, _ in boxes_at(file, (b"moov", b"trak"), 0, len(data))] == [16, 16 + len(sound)]
    assert video_track(file, 8, len(data)) == (16 + len(sound), len(data))
    assert video_track(file, 8, 8 + len(sound)) is None
