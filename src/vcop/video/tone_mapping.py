"""Tone mapping: videos of high dynamic range (PQ, HLG), as phones record them, are shown like ordinary ones (BT.709)."""

from __future__ import annotations

from typing import Any

from vcop.video.ffmpeg_report import FFmpegReport

WHITE = 203  # cd/m2 of a white page (ITU-R BT.2408), which stays white; what is brighter is compressed
LINEAR_TO = 0.9  # share of that brightness up to which nothing is changed


class HighDynamicRangeError(Exception):
    """The frames that come are of high dynamic range and should be tone-mapped."""


def map_tones(stream: Any, report: FFmpegReport) -> Any:
    """Append tone mapping to a stream of the package ``ffmpeg-python``.

    Args:
        stream: Frames of high dynamic range.
        report: Its header. Where this names no matrix or primaries, those of BT.2020 are meant.
    """
    matrix, primaries = report.colours()
    if "unknown" in (matrix, primaries):
        stream = stream.filter("setparams", colorspace="bt2020nc", color_primaries="bt2020")
    linear = stream.filter("zscale", t="linear", npl=WHITE).filter("format", "gbrpf32le").filter("zscale", p="bt709")
    toned = linear.filter("tonemap", tonemap="mobius", param=LINEAR_TO, desat=0)
    return toned.filter("zscale", t="bt709", m="bt709", r="tv").filter("format", "yuv444p")
