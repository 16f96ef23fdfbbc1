import pytest
from support.helpers import vcop
from support.own_videos import make_videos, make_weights


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with videos and weights."""
    monkeypatch.chdir(tmp_path)
    make_videos(tmp_path / "videos")
    make_weights(tmp_path / "w.safetensors")
    return tmp_path


def test_one_line_says_what_was_written_and_nothing_is_left_out_without_a_word(here, capsys):
    words = ("embed", "videos", "--weights", "w.safetensors", "--clips", 2, "--processes", 1, "--device", "cpu")
    assert vcop(*words, "--out", "e.csv", "--strict") == 1
    said = capsys.readouterr()
    assert "vcop embed: 1 of 4 videos cannot be read (named above): replace" in said.err
    assert "1 files in folders have no ending of a video and are left out: 1 .txt" in said.err
    assert vcop(*words, "--out", "e.csv") == 0
    said = capsys.readouterr()
    assert said.out == "e.csv: 3 videos, 6 rows of 32 values; 1 could not be read (named above)\n"
    assert "unreadable: videos/a/broken.mp4: moov atom not found" in said.err
    assert "3 of 4 videos are finished already" in said.err
    # The other commands read this file.
    assert vcop("search", "videos/one.avi", "--in", "e.csv", "-k", 1, "--html", "page.html") == 0
    found = capsys.readouterr().out.splitlines()
    assert found[0].split() == ["cosine", "start", "end", "row", "video"]
    assert len(found) == 3
    assert (here / "page.html").read_text().count("data:image/webp") == 2
    assert vcop("search", "--row", 0, "--in", "e.csv") == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert vcop("search", "--in", "e.csv") == 1
    assert "give either a video or --row" in capsys.readouterr().err
    assert vcop("duplicates", "e.csv", "--above", -1) == 0
    assert capsys.readouterr().out.endswith("e.csv: 3 pairs of videos are more similar than -1\n")
    assert vcop("duplicates", "e.csv", "--above", -1, "--limit", 2) == 0
    assert capsys.readouterr().out.endswith("e.csv: 2 pairs of videos are more similar than -1; there may be more (--limit)\n")


def test_bad_words_end_before_any_work(here, capsys):
    assert vcop("embed", "videos", "--weights", "w.safetensors", "--out", "e.txt") == 1
    assert "e.txt: the name has to end in one of" in capsys.readouterr().err
    assert vcop("embed", "videos", "--weights", "w.safetensors", "--out", "e.csv", "--processes", 0) == 1
    assert "--processes 0: at least one" in capsys.readouterr().err


def test_a_table_says_which_videos_of_the_folder_are_taken(here, capsys):
    (here / "list.csv").write_text("path\none.avi\n")
    words = ("--weights", "w.safetensors", "--clips", 2, "--processes", 1, "--device", "cpu", "--list", "list.csv")
    assert vcop("embed", "videos", *words, "--out", "e.csv") == 0
    assert capsys.readouterr().out == "e.csv: 1 videos, 2 rows of 32 values\n"
    (here / "videos/one.avi").rename(here / "videos/e\u0301.avi")
    (here / "list.csv").write_text("path\n\u00e9.avi\n")
    assert vcop("embed", "videos", *words, "--out", "g.csv") == 0
    said = capsys.readouterr()
    assert "1 videos have names in another Unicode form" in said.err
    assert said.out == "g.csv: 1 videos, 2 rows of 32 values\n"
    assert vcop("embed", "videos", "videos", *words, "--out", "f.csv") == 1
    assert "--list: the table names videos of one folder, so give one" in capsys.readouterr().err
