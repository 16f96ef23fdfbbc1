"""Backbones under one protocol from hand-made results."""

import pytest
from support import compared_tasks
from support.compared_tasks import draw
from support.hand_made import check_refused, check_texts, read

NETWORKS = ("c3d", "r3d", "s3d")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return compared_tasks.write_all(tmp_path_factory.mktemp("backbones"), NETWORKS)


def test_every_network_is_measured_alike(results, tmp_path, drawn):
    assert draw("beyond_backbones", results, tmp_path / "b") == 0
    rows = [row for row in read(tmp_path / "b.csv") if row["measure"] == "all labels"]
    assert [(row["network"], row["weights"], row["measured"], row["gain"]) for row in rows] == [
        (network, *cells) for network in NETWORKS for cells in (("random", "50.00", ""), ("16-8-3", "100.00", "50.00"))
    ]
    check_texts(drawn[0])
    for kind in (".md", ".html"):
        text = (tmp_path / f"b{kind}").read_text()
        assert "All 3 pretrainings answer their own task better than chance" in text
        assert "s3d, random" in text  # a network without a printed name


def test_a_missing_run_is_named_in_one_line(results, tmp_path, capsys):
    said = "beyond_backbones: no result for s3d, random, k-NN among the files given"
    check_refused(draw("beyond_backbones", results, tmp_path / "t", "probe/ucf101/s3d/random"), said, tmp_path, capsys)
