"""Output of ffmpeg beside the frames: its log, the header of the video and the list of its packets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np

KEY, DISCARD = 1, 4  # flags of a packet: a key frame; a frame that is decoded but not shown, since an edit list cuts it off
# A line of the log: the component with its memory address, the level and the text.
LINE = re.compile(r"((?:\[[^][]* @ 0x[0-9a-f]+\] )*)\[(\w+)\] ?(.*)")
WRITERS = ("[rawvideo", "[framecrc", "[out#")  # components that write our output: their errors are not the video's
REORDERED = 33  # a packet may be shown before another that is up to 32 packets (16 frames of two fields) earlier in the file
# Lines of a log of trace_headers that tell pictures apart, and all lines of other components.
TRACED = re.compile(
    rb"^(?!\[trace_headers).+|^.*(?:Packet: |nal_unit_type|first_mb_in_slice|first_slice_segment_in_pic_flag|frame_num|pic_order_cnt_lsb"
    rb"|field_pic_flag|bottom_field_flag|memory_management_control_operation|difference_of_pic_nums).*",
    re.MULTILINE,
)
NO_STAMP = -(2**63)  # ffmpeg's number for a missing time stamp
# The colours of a video of high dynamic range in ffmpeg's log: matrix, primaries and transfer curve.
COLOURS = re.compile(
    r"^.*Stream #0:.*?: Video: .*?\([^()]*?\b([\w-]+)/([\w-]+)/(smpte2084|arib-std-b67)\b[^()]*\)", re.MULTILINE
)
LOST_REFERENCE = "mmco: unref short failure"  # ffmpeg's words for the release of a reference that it does not have
TRANSFERS = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


class UnreadableVideoError(ValueError):
    """A video cannot be decoded; the message is the reason."""


class Packet(NamedTuple):
    """Packet of a video stream: time stamp of its frame, size in bytes, and flags (``KEY``, ``DISCARD``)."""

    stamp: int
    size: int
    flags: int


class PictureCount(NamedTuple):
    """Frames by the headers of their coded pictures.

    Attributes:
        frames: Frames to be shown; two fields are one frame.
        leading: Pictures at the beginning that cannot be decoded, because they refer to pictures before it. They are not in ``frames``.
        problem: Why frames are missing; "" if none is.
    """

    frames: int
    leading: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Header:
    """Header of a video file as ffmpeg reads it.

    Attributes:
        format: Format of the container.
        frames: Duration times frame rate; 0 if unknown.
        rate: Frames per second.
        width: Pixels.
        height: Pixels.
    """

    format: str
    frames: int
    rate: float
    width: int
    height: int


@dataclass
class FFmpegReport:
    """Output of ffmpeg, collected while a video is read.

    Attributes:
        log: Lines of the log: level and text.
        about: Properties of the stream by ffmpeg's keys, for example ``#codec_id``.
        packets: Packets in the order of the file.
        pictures: Coded pictures, where ``coded_pictures.count_pictures`` had to count them; None otherwise.
    """

    log: list[tuple[str, str]] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    packets: list[Packet] = field(default_factory=list)
    pictures: PictureCount | None = None

    def update(self, other: FFmpegReport) -> None:
        """Take over the contents of another report."""
        self.log, self.about, self.packets, self.pictures = other.log, other.about, other.packets, other.pictures

    def add_log(self, log: bytes) -> None:
        """Add the lines of a log, written with ``-loglevel level+info``."""
        for line in log.decode(errors="replace").splitlines():
            component, level, text = match.groups() if (match := LINE.match(line)) else ("", "info", line)
            self.log.append(("info" if component.startswith(WRITERS) and level == "error" else level, text))

    def add_packets(self, lines: bytes) -> None:
        """Add the packets of a list in ffmpeg's format ``framecrc``.

        A line is either ``#key 0: value`` for the stream, or ``0, dts, pts, duration, size, checksum`` for a packet, with
        ``F=flags`` behind unless the packet is a plain key frame.
        """
        for line in lines.decode(errors="replace").splitlines():
            if line.startswith("#"):
                key, _, value = line.partition(": ")
                self.about[key.split()[0]] = value.strip()
            else:
                cells = line.replace(" ", "").split(",")
                flags = next((int(cell.removeprefix("F="), 0) for cell in cells[6:] if cell.startswith("F=")), KEY)
                self.packets.append(Packet(int(cells[2]), int(cells[4]), flags))

    @property
    def codec(self) -> str:
        """Name of the codec, for example ``mpeg4``; "" if unknown."""
        return self.about.get("#codec_id", "")

    @property
    def timestamps(self) -> list[float]:
        """Times at which frames are shown, in seconds, ascending."""
        stamps = sorted(p.stamp for p in self.packets if p.stamp != NO_STAMP)
        return [float(stamp * Fraction(self.about["#tb"])) for stamp in stamps]

    def changes_format(self) -> bool:
        """Return whether the size or pixel format of the frames changed within the video."""
        return any(text.startswith("Reconfiguring filter graph") for _, text in self.log)

    @property
    def transfer(self) -> str:
        """Transfer curve of a video of high dynamic range: "PQ" or "HLG"; "" for any other."""
        colours = COLOURS.search("\n".join(text for _, text in self.log))
        return TRANSFERS[colours[3]] if colours else ""

    def colours(self) -> tuple[str, str]:
        """Return ffmpeg's names of matrix and primaries of a video of high dynamic range."""
        colours = COLOURS.search("\n".join(text for _, text in self.log))
        return (colours[1], colours[2]) if colours else ("unknown", "unknown")

    def steps_back(self) -> bool:
        """Return whether time stamps start again or step back. Frames out of order, as B-frames are, do not count."""
        stamps = np.array([p.stamp for p in self.packets if p.stamp != NO_STAMP], np.int64)
        keys = np.array([p.stamp for p in self.packets if p.stamp != NO_STAMP and p.flags & KEY], np.int64)
        return bool((stamps[REORDERED:] < stamps[:-REORDERED]).any() or (keys[1:] < keys[:-1]).any())

    def missing_stamps(self) -> int:
        """Count the frames that are missing between the others by their time stamps; 0 for a video of variable frame rate.

        A rate counts as constant if four of five steps between time stamps are within 10 % of the median step.
        """
        steps = np.diff(self.timestamps)
        usual = float(np.median(steps)) if len(steps) else 0.0
        even = np.abs(steps - usual) <= 0.1 * usual
        return int(np.rint(steps[~even] / usual - 1).clip(0).sum()) if usual and even.mean() >= 0.8 else 0

    def errors(self) -> list[str]:
        """Return the errors in the log. Warnings do not count: intact files of UCF101 cause some ("packed B-frames")."""
        return [text for level, text in self.log if level in ("error", "fatal") and text]

    def reason(self, code: int) -> str:
        """Return why ffmpeg failed with exit code ``code``: the first error, from which later ones follow."""
        header = "\n".join(text for _, text in self.log)
        if re.search(r"^ *Stream #0:.*: Audio: ", header, re.MULTILINE) and self.header() is None:
            return "no video stream, sound alone"
        first = next(iter(self.errors()), f"ffmpeg ended with {code}")
        return "not a container of videos" if "not on whitelist" in first else first

    def header(self) -> Header | None:
        """Return the header of the video; None if there is no video stream. A cover picture does not count as one."""
        text = "\n".join(text for _, text in self.log)
        opened = re.search(r"^Input #0, (\S+), from", text, re.MULTILINE)
        stream = re.search(r"^ *Stream #0:.*?: Video: ((?:(?!\(attached pic\)).)*)$", text, re.MULTILINE)
        if not opened or not stream:
            return None
        size, rate = re.search(r", (\d+)x(\d+)\b", stream[1]), re.search(r", ([\d.]+) fps", stream[1])
        duration = re.search(r"^ *Duration: (\d+):(\d+):([\d.]+)", text, re.MULTILINE)
        seconds = 3600 * int(duration[1]) + 60 * int(duration[2]) + float(duration[3]) if duration else 0.0
        fps = float(rate[1]) if rate else 0.0
        return Header(opened[1], round(seconds * fps), fps, int(size[1]) if size else 0, int(size[2]) if size else 0)


class TraceReport(FFmpegReport):
    """Output of ffmpeg with its filter ``trace_headers``: of its many lines, those about pictures are kept."""

    def add_log(self, log: bytes) -> None:
        """Add the lines of a log, but for those of ``trace_headers`` about anything else than pictures."""
        super().add_log(b"\n".join(match[0] for match in TRACED.finditer(log)))
