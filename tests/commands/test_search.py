"""`vcop search` in a file of embeddings that is made by hand: of videos that are not there."""

import os

import pytest
from support.helpers import vcop
from support.own_videos import hand_made

from vcop.search.embedding_files import write_embeddings

FOUND = hand_made([[1, 0], [0.8, 0.6], [0, 1]], ["a.avi", "b.avi", "c<&>.avi"])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = [(FOUND.video[i], *(of[i : i + 1] for of in (FOUND.start, FOUND.end, FOUND.vectors))) for i in range(3)]
    said = {key: value for key, value in FOUND.about.items() if key not in ("file", "rows", "values")}
    write_embeddings(tmp_path / "e.csv", iter(blocks), 3, 2, said)
    return tmp_path


@pytest.mark.parametrize("query", [("a.avi",), ("./a.avi",), ("--row", 0)])
def test_the_others_are_listed_nearest_first(here, capsys, query):
    assert vcop("search", *query, "--in", "e.csv") == 0
    assert capsys.readouterr().out.splitlines() == [
        "cosine  start   end  row  video",
        "0.8000   1.00  1.50    1  b.avi",
        "0.0000   2.00  2.50    2  c<&>.avi",
    ]


def test_a_page_says_where_was_searched_and_that_a_video_is_gone(here, capsys):
    pytest.importorskip("PIL")
    assert vcop("search", "a.avi", "--in", "e.csv", "-k", 1, "--html", "sub/page.html") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "sub/page.html: 1 videos"
    page = (here / "sub/page.html").read_text()
    assert "e.csv: r3d, conv5, 3 rows, weights w" in page
    assert page.count("no picture: the video cannot be read here") == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "give either a video or --row"),
        (("a.avi", "--row", 0), "give either a video or --row"),
        (("--row", 3), "--row 3: rows are numbered from 0 to 2"),
        (("d.avi",), "d.avi: neither a file nor the name of a video in e.csv"),
        (("a.avi", "-k", 0), "-k 0: at least one video has to be asked for"),
        (("e.csv",), "w: the weights that made e.csv are not there: say where they are, by --weights"),
    ],
)
def test_what_cannot_be_searched_is_one_line(here, capsys, words, reason):
    assert vcop("search", *words, "--in", "e.csv") == 1
    assert capsys.readouterr().err.startswith(f"vcop search: {reason}")


def test_a_pipe_in_place_of_weights_is_not_waited_for(here, capsys):
    os.mkfifo(here / "w")
    (here / "q.avi").touch()
    assert vcop("search", "q.avi", "--in", "e.csv") == 1
    assert "w: the weights that made e.csv are not there" in capsys.readouterr().err
