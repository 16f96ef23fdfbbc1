import pytest
from support.hand_made import write

from vcop.paper.measurement.costs import Cost, Training
from vcop.paper.measurement.reproduction import ABOVE, BELOW, UNPRINTED, WITHIN, NumberBesidePublished, read_item

HEADER = "row,column,published,measured,low,high,n"
RUNS = [Training(f"pretrain/{network}/16-8-3", "0", "abc", "A GPU", 2, 1.5) for network in ("c3d", "r3d", "r21d")]


def number(published, measured, low, high):
    return NumberBesidePublished("C3D", "Accuracy", published, measured, low, high, "20", "1", Cost.of([]))


@pytest.mark.parametrize(
    ("published", "low", "high", "verdict"),
    [
        ("68.5", "68.51", "80", ABOVE), ("68.5", "60", "68.49", BELOW), ("68.5", "60", "70", WITHIN),
        ("68.5", "68.50", "70", WITHIN), ("68.5", "60", "68.50", WITHIN), ("", "60", "70", UNPRINTED),
    ],
)  # fmt: skip
def test_a_verdict_is_by_the_interval_of_ours(published, low, high, verdict):
    assert number(published, "68", low, high).verdict == verdict


def test_a_difference_has_the_interval_of_ours():
    assert number("68.5", "70.00", "65.25", "75.00").difference == (1.5, -3.25, 6.5)
    assert number("", "70.00", "65.25", "75.00").difference is None


def test_an_items_numbers_are_read_with_what_they_took(tmp_path):
    rows = [f"{row},Accuracy,{p},50.00,40.00,60.00,20" for row, p in (("C3D", 68.5), ("R3D", 68.4), ("R(2+1)D", 64.2))]
    write(tmp_path / "t.csv", HEADER, rows)
    numbers = read_item("a page", "cvpr2019_table1", tmp_path / "t.csv", "16-8-3", RUNS)
    assert [(n.row, n.measured, n.seeds, n.verdict) for n in numbers] == [
        (row, "50.00", "1", BELOW) for row in ("C3D", "R3D", "R(2+1)D")
    ]
    assert {n.cost for n in numbers} == {Cost(3.0, 0.0, ("abc",), 1)}
    write(tmp_path / "t.csv", HEADER, rows[1:])
    with pytest.raises(ValueError, match=r"t.csv: its rows are not those of cvpr2019_table1: remove the file"):
        read_item("a page", "cvpr2019_table1", tmp_path / "t.csv", "16-8-3", RUNS)


def test_a_training_that_is_missing_is_named(tmp_path):
    write(tmp_path / "t.csv", HEADER, [f"{row},Accuracy,,1,0,2,20" for row in ("C3D", "R3D", "R(2+1)D")])
    with pytest.raises(ValueError, match="a page: no provenance of pretrain/r21d/16-8-3 among the files given"):
        read_item("a page", "cvpr2019_table1", tmp_path / "t.csv", "16-8-3", RUNS[:2])
