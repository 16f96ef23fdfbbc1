"""Integrity of videos: what a file announces, compared with what was read (the rules are in docs/robustness.md).

Strict decoding does not notice what is missing: the end of a file that was cut between two frames, or a frame that the decoder skips
because its header is damaged. So three numbers are compared: frames announced by the container, packets in the file, frames decoded.
"""

from __future__ import annotations

from typing import NamedTuple

from vcop.video import ffmpeg
from vcop.video.containers import ContainerInfo
from vcop.video.ffmpeg_report import DISCARD, LOST_REFERENCE, FFmpegReport

# Codecs with one frame per packet. Others, such as VP8, have packets without a frame, so packets do not count frames. MPEG-4 may have
# some, too ("packed B-frames"), but these are small: a header of up to 8 bytes.
COUNTABLE = {"h264", "hevc", "vp9", "av1", "mpeg4"}
HEADER = 20  # bytes; a smaller packet of MPEG-4 may have no frame
REORDERED = 4  # frames of a video cut by copying that may be missing before its end, since they are shown earlier than stored
NEARLY = 0.95  # share of the announced duration, which may be that of the sound, that the frames must fill
RESHAPED = "its frames change their size or form midway"
ACCEPTED, REFUSED = "accepted", "refused"


class VideoVerdict(NamedTuple):
    """Result of checking a video.

    Attributes:
        verdict: "" for an intact video; ``ACCEPTED`` if all its frames were read but its file is inconsistent; else ``REFUSED``.
        reason: What is wrong; "" for an intact video.
        got: Frames that were read, if known.
        expected: Frames that the file announces, if known.
    """

    verdict: str
    reason: str
    got: int | None = None
    expected: int | None = None


def refuse(
    reason: str, about: ContainerInfo | None = None, report: FFmpegReport | None = None, got: int | None = None
) -> VideoVerdict:
    """Return the verdict for a video that could not be decoded.

    Args:
        reason: Why not.
        about: Header of the file, if it was read.
        report: Output of ffmpeg, if there is one.
        got: Frames that were read before.
    """
    header = report.header() if report else None
    # Not by the packets: how many were listed before ffmpeg stopped differs from run to run.
    expected = (about.shown or about.frames or (header.frames if header else 0)) if about else 0
    return VideoVerdict(REFUSED, reason, got, expected or None)


def expected_frames(about: ContainerInfo, report: FFmpegReport) -> int | None:
    """Return the number of frames by the container: announced, or computed from the duration; None if neither is known."""
    if is_trimmed(about, report):
        return about.shown
    if report.pictures and not report.pictures.problem:
        return report.pictures.frames
    if about.frames:
        return about.frames - sum(bool(p.flags & DISCARD) for p in report.packets)
    header = report.header()
    return header.frames if header and header.frames and not report.steps_back() else None


def is_trimmed(about: ContainerInfo, report: FFmpegReport) -> bool:
    """Return whether an edit list cuts off frames at the end, so that ffmpeg does not even read their packets."""
    return bool(about.shown) and about.shown < about.frames and len(report.packets) < about.frames


def _shown(report: FFmpegReport) -> int:
    """Count the packets whose frames are shown."""
    return sum(not p.flags & DISCARD for p in report.packets)


def judge_video(about: ContainerInfo, report: FFmpegReport, got: int) -> VideoVerdict:
    """Compare what a file announces with what was read.

    Args:
        about: Header of the file.
        report: Log and packets from ffmpeg.
        got: Frames that were decoded, or packets with a frame if not all were decoded.
    """
    expected = expected_frames(about, report)
    if missing := _missing_frames(about, report, got, expected):
        return VideoVerdict(REFUSED, missing, got, expected)
    warning = "; ".join(filter(None, (_inconsistency(about, report, got), _high_dynamic_range(report))))
    return VideoVerdict(ACCEPTED if warning else "", warning, got, expected)


