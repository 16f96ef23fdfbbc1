"""The command, on a folder made by hand."""

import pytest
from support.helpers import vcop
from support.run_folders import HEADER, R3D, ROWS, make_run


@pytest.fixture
def study(tmp_path):
    (tmp_path / "config.yaml").write_text("study: a study of ours\ndata: {ucf101: {videos: v, lists: l}}\n")
    make_run(tmp_path, R3D, weights="w", history=HEADER + ROWS)
    (tmp_path / "results/cvpr2019").mkdir()
    (tmp_path / "results/cvpr2019/figure5.png").write_text("")
    return tmp_path


def test_the_page_lists_what_is_there(study):
    assert vcop("index", study) == 0
    page = (study / "results/index.html").read_text(encoding="utf-8")
    assert "Measured on: a study of ours." in page
    assert "Figure 5. Video retrieval results" in page
    assert f"<td>{R3D}</td><td>done</td><td>3</td><td>50.0%</td>" in page


def test_a_rule_says_whose_numbers_they_are(study):
    (study / "config.yaml").unlink()
    assert vcop("index", study, "--study", "another", "--note", "a note", "--synthetic") == 0
    page = (study / "results/index.html").read_text(encoding="utf-8")
    assert "Measured on: another. Published: the papers&#x27; data and networks: not to be compared" in page
    assert "A note." in page


def test_without_results_it_is_one_line(tmp_path, capsys):
    assert vcop("index", tmp_path) == 1
    assert capsys.readouterr().err == f"vcop index: {tmp_path}/results: no such directory: run the workflow first\n"
