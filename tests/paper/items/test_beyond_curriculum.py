"""Gains of the curricula from hand-made results."""

import pytest
from support.hand_made import check_refused, draw, read
from support.item_checks import check_figure


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("beyond_curriculum", results, tmp_path, drawn)


def test_gains_are_of_the_same_videos_and_seeds(results, tmp_path):
    assert draw("beyond_curriculum", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["quantity", "network", "task", "seed", "epoch", "value", "low", "high", "n"]
    by = {(r["quantity"], r["task"], r["seed"], r["epoch"]): r for r in rows}
    assert len(by) == len(rows) == 2 * 40 * 4 + 3 * 2 * 4
    for seed in ("0", "1", "2", "mean"):
        values = [
            float(by["test accuracy", t, seed, ""]["value"]) for t in ("16-8-4-scratch", "16-8-4", "16-8-3", "16-8-3-hard")
        ]
        assert values == [25, 100, 50, 75]
        gains = [by["paired gain", t, seed, ""] for t in ("16-8-4", "16-8-3-hard")]
        assert [(float(g["value"]), g["n"]) for g in gains] == [(75, "20"), (25, "20")]
        assert all(0 < float(g["low"]) < float(g["value"]) < float(g["high"]) for g in gains)
    mean = by["validation accuracy", "16-8-4", "mean", "40"]
    assert [float(mean[k]) for k in ("value", "low", "high")] == [40, 40, 40]


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("order/r3d", "beyond_curriculum: no result for R3D, 16-8-3, seed 0"),
        ("order/r3d/16-8-3-hard/seed-2", "beyond_curriculum: no result for R3D, 16-8-3-hard, seed 2"),
        ("pretrain/c3d/16-8-4/", "beyond_curriculum: no history of C3D, 16-8-4 "),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("beyond_curriculum", results, tmp_path / "t", but), said, tmp_path, capsys)
