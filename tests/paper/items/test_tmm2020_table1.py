"""Table I of the TMM 2020 paper from hand-made results."""

import pytest
from support.hand_made import check_refused, draw, read, write
from support.helpers import vcop
from support.item_checks import check_table


def test_the_table_from_hand_made_results(results, tmp_path):
    check_table("tmm2020_table1", results, tmp_path)


def test_training_videos_stand_beside_table_1(results, tmp_path):
    assert draw("tmm2020_table1", results, tmp_path / "t") == 0
    rows = {(r["row"], r["column"]): r for r in read(tmp_path / "t.csv")}
    hard, long = rows["R3D*, tl = 3", "it = 8"], rows["R3D, tl = 3, twice the epochs", "it = 16"]
    assert (hard["published"], hard["measured"], hard["n"], hard["training_videos"]) == ("70.1", "75.00", "20", "360")
    assert (long["published"], long["measured"], long["training_videos"]) == ("29.2", "50.00", "460")
    assert rows["R3D, tl = 3", "it = 16"]["published"] == "20.6"
    assert ("R3D*, tl = 3", "it = 16") not in rows
    for kind in ("md", "html"):
        text = (tmp_path / f"t.{kind}").read_text()
        assert "(n 20, trained on 360; one run)" in text
        assert "Longer windows fit into fewer videos" in text
        assert "pretext task 16-8-3" not in text


def test_a_provenance_without_counts_is_named(results, tmp_path, capsys):
    write(tmp_path / "pretrain/r3d/16-8-5/seed-0/provenance.json", "{}", [])
    files = [*results.glob("order/*/*/seed-0.csv"), *results.glob("pretrain/*/*/seed-0/provenance.json")]
    files = [p for p in files if "pretrain/r3d/16-8-5/" not in p.as_posix()] + list(tmp_path.rglob("*.json"))
    words = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t", "--inputs", *files)
    assert vcop("render", "tmm2020_table1", *words) == 1
    assert "pretrain/r3d/16-8-5/seed-0/provenance.json does not count its videos" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("order/c3d/16-16-5", "tmm2020_table1: no result for C3D, tl = 5, it = 16"),
        ("pretrain/r3d/16-8-3-hard", "tmm2020_table1: no result for R3D*, tl = 3, it = 8"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_table1", results, tmp_path / "t", but), said, tmp_path, capsys)
