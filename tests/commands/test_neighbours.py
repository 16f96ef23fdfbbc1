import csv

import pytest
from support.helpers import vcop
from support.own_videos import make_videos, make_weights

from vcop.datasets.video_list import ListedVideo, write_video_list


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Embeddings of three videos, one of which is for tests."""
    monkeypatch.chdir(tmp_path)
    make_videos(tmp_path / "videos")
    make_weights(tmp_path / "w.safetensors")
    roles = {"one.avi": "training", "a/two.avi": "test", "a/b/short.avi": "training"}
    write_video_list(tmp_path / "list.csv", [ListedVideo(path, "", role, path) for path, role in roles.items()])
    words = ("embed", "videos", "--weights", "w.safetensors", "--clips", 2, "--processes", 1, "--device", "cpu")
    assert vcop(*words, "--out", "e.npy") == 0
    return tmp_path


def test_a_page_and_a_table_of_the_test_videos(here, capsys):
    words = ("neighbours", "e.npy", "--videos", "videos", "--list", "list.csv", "--out", "page.html", "--table", "table.csv")
    assert vcop(*words) == 0
    assert capsys.readouterr().out.endswith("page.html: 1 of 1 queries; table.csv: all of them\n")
    with open("table.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["query"] for row in rows] == ["videos/a/two.avi"] * 2
    assert {row["video"] for row in rows} == {"videos/one.avi", "videos/a/b/short.avi"}
    assert (here / "page.html").read_text().count("data:image/webp") == 3
    (here / "list.csv").write_text((here / "list.csv").read_text().replace("\na/two.avi,", "\na/gone.avi,,test,x\na/two.avi,"))
    assert vcop(*words) == 0, "a listed video without an embedding is passed over"
    assert vcop(*(word if word != "videos" else "elsewhere" for word in words)) == 1
    assert "has none of the test videos of list.csv in elsewhere" in capsys.readouterr().err
