"""Figure 4 of the TMM 2020 paper from hand-made results."""

import pytest
from support.hand_made import RUNS, check_refused, draw, read
from support.item_checks import check_figure


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure4", results, tmp_path, drawn)


def test_every_epoch_of_every_run_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure4", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["network", "task", "seed", "epoch", "accuracy", "validation_accuracy"]
    assert len(rows) == 2 * (20 * 40 + 80)
    assert {(r["network"], r["task"]) for r in rows} == set(RUNS)
    last = [r for r in rows if (r["task"], r["seed"], r["epoch"]) == ("16-16-3-long", "1", "30")]
    assert [(r["accuracy"], r["validation_accuracy"]) for r in last] == [("60.0", "30.0")]


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("16-8-4-scratch", "tmm2020_figure4: no history of C3D, 16-8-4-scratch"),
        ("16-16-3-long", "tmm2020_figure4: no history of R3D, 16-16-3-long"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure4", results, tmp_path / "t", but), said, tmp_path, capsys)
