"""Figure 4 of the TMM 2020 paper from hand-made results."""

import pandas as pd
import pytest
from support.hand_made import RUNS, check_refused, draw, read
from support.item_checks import check_figure

from vcop.paper.items.tmm2020_figure4 import late_growth


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure4", results, tmp_path, drawn)


def test_every_epoch_of_every_run_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure4", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["network", "task", "seed", "epoch", "accuracy", "validation_accuracy", "total_epoch"]
    assert len(rows) == 2 * (20 * 40 + 80)
    assert {(r["network"], r["task"]) for r in rows} == set(RUNS)
    last = [r for r in rows if (r["task"], r["seed"], r["epoch"]) == ("16-16-3-long", "1", "30")]
    assert [(r["accuracy"], r["validation_accuracy"]) for r in last] == [("60.0", "30.0")]


def test_the_curves_begin_after_the_easier_tasks(results, tmp_path, drawn):
    """40 epochs each: tl = 4 is seen from epoch 41 of the weights, tl = 5 from 81, hard videos from 41; from scratch from 1."""
    assert draw("tmm2020_figure4", results, tmp_path / "f") == 0
    first = {(r["network"], r["task"]): r["total_epoch"] for r in reversed(read(tmp_path / "f.csv"))}
    assert [first["c3d", t] for t in ("16-8-3", "16-8-4", "16-8-5", "16-8-4-scratch")] == ["1", "41", "81", "1"]
    assert (first["r3d", "16-8-3-hard"], first["r3d", "16-16-3-long"]) == ("41", "1")
    papers, small = drawn[0].axes[:2]
    assert max(max(line.get_xdata()) for line in papers.lines if len(line.get_xdata()) > 2) == 80
    assert max(max(line.get_xdata()) for line in small.lines if len(line.get_xdata()) > 2) == 120
    # No line but the dotted ones of chance is flat: a flat one would read as a run.
    flat = [line for line in small.lines if len(set(line.get_ydata())) == 1]
    assert {line.get_linestyle() for line in flat} == {":"}


def test_the_papers_words_on_the_training_are_measured():
    """At 2/3 of 30 epochs, at the end, at best; the curriculum's lowest of its first thirtieth."""
    scratch = [1.0] * 20 + [9.0] * 5 + [5.0] * 5
    table = pd.concat(
        pd.DataFrame({"network": "c3d", "task": task, "seed": 0, "epoch": range(1, 31), "validation_accuracy": values})
        for task, values in (("16-8-4-scratch", scratch), ("16-8-4", [20.0, *[10.0] * 29]))
    )
    words = late_growth(table)
    assert "1.0 % after 2/3 of the epochs (20), 5.0 % at the end, 9.0 % at best." in words
    assert "20.0 % at least in its first epoch at tl = 4." in words


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("16-8-4-scratch", "tmm2020_figure4: no history of C3D, 16-8-4-scratch"),
        ("16-16-3-long", "tmm2020_figure4: no history of R3D, 16-16-3-long"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure4", results, tmp_path / "t", but), said, tmp_path, capsys)
