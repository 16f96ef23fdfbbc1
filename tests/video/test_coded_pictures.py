import pytest
from support import paff

from vcop.video import coded_pictures, ffmpeg
from vcop.video.coded_pictures import Picture, count_frames
from vcop.video.ffmpeg_report import PictureCount


def fields(*numbers_and_parities):
    return [Picture(n, 1, frame_num=number, field=parity) for n, (number, parity) in enumerate(numbers_and_parities)]


def test_two_fields_are_a_frame():
    assert count_frames(fields((0, 0), (0, 1), (1, 1), (1, 0)), "h264", 16, set()) == PictureCount(2)
    mixed = [*fields((0, 0), (0, 1)), Picture(2, 1, frame_num=1), Picture(3, 1, 2, field=0), Picture(4, 1, 2, field=1)]
    assert count_frames(mixed, "h264", 16, set()) == PictureCount(3)
    assert count_frames(mixed, "h264", 16, {0, 1}) == PictureCount(2), "cut off by an edit list"


@pytest.mark.parametrize("pictures", [((0, 0), (1, 0), (1, 1)), ((0, 0), (1, 1)), ((0, 0), (0, 1), (1, 0))])
def test_a_field_without_the_other(pictures):
    assert "is missing" in count_frames(fields(*pictures), "h264", 16, set()).problem


def hevc(*kinds_and_orders):
    return [Picture(n, kind, order=order) for n, (kind, order) in enumerate(kinds_and_orders)]


def test_leading_pictures_of_a_cut():
    cra, rasl, trail = 21, 9, 1
    assert count_frames(hevc((cra, 5), (rasl, 3), (8, 4), (trail, 8)), "hevc", 256, set()) == PictureCount(2, 2)
    assert count_frames(hevc((cra, 2), (rasl, 255), (trail, 8)), "hevc", 256, set()) == PictureCount(2, 1), "modulo"
    assert count_frames(hevc((19, 5), (rasl, 3), (trail, 8)), "hevc", 256, set()) == PictureCount(3), "not behind an IDR"
    assert count_frames(hevc((cra, 5), (trail, 8), (rasl, 6)), "hevc", 256, set()) == PictureCount(3), "not behind others"
    assert count_frames(hevc((cra, 5), (trail, 8), (cra, 12), (rasl, 9)), "hevc", 256, set()) == PictureCount(4)
    assert count_frames(hevc((1, 5), (1, 3), (1, 4), (1, 9)), "h264", 64, set()) == PictureCount(2, 2)
    assert count_frames(hevc((5, 5), (1, 3), (1, 4), (1, 9)), "h264", 64, set()) == PictureCount(4)


def test_the_headers_of_a_file(tmp_path):
    (tmp_path / "v.h264").write_bytes(paff.stream(3))
    pictures, *_ = coded_pictures.read_pictures(ffmpeg.trace_pictures(tmp_path / "v.h264").log)
    assert [(p.packet, p.kind, p.frame_num, p.field) for p in pictures] == [
        (0, 5, 0, 0),
        (1, 1, 0, 1),
        (2, 1, 1, 0),
        (3, 1, 1, 1),
        (4, 1, 2, 0),
        (5, 1, 2, 1),
    ]


def test_it_is_asked_only_where_packets_and_frames_differ(tmp_path, monkeypatch):
    (tmp_path / "v.h264").write_bytes(paff.stream(3))
    report = ffmpeg.read_packets(tmp_path / "v.h264")
    coded_pictures.count_pictures(tmp_path / "v.h264", report, 3)
    assert report.pictures == PictureCount(3)
    monkeypatch.delattr(ffmpeg, "trace_pictures")
    report.pictures = None
    coded_pictures.count_pictures(tmp_path / "v.h264", report, 6)
    assert report.pictures is None
