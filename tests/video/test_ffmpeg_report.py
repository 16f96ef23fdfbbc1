from vcop.video.ffmpeg_report import DISCARD, KEY, NO_STAMP, FFmpegReport, Header, Packet, TraceReport

LOG = b"""[info] Input #0, avi, from 'file:v.avi':
[info]   Duration: 00:01:02.40, start: 0.000000, bitrate: 90 kb/s
[info]   Stream #0:0: Video: mpeg4 (Simple Profile), yuv420p, 320x240 [SAR 1:1 DAR 4:3], 25 fps, 25 tbr
[mpeg4 @ 0x55d0c0ffee00] [warning] Video uses a non-standard and wasteful way to store B-frames
"""


def report(log=b"", packets=b""):
    made = FFmpegReport()
    made.add_log(log)
    made.add_packets(packets)
    return made


def timed(*stamps, base="1/10"):
    return FFmpegReport([], {"#tb": base}, [Packet(stamp, 100, 0) for stamp in stamps])


def test_the_header():
    assert report(LOG).header() == Header("avi", round(62.4 * 25), 25.0, 320, 240)
    assert report(LOG).errors() == [], "a warning is none"


def test_a_cover_picture_is_no_video():
    sound = b"[info] Input #0, mp3, from 'file:v.mp3':\n[info]   Stream #0:0: Audio: mp3, 44100 Hz\n"
    cover = b"[info]   Stream #0:1: Video: png, rgb24, 100x100, 90k tbr (attached pic)\n"
    assert report(sound + cover).header() is None
    assert report(sound + cover).reason(1) == "no video stream, sound alone"


def test_the_first_error_is_the_reason():
    log = LOG + b"[mpeg4 @ 0x1a] [error] header damaged\n[fatal] Conversion failed!\n"
    assert report(log).reason(69) == "header damaged"
    assert report(LOG).reason(69) == "ffmpeg ended with 69"
    assert report(b"[error] Format text not on whitelist 'avi'\n").reason(1) == "not a container of videos"


def test_errors_of_writers_are_not_the_videos():
    assert report(b"[out#0/rawvideo @ 0x1a] [error] Broken pipe\n").errors() == []


def test_packets():
    lines = b"#codec_id 0: h264\n#tb 0: 1/25\n0, 0, 2, 1, 900, 0x1\n0, 1, 1, 1, 80, 0x2, F=0x0\n0, 2, 0, 1, 70, 0x3, F=0x5\n"
    made = report(packets=lines)
    assert made.packets == [(2, 900, KEY), (1, 80, 0), (0, 70, KEY | DISCARD)]
    assert made.codec == "h264"
    assert made.timestamps == [0.0, 1 / 25, 2 / 25]
    assert FFmpegReport(about={"#tb": "1/25"}, packets=[Packet(NO_STAMP, 1, 0)]).timestamps == []


def test_missing_frames_by_time_stamps():
    assert timed(0, 1, 2, 3, 4, 5, 6).missing_stamps() == 0
    assert timed(0, 1, 2, 3, 6, 7, 8).missing_stamps() == 2
    assert timed(0, 1, 5, 6, 13, 14, 20).missing_stamps() == 0, "a variable rate"
    assert timed().missing_stamps() == timed(3).missing_stamps() == 0


def test_a_change_of_format_and_replaced_contents():
    one, other = report(LOG), report(b"[info] Reconfiguring filter graph because video parameters changed\n")
    assert (one.changes_format(), other.changes_format()) == (False, True)
    one.update(other)
    assert one == other


def test_time_stamps_that_step_back():
    assert not timed(0, 3, 1, 2, 6, 4, 5).steps_back(), "B-frames"
    assert timed(*range(50), *range(50)).steps_back()
    keys = FFmpegReport([], {"#tb": "1/10"}, [Packet(5, 9, KEY), Packet(6, 9, 0), Packet(0, 9, KEY)])
    assert keys.steps_back()


def test_high_dynamic_range_by_the_header():
    stream = b"[info]   Stream #0:0[0x1]: Video: hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/%s, progressive), 192x128, 25 fps\n"
    assert report(stream % b"smpte2084").transfer == "PQ"
    assert report(stream % b"arib-std-b67").transfer == "HLG"
    assert report(stream % b"arib-std-b67").colours() == ("bt2020nc", "bt2020")
    assert report(stream % b"bt2020-10").transfer == report(LOG).transfer == ""


def test_of_a_trace_only_the_lines_about_pictures_are_kept():
    made = TraceReport()
    made.add_log(
        LOG
        + b"[trace_headers @ 0x1a] [info] 3           nal_unit_type              00101 = 5\n"
        + b"[trace_headers @ 0x1a] [info] 40          slice_qp_delta             1 = 0\n"
    )
    assert len(made.log) == len(LOG.splitlines()) + 1
    assert made.log[-1][1].startswith("3  ")
