"""Table 1 of the CVPR 2019 paper from hand-made results."""

from support.helpers import vcop
from support.item_checks import check_table


def test_the_table_from_hand_made_results(results, tmp_path):
    check_table("cvpr2019_table1", results, tmp_path)


def test_a_missing_result_is_named(results, tmp_path, capsys):
    files = sorted(results.glob("order/[cr]3d/16-8-3/seed-0.csv"))
    out = ("--study", "s", "--task", "16-8-3", "--out", tmp_path / "t")
    assert vcop("render", "cvpr2019_table1", *out, "--inputs", *files) == 1
    assert "no result for R(2+1)D, Accuracy" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
