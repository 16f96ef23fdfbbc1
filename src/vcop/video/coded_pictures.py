"""Frames counted by the headers of their coded pictures (H.264, HEVC), where packets and decoded frames differ in number.

In two kinds of sound videos they do. A camcorder may code each frame as two fields, in a packet each. And if a video is cut without
encoding it again, it may begin with leading pictures: these are shown before the first key frame but refer to pictures before the
cut, so no decoder shows them. Both are recognised exactly, so that a frame that is lost otherwise is still noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import pairwise
from pathlib import Path

from vcop.video import ffmpeg
from vcop.video.ffmpeg_report import DISCARD, FFmpegReport, PictureCount

# Lines of ffmpeg's filter trace_headers: the beginning of a packet, or the value of a syntax element.
LINE = re.compile(r"(Packet): |\d+ +(\w+) +[01]+ = (-?\d+)$")
IDR = 5  # type of NAL units of H.264
RELEASE = 1  # memory management operation of H.264: a frame is no longer needed as a reference
RASL, RADL, IRAP, CLEAN_START = {8, 9}, {6, 7}, range(16, 24), {19, 20}  # types of NAL units of HEVC; the last are IDR


@dataclass
class Picture:
    """Header of a coded picture.

    Attributes:
        packet: Number of its packet.
        kind: Type of its NAL unit.
        frame_num: Number in decoding order (H.264).
        order: Number in the order of showing, modulo a power of two.
        field: None for a frame, 0 for a top field, 1 for a bottom field.
        released: Differences to the numbers of the frames that are no longer needed as references from here on (H.264).
    """

    packet: int
    kind: int
    frame_num: int = 0
    order: int = 0
    field: int | None = None
    released: list[int] = dataclass_field(default_factory=list)


def count_pictures(path: Path, report: FFmpegReport, got: int) -> None:
    """Set ``report.pictures`` if fewer frames than packets were decoded, and the codec is H.264 or HEVC.

    Args:
        path: The video.
        report: Its packets.
        got: Frames that were decoded.

    Raises:
        UnreadableVideoError: The headers cannot be read.
    """
    shown = sum(not p.flags & DISCARD for p in report.packets)
    if report.codec not in ("h264", "hevc") or got >= shown:
        return
    pictures, modulus, _ = read_pictures(ffmpeg.trace_pictures(path).log)
    hidden = {number for number, packet in enumerate(report.packets) if packet.flags & DISCARD}
    report.pictures = count_frames(pictures, report.codec, modulus, hidden)


def read_pictures(log: list[tuple[str, str]]) -> tuple[list[Picture], int, int]:
    """Return the coded pictures that a log of ``trace_headers`` lists, and the moduli of ``order`` and ``frame_num``."""
    packet, pictures, last = -1, list[Picture](), dict[str, int]()
    within = False  # the first slice of a picture, whose header describes the picture
    for name, value in _elements(log):
        last[name] = value
        if name in ("Packet", "nal_unit_type"):
            packet, within = packet + (name == "Packet"), False
        elif packet >= 0 and (name, value) in (("first_mb_in_slice", 0), ("first_slice_segment_in_pic_flag", 1)):
            pictures.append(Picture(packet, last["nal_unit_type"]))
            within = True
        elif within:
            _describe(pictures[-1], name, value, last)
    orders, frames = (16 << last.get(f"log2_max_{key}_minus4", 0) for key in ("pic_order_cnt_lsb", "frame_num"))
    return pictures, orders, frames


def _describe(picture: Picture, name: str, value: int, last: dict[str, int]) -> None:
    """Take over a syntax element of its slice header."""
    if name == "frame_num":
        picture.frame_num = value
    elif name in ("pic_order_cnt_lsb", "slice_pic_order_cnt_lsb"):
        picture.order = value
    elif name == "field_pic_flag":
        picture.field = 0 if value else None
    elif name == "bottom_field_flag":
        picture.field = value
    elif name == "difference_of_pic_nums_minus1" and last["memory_management_control_operation"] == RELEASE:
        picture.released.append(value + 1)


def _elements(log: list[tuple[str, str]]) -> Iterator[tuple[str, int]]:
    for _, text in log:
        if match := LINE.match(text):
            yield match[1] or match[2], int(match[3] or 0)


def count_frames(pictures: list[Picture], codec: str, modulus: int, hidden: set[int]) -> PictureCount:
    """Count the frames that should be shown.

    Args:
        pictures: Coded pictures in decoding order.
        codec: "h264" or "hevc".
        modulus: Modulus of their order.
        hidden: Packets that are decoded but not shown.
    """
    leading = _leading(pictures, codec, modulus)
    rest, frames, previous = pictures[:1] + pictures[1 + leading :], 0, None
    for picture in rest:
        if previous and previous.field is not None:
            if picture.field != 1 - previous.field or picture.frame_num != previous.frame_num:
                return PictureCount(frames, 0, f"a field of frame {frames} is missing")
            previous = None
            continue
        frames += picture.packet not in hidden
        previous = picture
    if previous and previous.field is not None:
        return PictureCount(frames, 0, "a field of the last frame is missing")
    return PictureCount(frames, sum(p.packet not in hidden for p in pictures[1 : 1 + leading]))


def lost_references(pictures: list[Picture], modulus: int) -> int:
    """Count how often frames are released that stood before the first one (H.264): at most that many errors a cut alone causes.

    Args:
        pictures: Coded pictures in decoding order.
        modulus: Modulus of their ``frame_num``.
    """
    lost, since_first = 0, 0
    for before, picture in pairwise(pictures):
        if IDR in (before.kind, picture.kind) or picture.field is not None:
            break
        since_first += (picture.frame_num - before.frame_num) % modulus
        lost += sum(difference > since_first for difference in picture.released)
    return lost


def _leading(pictures: list[Picture], codec: str, modulus: int) -> int:
    """Count the leading pictures that cannot be decoded; they stand directly behind the first picture, which is a key frame."""
    first, count = pictures[0], 0
    if first.kind in ({IDR} if codec == "h264" else CLEAN_START) or (codec == "hevc" and first.kind not in IRAP):
        return 0
    for picture in pictures[1:]:
        earlier = 0 < (first.order - picture.order) % modulus < modulus // 2
        if not earlier or picture.field is not None or (codec == "hevc" and picture.kind not in RASL | RADL):
            break
        count += codec == "h264" or picture.kind in RASL
        if codec == "hevc" and picture.kind in RADL:
            break
    return count
