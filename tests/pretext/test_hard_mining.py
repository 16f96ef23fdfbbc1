"""Simple videos by hand: right in every pass and above 0.8 in every pass."""

import pytest
from support.confidence import HARD, TABLE

from vcop.pretext.hard_mining import count_by_class, hard_videos, read_confidence


def test_what_is_simple(confidence):
    table = read_confidence(confidence)
    assert hard_videos(table, 0.8, 1) == HARD
    assert hard_videos(table, 0.79, 1) == HARD[:2]
    assert hard_videos(table, 0.95, 1) == sorted([*HARD, "Jump/easy.avi", "Run/surer.avi"])


def test_names_need_not_be_utf8(tmp_path):
    path = tmp_path / "c.csv"
    path.write_bytes(b"video,epoch,probability,right\ncaf\xe9.avi,2,0.5,1\nb.avi,2,0.9,1\n")
    assert hard_videos(read_confidence(path), 0.8, 1) == ["caf\udce9.avi"]


def test_never_fewer_than_a_batch(confidence):
    table = read_confidence(confidence)
    # Of the simple ones the least sure in its worst pass stays first.
    assert hard_videos(table, 0.8, 4) == sorted([*HARD, "Jump/easy.avi"])
    assert hard_videos(table, 0.8, 8) == sorted([*HARD, "Jump/easy.avi", "Run/surer.avi"])


def test_classes():
    videos = [*HARD, "Jump/easy.avi", "Run/surer.avi", "Run/easy.avi"]
    assert count_by_class(videos, HARD) == [("Run", 2, 2), ("Jump", 1, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a table"),
        ("video,epoch\na,1\n", "not a table with the columns video, epoch, probability, right"),
        (TABLE.replace("0.99", "x"), "not a table"),
        ("video,epoch,probability,right\n", "it is empty"),
        (TABLE.replace("0.81", "1.81"), "a probability outside 0 to 1"),
        (TABLE + "Run/never.avi,9,0.2,0\n", "a video twice in one pass"),
    ],
)
def test_what_is_no_such_table_is_refused_by_name(tmp_path, text, message):
    path = tmp_path / "confidence.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"{path}: .*{message}"):
        read_confidence(path)
