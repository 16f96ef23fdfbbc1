"""A picture in high dynamic range looks like its original."""

import subprocess

import numpy as np
import pytest
from support.helpers import FRAMES

from vcop.video import ffmpeg
from vcop.video.ffmpeg_report import FFmpegReport

TO_HDR = (
    "zscale=tin=bt709:min=bt709:pin=bt709:rin=limited:t={}:m=bt2020nc:p=bt2020:r=limited:npl=203,format=yuv420p10le,"
    "setparams=color_trc={}:colorspace={}:color_primaries={}"
)
LOSSLESS = "-c:v libx265 -preset ultrafast -x265-params log-level=none:qp=1"


def film(path, words):
    tags = "setparams=colorspace=bt709:color_trc=bt709:color_primaries=bt709:range=limited"
    source = f"testsrc2=s=96x64:r=25:d=0.4,gblur=4,scale=out_color_matrix=bt709,format=yuv420p,{tags}"
    filters, _, rest = words.partition(" ")
    command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", f"{source}{filters}", *rest.split(), path]
    subprocess.run(command, check=True)
    return path


def frames_of(path):
    report = FFmpegReport()
    return np.stack(list(ffmpeg.decode_frames(path, FRAMES, report))).astype(float), report


@pytest.mark.skipif(not ffmpeg.can_map_tones(), reason="this ffmpeg has no tone mapping")
@pytest.mark.parametrize(("curve", "name"), [("smpte2084", "PQ"), ("arib-std-b67", "HLG")])
@pytest.mark.parametrize("colours", [("bt2020nc", "bt2020"), ("unknown", "unknown")], ids=str)
def test_the_original_and_its_high_dynamic_range_look_alike(curve, name, colours, tmp_path):
    plain, report = frames_of(film(tmp_path / "sdr.mp4", " -c:v libx264 -qp 1"))
    assert report.transfer == ""
    toned, report = frames_of(film(tmp_path / "hdr.mkv", f",{TO_HDR.format(curve, curve, *colours)} {LOSSLESS}"))
    assert report.transfer == name
    assert report.colours() == colours
    assert len(toned) == len(plain) == len(report.packets) == 10
    assert abs(toned.mean() - plain.mean()) < 3
    assert abs(toned.std() - plain.std()) < 4
    assert np.abs(toned - plain).mean() < 6
