"""Figure 5 of the TMM 2020 paper from hand-made results."""

from itertools import chain

import pandas as pd
import pytest
from support.hand_made import ORDER, check_refused, check_texts, draw, read, write
from support.item_checks import check_figure

from vcop.paper.items.tmm2020_figure5 import dropped_shares


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure5", results, tmp_path, drawn)


def test_every_class_is_in_the_csv(results, tmp_path):
    assert draw("tmm2020_figure5", results, tmp_path / "f") == 0
    rows = read(tmp_path / "f.csv")
    assert list(rows[0]) == ["class", "weights", "measured", "low", "high", "n", "dropped"]
    assert len({r["class"] for r in rows}) == 10
    assert [r["weights"] for r in rows] == ["16-8-3", "16-8-3-hard"] * 10
    # One of two videos is right in each class: Wilson's interval would be 9.45 to 90.55. In every class the two are of different groups and
    # different results, so they are no independent draws; all classes have the same, wider interval.
    (first,) = {tuple(r[k] for k in ("measured", "low", "high", "n")) for r in rows[::2]}
    assert (first[0], first[3]) == ("50.0", "2")
    assert float(first[1]) < 9.45
    assert float(first[1]) + float(first[2]) == pytest.approx(100, abs=0.02)
    assert sorted(float(r["measured"]) for r in rows[1::2]) == [50.0] * 5 + [100.0] * 5


def test_a_hundred_and_one_classes_are_legible(tmp_path, drawn):
    """In the order of the accuracy before, below one another, then column by column."""
    names = [f"Handstand{'PushupsKayaking'[: i % 9]}{i:03d}" for i in range(101)]
    assert max(map(len, names)) == 20
    for task, worst in (("16-8-3", 0), ("16-8-3-hard", 40)):
        rows = [
            f"{name}/v_{k}.avi,0,0,{int(k < max(worst, i) / 101 * 37)},0.5" for i, name in enumerate(names) for k in range(37)
        ]
        write(tmp_path / f"order/r3d/{task}/seed-0.csv", ORDER, rows)
    rows = [f"{name},{90 - i % 90},{i % 90}" for i, name in enumerate(names)]
    write(tmp_path / "mine/r3d/16-8-3/seed-0/classes.csv", "class,kept,dropped", rows)
    assert draw("tmm2020_figure5", tmp_path, tmp_path / "f") == 0
    check_texts(drawn[0])
    columns = [[t.get_text() for t in ax.get_yticklabels()] for ax in drawn[0].axes]
    assert [len(c) for c in columns] == [34, 34, 33]
    assert [*dict.fromkeys(r["class"] for r in read(tmp_path / "f.csv"))] == list(chain(*columns))
    assert columns[0][:2] == sorted(names[-2:])  # both 37 of 37


def test_what_a_class_lost_to_mining_stands_beside_it():
    """Of ten videos of a class three, of five none."""
    table = pd.DataFrame({"kept": [7, 5], "dropped": [3, 0]}, index=["HulaHoop", "walk_with_dog"])
    assert dropped_shares(table) == {"HulaHoop": 30.0, "walk with dog": 0.0}


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("16-8-3-hard", "tmm2020_figure5: no result for R3D, 16-8-3-hard"),
        ("mine", "tmm2020_figure5: no list of the videos that mining dropped"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure5", results, tmp_path / "t", but), said, tmp_path, capsys)
