"""Of a table by hand the hard videos are written; an unfit table ends in one line."""

import csv

import pytest
from support.confidence import HARD, TABLE
from support.helpers import vcop


def test_the_hard_videos_and_their_classes_are_written(confidence, tmp_path, capsys):
    words = ("mine", "--confidence", confidence, "--out", tmp_path / "hard.txt", "--classes", tmp_path / "classes.csv")
    assert vcop(*words, "--minimum", 2) == 0
    assert (tmp_path / "hard.txt").read_text().splitlines() == HARD
    with open(tmp_path / "classes.csv") as file:
        assert list(csv.reader(file)) == [["class", "kept", "dropped"], ["Jump", "1", "1"], ["Run", "2", "1"]]
    said = capsys.readouterr().out
    assert "2 passes; 3 videos kept, 2 simple ones dropped" in said
    assert "  Run: 1 of 3 dropped" in said


@pytest.mark.parametrize(
    "text",
    ["", "video,epoch\na,1\n", TABLE.replace("0.81", "1.81"), TABLE + "Run/never.avi,9,0.2,0\n", TABLE.replace("0.99", "x")],
)
def test_what_is_no_such_table_is_one_line(tmp_path, capsys, text):
    path = tmp_path / "confidence.csv"
    path.write_text(text)
    assert vcop("mine", "--confidence", path, "--out", tmp_path / "h", "--classes", tmp_path / "c") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"vcop mine: {path}: ")
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == [path]