def _missing_frames(about: ContainerInfo, report: FFmpegReport, got: int, expected: int | None) -> str:
    """Return why frames are certainly missing, or ""."""
    lost = about.frames - len(report.packets) if about.frames else 0
    if is_trimmed(about, report):
        lost = about.shown - _shown(report)
    cut = f", and the file ends {about.missing_bytes:,} bytes early" if about.missing_bytes else ""
    if lost > 1 or (lost and cut):
        return f"{min(got, len(report.packets))} frames of the {expected} that its header says{cut}"
    if about.missing_bytes and not about.frames:
        return f"cut short: the file ends {about.missing_bytes:,} bytes before its header says, after {got} frames"
    shown = [p for p in report.packets if not p.flags & DISCARD]
    certain = sum(p.size >= (HEADER if report.codec == "mpeg4" else 1) for p in shown)
    if pictures := report.pictures:
        if pictures.problem:
            return pictures.problem
        if pictures.leading and report.missing_stamps() > pictures.leading + REORDERED:
            return f"{got} frames, and room for {report.missing_stamps()} more between them, which the cut at its beginning does not explain"
        certain = pictures.frames
    if report.codec in COUNTABLE and (got < certain or (report.pictures and got != certain)):
        return f"{got} frames of {certain} packets that hold one each: some are damaged beyond recognition"
    return ""


def _inconsistency(about: ContainerInfo, report: FFmpegReport, got: int) -> str:
    """Return the inconsistency of a file from which no counted frame is missing, or ""."""
    gaps = "" if about.frames else _gaps(report, got)
    if cut := _cut(report):
        return "; ".join(filter(None, (_unequal_numbers(about, report, got), cut, gaps)))
    return _unequal_numbers(about, report, got) or _oddity(report) or gaps


def _cut(report: FFmpegReport) -> str:
    """Return how a video shows that it was cut by copying, or ""."""
    if leading := report.pictures.leading if report.pictures else 0:
        return f"cut at an open group of pictures: {leading} pictures before the first one cannot be shown"
    if LOST_REFERENCE in report.errors():
        return "cut by copying: its first pictures name others that stood before the cut"
    return ""


def _high_dynamic_range(report: FFmpegReport) -> str:
    """Return how a video of high dynamic range was stored; "" for any other."""
    if not report.transfer:
        return ""
    how = (
        "tone-mapped to standard dynamic range" if ffmpeg.can_map_tones() else "stored without tone mapping: too flat and dark"
    )
    return f"high dynamic range ({report.transfer}), {how}"


def _unequal_numbers(about: ContainerInfo, report: FFmpegReport, got: int) -> str:
    """Return which numbers of a file differ although no frame is missing, or ""."""
    shown = _shown(report)
    if about.missing_bytes:
        return f"the file ends {about.missing_bytes:,} bytes before its header says; no frame is missing"
    if is_trimmed(about, report):
        differs = f", and should show {about.shown}" if shown != about.shown else ""
        return f"trimmed: its edit list shows {shown} of {about.frames} frames{differs}"
    if about.frames and len(report.packets) != about.frames:
        return f"its header says {about.frames} frames, there are {len(report.packets)}"
    if report.codec in COUNTABLE and not report.pictures and got + 1 < shown:
        return f"{got} frames of {shown} packets; the others are small ones, which may hold none"
    return ""


def _oddity(report: FFmpegReport) -> str:
    """Return what is odd about the frames of a video, or ""."""
    if report.pictures and report.pictures.leading:
        return (
            f"cut at an open group of pictures: {report.pictures.leading} pictures before the first key frame cannot be shown"
        )
    if report.steps_back():
        return "its time stamps step back; every frame is there"
    if report.changes_format():
        return RESHAPED
    errors = report.errors()
    return f"ffmpeg: {errors[0]}" if errors else ""


def _gaps(report: FFmpegReport, got: int) -> str:
    """Return why frames may be missing in a container that does not count them: gaps between them, or at the end."""
    if gaps := report.missing_stamps():
        return f"{got} frames, and room for {gaps} more between them"
    header, stamps = report.header(), report.timestamps
    if header and header.rate and stamps:
        duration, announced = stamps[-1] - stamps[0], header.frames / header.rate
        if duration + 3 / header.rate < NEARLY * announced:
            return f"{got} frames end after {duration:.1f} s, its duration is {announced:.1f} s"
    return ""
