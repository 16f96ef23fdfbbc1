"""Headers made by hand: 10 frames of 100 units, 1000 units a second, in the track as in the movie."""

import io
import struct

import pytest

from vcop.video.edit_lists import shown_frames

FRAMES, STEP, WHOLE = 10, 100, 1000
ORDER = [0, 2, 1, 4, 3, 6, 5, 8, 7, 9]  # in which the frames are shown, in decoding order


def box(kind, data):
    return struct.pack(">I", 8 + len(data)) + kind + data


def table(*words):
    return struct.pack(f">{len(words) + 2}I", 0, len(words) // 2, *words)


def shown(*edits, track=None, media=WHOLE, scale=1000, speed=1 << 16, samples=FRAMES, order=None):
    """Frames that are shown by a file with these edits (start, duration)."""
    times = table(samples, STEP)
    offsets = [] if order is None else [word for n, place in enumerate(order) for word in (1, STEP * (place - n) + 2 * STEP)]
    boxes = [box(b"stsz", struct.pack(">III", 0, 0, FRAMES)), box(b"stts", times)]
    boxes += [box(b"ctts", table(*offsets))] if offsets else []
    handler = box(b"hdlr", bytes(8) + b"vide")
    header = box(b"mdhd", struct.pack(">5I", 0, 0, 0, scale, media))
    entries = b"".join(struct.pack(">IiI", duration, start, speed) for start, duration in edits)
    total = sum(duration for _, duration in edits) if track is None else track
    body = [
        box(b"tkhd", struct.pack(">5I2I", 0, 0, 0, 0, 0, total, 0)),
        box(b"edts", box(b"elst", struct.pack(">II", 0, len(edits)) + entries)),
        box(b"mdia", header + handler + box(b"minf", box(b"stbl", b"".join(boxes)))),
    ]
    movie = box(b"mvhd", struct.pack(">5I", 0, 0, 0, 1000, total))
    data = box(b"moov", movie + box(b"trak", b"".join(body)))
    return shown_frames(io.BytesIO(data), len(data))


def test_frames_from_the_start_to_the_end_of_an_edit():
    assert shown((0, 1000)) == 10
    assert shown((0, 300)) == 3
    assert shown((0, 301)) == 4
    assert shown((200, 300)) == 3
    assert shown((150, 300)) == 3
    assert shown((0, 200), (500, 300)) == 5, "two parts"
    assert shown((-1, 400), (0, 300)) == 3, "a pause before"


def test_frames_out_of_order_count_by_the_time_at_which_they_are_shown():
    assert shown((200, 1000), order=ORDER) == 10
    assert shown((200, 300), order=ORDER) == 3


@pytest.mark.parametrize(
    "contradiction",
    [
        {"track": 1000},  # the duration of the track is another
        {"media": 5000},  # its samples do not add up
        {"samples": 9},
        {"scale": 1000 ^ 4},  # one wrong bit
        {"speed": 2 << 16},
    ],
    ids=str,
)
def test_an_edit_list_that_contradicts_the_header_is_not_believed(contradiction):
    assert shown((0, 300)) == 3
    assert shown((0, 300), **contradiction) == 0


def test_an_edit_list_beyond_the_end_and_none_at_all():
    assert shown((5000, 1000)) == 0
    assert shown_frames(io.BytesIO(box(b"moov", b"")), 8) == 0
    assert shown_frames(io.BytesIO(b""), 0) == 0
