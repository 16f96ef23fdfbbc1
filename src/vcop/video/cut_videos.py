"""H.264 videos that were cut by copying: their first pictures release references that stood before the cut, which is an error.

Decoders report it and go on, for no picture needs these references. It is passed over only if there are no more such errors than
the headers of the pictures explain, and no other error.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from vcop.video import coded_pictures, ffmpeg
from vcop.video.ffmpeg_report import LOST_REFERENCE, FFmpegReport, UnreadableVideoError

T = TypeVar("T")


def decode_cut(path: Path, report: FFmpegReport, decode: Callable[[str], T]) -> T:
    """Decode a video strictly; if it stops at a reference that stood before the cut, decode it again and examine the errors.

    Args:
        path: The video.
        report: Output of the last run.
        decode: Decodes the video with ``STOP_AT_ERRORS`` or ``LIST_ERRORS`` of ``vcop.video.ffmpeg``, and fills ``report``.

    Returns:
        The result of ``decode``.

    Raises:
        UnreadableVideoError: It cannot be decoded, or has other errors.
    """
    try:
        return decode(ffmpeg.STOP_AT_ERRORS)
    except UnreadableVideoError as problem:
        if not str(problem).endswith(LOST_REFERENCE):
            raise
        pictures, _, modulus = coded_pictures.read_pictures(ffmpeg.trace_pictures(path).log)
        if not (lost := coded_pictures.lost_references(pictures, modulus)):
            raise
        report.update(FFmpegReport())
        result = decode(ffmpeg.LIST_ERRORS)
        errors = report.errors()
        if set(errors) - {LOST_REFERENCE} or len(errors) > lost or any("concealing" in text for _, text in report.log):
            raise
        return result
