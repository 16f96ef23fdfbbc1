"""The three numbers that are compared, made by hand: frames announced, packets, frames decoded."""

from vcop.video.containers import ContainerInfo
from vcop.video.ffmpeg_report import DISCARD, FFmpegReport, Packet
from vcop.video.integrity import ACCEPTED, REFUSED, VideoVerdict, expected_frames, judge_video, refuse

HEADER = [
    ("info", "Input #0, matroska,webm, from 'file:v.mkv':"),
    ("info", "  Duration: 00:00:04.00, start: 0.000000"),
    ("info", "  Stream #0:0: Video: h264, yuv420p, 64x48, 10 fps"),
]


def report(packets, codec="h264", log=(), size=100, flags=0):
    return FFmpegReport(
        [*HEADER, *log], {"#codec_id": codec, "#tb": "1/10"}, [Packet(stamp, size, flags) for stamp in range(packets)]
    )


def info(frames=40, missing=0):
    return ContainerInfo(size=1000, expected_size=1000 + missing, frames=frames)


def test_all_numbers_agree():
    assert judge_video(info(), report(40), 40) == VideoVerdict("", "", 40, 40)
    assert judge_video(info(frames=0), report(40), 40) == VideoVerdict("", "", 40, 40), "by the duration: 4 s at 10 a second"


def test_missing_packets_are_refused():
    verdict = judge_video(info(missing=500), report(30), 30)
    assert verdict == VideoVerdict(
        REFUSED, "30 frames of the 40 that its header says, and the file ends 500 bytes early", 30, 40
    )
    assert judge_video(info(), report(38), 38).verdict == REFUSED
    assert judge_video(info(frames=0, missing=500), report(40), 40).verdict == REFUSED


def test_packets_that_were_not_decoded_are_refused():
    verdict = judge_video(info(), report(40), 39)
    assert (verdict.verdict, verdict.reason.split(":")[0]) == (REFUSED, "39 frames of 40 packets that hold one each")
    assert judge_video(info(), report(40, "vp8"), 39).verdict == "", "a packet of VP8 need not be a frame"
    small = judge_video(info(), report(40, "mpeg4", size=8), 38)
    assert small == VideoVerdict(ACCEPTED, "38 frames of 40 packets; the others are small ones, which may hold none", 38, 40)


def test_inconsistent_files_with_all_frames_are_accepted():
    assert (
        judge_video(info(missing=9), report(40), 40).reason
        == "the file ends 9 bytes before its header says; no frame is missing"
    )
    assert judge_video(info(frames=39), report(40), 40).reason == "its header says 39 frames, there are 40"
    errors = judge_video(info(), report(40, log=[("error", "concealing errors")]), 40)
    assert errors == VideoVerdict(ACCEPTED, "ffmpeg: concealing errors", 40, 40)


def test_gaps_between_frames_and_at_the_end():
    gap = report(40)
    gap.packets = [Packet(p.stamp + 5 * (p.stamp > 20), 100, 0) for p in gap.packets]
    assert judge_video(info(frames=0), gap, 40).reason == "40 frames, and room for 5 more between them"
    short = judge_video(info(frames=0), report(30), 30)
    assert short == VideoVerdict(ACCEPTED, "30 frames end after 2.9 s, its duration is 4.0 s", 30, 40)


def test_frames_that_an_edit_list_cuts_off_are_not_expected():
    assert expected_frames(info(), report(3, flags=DISCARD)) == 37
    assert expected_frames(info(frames=0), FFmpegReport()) is None


def test_a_video_that_could_not_be_decoded():
    assert refuse("0 bytes") == VideoVerdict(REFUSED, "0 bytes", None, None)
    assert refuse("damaged", info(), report(3), 2) == VideoVerdict(REFUSED, "damaged", 2, 40)
