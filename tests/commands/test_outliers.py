import pytest
from support.helpers import vcop
from support.own_videos import make_videos, make_weights


def test_the_least_similar_video_is_first_and_the_page_shows_it(tmp_path, monkeypatch, capsys):
    pytest.importorskip("PIL")
    monkeypatch.chdir(tmp_path)
    make_videos(tmp_path / "videos")
    make_weights(tmp_path / "w.safetensors")
    words = ("--weights", "w.safetensors", "--clips", 2, "--processes", 1, "--device", "cpu", "--out", "e.npy")
    assert vcop("embed", "videos", *words) == 0
    capsys.readouterr()
    assert vcop("outliers", "e.npy", "-k", 2, "--html", "page.html") == 0
    header, *rows, last = capsys.readouterr().out.splitlines()
    assert [text.strip() for text in header.split("  ") if text] == [
        "cosine",
        "video and second",
        "nearest other video and second",
    ]
    assert len(rows) == 2
    assert rows[0].split()[0] <= rows[1].split()[0]
    assert last == "page.html: 2 videos"
    assert (tmp_path / "page.html").read_text().count("data:image/webp") == 2
    assert vcop("outliers", "e.npy", "-k", 0) == 1
    assert "vcop outliers: -k 0: at least one video" in capsys.readouterr().err
