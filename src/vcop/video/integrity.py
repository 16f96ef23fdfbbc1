"""Whether a video is sound: what its file announces against what was read of it (the rule of docs/robustness.md).

Strict decoding does not see what is no longer there: a file that was cut between two frames, a frame whose damaged header makes
the decoder pass over it. So three numbers are compared: frames by the container's header, packets in the file, frames decoded.
"""

from __future__ import annotations

from typing import NamedTuple

from vcop.video.containers import ContainerInfo
from vcop.video.ffmpeg_report import DISCARD, FFmpegReport

# Codecs with one frame a packet. Others, as VP8, have packets that show none, so that later frames would be miscounted. So may
# MPEG-4 ("packed B frames"), but such packets are small: a header of up to 8 bytes.
COUNTABLE = {"h264", "hevc", "vp9", "av1", "mpeg4"}
HEADER = 20
NEARLY = 0.95  # of a duration, which may be that of the sound
RESHAPED = "its frames change their size or form midway"
ACCEPTED, REFUSED = "accepted", "refused"


class VideoVerdict(NamedTuple):
    """What was found of a video: ``verdict`` "" for a sound one, else ACCEPTED or REFUSED; why; frames got and expected, if known."""

    verdict: str
    reason: str
    got: int | None = None
    expected: int | None = None


def refuse(
    reason: str, about: ContainerInfo | None = None, report: FFmpegReport | None = None, got: int | None = None
) -> VideoVerdict:
    """A video that could not be decoded; what was known of it by then."""
    return VideoVerdict(REFUSED, reason, got, expected_frames(about, report) if about and report else None)


def expected_frames(about: ContainerInfo, report: FFmpegReport) -> int | None:
    """How many frames there should be by the container: as it says, or by its duration; None where it says neither."""
    if about.frames:
        return about.frames - sum(bool(p.flags & DISCARD) for p in report.packets)
    header = report.header()
    return header.frames if header and header.frames else None


def judge_video(about: ContainerInfo, report: FFmpegReport, got: int) -> VideoVerdict:
    """``got``: frames decoded, or packets that show one where not all are decoded."""
    should = expected_frames(about, report)
    if fault := _fault(about, report, got, should):
        return VideoVerdict(REFUSED, fault, got, should)
    note = _note(about, report, got, should)
    return VideoVerdict(ACCEPTED if note else "", note, got, should)


def _fault(about: ContainerInfo, report: FFmpegReport, got: int, should: int | None) -> str:
    """Frames are known to be missing."""
    lost = about.frames - len(report.packets) if about.frames else 0
    cut = f", and the file ends {about.missing_bytes:,} bytes early" if about.missing_bytes else ""
    if lost > 1 or (lost and cut):
        return f"{min(got, len(report.packets))} frames of the {should} that its header says{cut}"
    if about.missing_bytes and not about.frames:
        return f"cut short: the file ends {about.missing_bytes:,} bytes before its header says, after {got} frames"
    shown = [p for p in report.packets if not p.flags & DISCARD]
    certain = sum(p.size >= (HEADER if report.codec == "mpeg4" else 1) for p in shown)
    if report.codec in COUNTABLE and got < certain:
        return f"{got} frames of {certain} packets that hold one each: some are damaged beyond recognition"
    return ""


def _note(about: ContainerInfo, report: FFmpegReport, got: int, should: int | None) -> str:
    """Every frame that can be counted is there, but the file is not as it should be."""
    if about.missing_bytes:
        return f"the file ends {about.missing_bytes:,} bytes before its header says; no frame is missing"
    if about.frames and len(report.packets) != about.frames:
        return f"its header says {about.frames} frames, there are {len(report.packets)}"
    if report.codec in COUNTABLE and got + 1 < (shown := sum(not p.flags & DISCARD for p in report.packets)):
        return f"{got} frames of {shown} packets; the others are small ones, which may hold none"
    if report.changes_format():
        return RESHAPED
    if said := report.errors():
        return f"ffmpeg: {said[0]}"
    return "" if about.frames else _uncounted(report, got)


def _uncounted(report: FFmpegReport, got: int) -> str:
    """Of a container that does not count frames: whether these lie close to each other and fill its duration."""
    if holes := report.missing_stamps():
        return f"{got} frames, and room for {holes} more between them"
    header, stamps = report.header(), report.timestamps
    if header and header.rate and stamps:
        spent, announced = stamps[-1] - stamps[0], header.frames / header.rate
        if spent + 3 / header.rate < NEARLY * announced:
            return f"{got} frames end after {spent:.1f} s, its duration is {announced:.1f} s"
    return ""
