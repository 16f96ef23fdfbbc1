"""What ffmpeg says of a video file beside its frames: its log, what it read of the header, and every packet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np

KEY, DISCARD = 1, 4  # flags of a packet; what an edit list cuts off is decoded and discarded
# A line of the log: who says it, with an address that differs from run to run, its level and what is said.
LINE = re.compile(r"((?:\[[^][]* @ 0x[0-9a-f]+\] )*)\[(\w+)\] ?(.*)")
OURS = ("[rawvideo", "[framecrc", "[out#")  # writers, of whose complaints the video is innocent
NO_STAMP = -(2**63)


class UnreadableVideoError(ValueError):
    """A video that cannot be decoded, with the reason."""


class Packet(NamedTuple):
    """A packet: when its frame is shown, in bytes its size, and what ffmpeg says of it."""

    stamp: int
    size: int
    flags: int


@dataclass(frozen=True)
class Header:
    """What a container says: its format, frames (seconds times rate; 0: not said), frames a second, pixels."""

    format: str
    frames: int
    rate: float
    width: int
    height: int


@dataclass
class FFmpegReport:
    """Filled while a video is read: lines of the log as (level, text), what is said of the stream, its packets as in the file."""

    log: list[tuple[str, str]] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    packets: list[Packet] = field(default_factory=list)

    def update(self, other: FFmpegReport) -> None:
        """Be as another one."""
        self.log, self.about, self.packets = other.log, other.about, other.packets

    def add_log(self, log: bytes) -> None:
        """Take in a log (``-loglevel level+info``)."""
        for line in log.decode(errors="replace").splitlines():
            who, level, text = found.groups() if (found := LINE.match(line)) else ("", "info", line)
            self.log.append(("info" if who.startswith(OURS) and level == "error" else level, text))

    def add_packets(self, lines: bytes) -> None:
        """Take in packets as ffmpeg's format ``framecrc`` writes them.

        The lines of the stream are ``#key 0: value``, those of a packet ``0, dts, pts, duration, size, checksum`` and, unless
        it is a plain key frame, ``F=`` its flags.
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
        """As in ``mpeg4``."""
        return self.about.get("#codec_id", "")

    @property
    def timestamps(self) -> list[float]:
        """When each frame is shown, in seconds, ascending."""
        stamps = sorted(p.stamp for p in self.packets if p.stamp != NO_STAMP)
        return [float(stamp * Fraction(self.about["#tb"])) for stamp in stamps]

    def changes_format(self) -> bool:
        """Whether frames changed their size, or how colours are stored, while they were decoded."""
        return any(text.startswith("Reconfiguring filter graph") for _, text in self.log)

    def missing_stamps(self) -> int:
        """Frames for which time stamps leave room, where most of them lie evenly. Those of a variable rate do not."""
        steps = np.diff(self.timestamps)
        usual = float(np.median(steps)) if len(steps) else 0.0
        even = np.abs(steps - usual) <= 0.1 * usual
        return int(np.rint(steps[~even] / usual - 1).clip(0).sum()) if usual and even.mean() >= 0.8 else 0

    def errors(self) -> list[str]:
        """What it calls errors. Warnings are none: real files of UCF101 cause harmless ones ("packed B-frames")."""
        return [text for level, text in self.log if level in ("error", "fatal") and text]

    def reason(self, code: int) -> str:
        """Why it stopped: its first error, which later ones follow from."""
        header = "\n".join(text for _, text in self.log)
        if re.search(r"^ *Stream #0:.*: Audio: ", header, re.MULTILINE) and self.header() is None:
            return "no video stream, sound alone"
        first = next(iter(self.errors()), f"ffmpeg ended with {code}")
        return "not a container of videos" if "not on whitelist" in first else first

    def header(self) -> Header | None:
        """What it read of the container, None where that is no video. A cover picture is none."""
        said = "\n".join(text for _, text in self.log)
        opened = re.search(r"^Input #0, (\S+), from", said, re.MULTILINE)
        stream = re.search(r"^ *Stream #0:.*?: Video: ((?:(?!\(attached pic\)).)*)$", said, re.MULTILINE)
        if not opened or not stream:
            return None
        size, rate = re.search(r", (\d+)x(\d+)\b", stream[1]), re.search(r", ([\d.]+) fps", stream[1])
        spent = re.search(r"^ *Duration: (\d+):(\d+):([\d.]+)", said, re.MULTILINE)
        seconds = 3600 * int(spent[1]) + 60 * int(spent[2]) + float(spent[3]) if spent else 0.0
        fps = float(rate[1]) if rate else 0.0
        return Header(opened[1], round(seconds * fps), fps, int(size[1]) if size else 0, int(size[2]) if size else 0)
