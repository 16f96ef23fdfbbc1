import pytest
from support.hand_made import write

from vcop.paper.measurement.costs import Cost, Training
from vcop.paper.measurement.published import cells
from vcop.paper.measurement.reproduction import (
    ABOVE,
    BELOW,
    NOT_COMPARED,
    ONE_SEED,
    UNPRINTED,
    WITHIN,
    NumberBesidePublished,
    count_published,
    published_error,
    read_item,
)

HEADER = "row,column,published,measured,low,high,n"
RUNS = [Training(f"pretrain/{network}/16-8-3", "0", "abc", "A GPU", 2, 1.5) for network in ("c3d", "r3d", "r21d")]


def number(published, measured, low, high, **more):
    return NumberBesidePublished(
        "C3D", "Accuracy", published, measured, low, high, "20", more.pop("seeds", "3"), Cost.of([]), **more
    )


@pytest.mark.parametrize(
    ("published", "low", "high", "verdict"),
    [
        ("68.5", "68.51", "80", ABOVE), ("68.5", "60", "68.49", BELOW), ("68.5", "60", "70", WITHIN),
        ("68.5", "68.50", "70", WITHIN), ("68.5", "60", "68.50", WITHIN), ("", "60", "70", UNPRINTED),
    ],
)  # fmt: skip
def test_a_verdict_is_by_the_interval_of_ours(published, low, high, verdict):
    assert number(published, str((float(low) + float(high)) / 2), low, high).verdict == verdict


def test_a_difference_has_the_interval_of_ours():
    assert number("68.5", "70.00", "65.25", "75.00").difference == pytest.approx((1.5, -3.25, 6.5))
    assert number("", "70.00", "65.25", "75.00").difference is None


def test_the_published_number_varies_too():
    """Half widths 3 of ours, 1.96 * 0.9 of their test videos and 4.303 * 0.5 of their training, which three seeds tell."""
    n = number("68.5", "72", "69", "75", published_error=0.9, spread="0.5")
    assert n.difference == pytest.approx((3.5, -0.591, 7.591), abs=0.005)
    assert (n.verdict, number("68.5", "72", "69", "75").verdict) == (WITHIN, ABOVE)


def test_a_new_training_lies_in_the_interval_of_three_seeds():
    """Where seeds alone vary, it is t * s * sqrt(1 / seeds + 1), the interval of one more draw."""
    half = 4.3027 * 2 / 3**0.5
    low, high = number("60", "60", str(60 - half), str(60 + half), spread="2").difference[1:]
    assert (-low, high) == pytest.approx((4.3027 * 2 * (1 / 3 + 1) ** 0.5,) * 2, abs=1e-3)


def test_nothing_is_concluded_from_one_seed():
    n = number("68.5", "90", "89", "91", seeds="1")
    assert (n.difference, n.verdict) == ((21.5, 20.5, 22.5), ONE_SEED)


def test_synthetic_videos_are_not_compared():
    n = number("68.5", "70", "69", "71", compared=False)
    assert (n.difference, n.verdict) == (None, NOT_COMPARED)


@pytest.mark.parametrize(
    ("item", "row", "column", "count"),
    [
        ("cvpr2019_table1", "C3D", "Accuracy", 3674),
        ("tmm2020_table1", "R3D*, tl = 3", "it = 8", 3674),
        ("cvpr2019_table2", "C3D", "Top1", 3783),
        ("cvpr2019_table3", "C3D", "Top1", 1530),
        ("tmm2020_table5", "C3D (16-8-3)", "UCF101", 3783 + 3734 + 3696),
        ("tmm2020_table5", "C3D (16-8-4), split 1", "HMDB51", 1530),
        ("tmm2020_table6", "C3D (supervised)", "All", 8000),
        ("tmm2020_table6", "C3D (supervised)", "Motion", 800),
    ],
)
def test_a_published_number_stands_on_the_official_test_list(item, row, column, count):
    (cell,) = [c for c in cells(item, "16-8-3") if (c.row, c.column) == (row, column)]
    assert count_published(cell) == count
    expected = (2 * cell.published * (100 - cell.published) / count) ** 0.5
    assert published_error(cell) == pytest.approx(expected)


def test_an_items_numbers_are_read_with_what_they_took(tmp_path):
    rows = [f"{row},Accuracy,{p},50.00,40.00,60.00,20" for row, p in (("C3D", 68.5), ("R3D", 68.4), ("R(2+1)D", 64.2))]
    write(tmp_path / "t.csv", HEADER, rows)
    numbers = read_item("a page", "cvpr2019_table1", tmp_path / "t.csv", "16-8-3", RUNS)
    assert [(n.row, n.measured, n.seeds, n.verdict) for n in numbers] == [
        (row, "50.00", "1", ONE_SEED) for row in ("C3D", "R3D", "R(2+1)D")
    ]
    assert {n.cost for n in numbers} == {Cost(3.0, 0.0, ("abc",), 1)}
    write(tmp_path / "t.csv", HEADER, rows[1:])
    with pytest.raises(ValueError, match=r"t.csv: its rows are not those of cvpr2019_table1: remove the file"):
        read_item("a page", "cvpr2019_table1", tmp_path / "t.csv", "16-8-3", RUNS)


def test_a_training_that_is_missing_is_named(tmp_path):
    write(tmp_path / "t.csv", HEADER, [f"{row},Accuracy,,1,0,2,20" for row in ("C3D", "R3D", "R(2+1)D")])
    with pytest.raises(ValueError, match="a page: no provenance of pretrain/r21d/16-8-3 among the files given"):
        read_item("a page", "cvpr2019_table1", tmp_path / "t.csv", "16-8-3", RUNS[:2])
