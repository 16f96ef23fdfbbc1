import csv

import pytest
from support.hand_made import INPUTS

from vcop.config.names import PAPER_NETWORKS
from vcop.paper.measurement.published import (
    SOURCE,
    cells,
    dataset_and_layer,
    dataset_of_cell,
    layer_of_cell,
    splits_of_cell,
)


def cell(item, row, column):
    (one,) = [c for c in cells(item, "16-8-3") if (c.row, c.column) == (row, column)]
    return one


def test_the_file_has_every_cell_once_and_says_where_it_is_printed():
    rows = list(csv.DictReader(SOURCE.read_text(encoding="utf-8").splitlines()))
    assert len({(r["item"], r["row"], r["column"]) for r in rows}) == len(rows)
    assert all(r["source"] for r in rows)
    assert {r["network"] for r in rows} == {"", *PAPER_NETWORKS, "question-only", "most-frequent"}


def test_the_order_accuracies_of_the_2019_paper():
    assert [(c.row, c.published, c.network) for c in cells("cvpr2019_table1")] == [
        ("C3D", 68.5, "c3d"), ("R3D", 68.4, "r3d"), ("R(2+1)D", 64.2, "r21d"),
    ]  # fmt: skip


def test_the_word_task_is_the_studys_own_task():
    assert {c.weights for c in cells("cvpr2019_table2", "16-8-4") if c.network} == {"random", "16-8-4"}
    assert {c.network for c in cells("cvpr2019_table2") if c.row == "Jigsaw"} == {""}


def test_what_a_figure_does_not_print_is_unknown():
    assert {c.published for c in cells("cvpr2019_figure5")} == {None}


@pytest.mark.parametrize(
    ("item", "row", "column", "expected"),
    [
        ("cvpr2019_table4", "C3D", "HMDB51", (("hmdb51", "conv1"), "123")),
        ("tmm2020_table5", "C3D (16-8-4), split 1", "UCF101", (("ucf101", "conv1"), "1")),
        ("tmm2020_figure10", "R3D (16-8-3), split 1", "conv4", (("ucf101", "conv4"), "1")),
    ],
)
def test_recognition_cells(item, row, column, expected):
    one = cell(item, row, column)
    assert (dataset_and_layer(one), splits_of_cell(one)) == expected


def test_retrieval_cells():
    assert layer_of_cell(cell("tmm2020_table4", "C3D, layer 2", "Top5")) == "conv2"
    assert layer_of_cell(cell("cvpr2019_table2", "C3D", "Top1")) == "conv5"
    assert dataset_of_cell(cell("tmm2020_figure7", "HMDB51 C3D (16-8-4)", "Top5")) == "hmdb51"


def test_published_numbers_have_a_source():
    for item in INPUTS:
        paper = "Xu et al. 2019" if item.startswith("cvpr2019") else "Xiao et al. 2020"
        assert all(c.source.startswith(paper if c.published is not None else (paper, "ours: ")) for c in cells(item))


@pytest.mark.parametrize(
    ("item", "count", "numbers"),
    [
        ("cvpr2019_table1", 3, {("R(2+1)D", "Accuracy"): 64.2}),
        ("cvpr2019_table2", 45, {("C3D", "Top50"): 66.9}),
        ("cvpr2019_table3", 30, {("R(2+1)D", "Top1"): 5.7}),
        ("cvpr2019_table4", 26, {("R(2+1)D", "UCF101"): 72.4, ("Kinetics pre-trained", "HMDB51"): 74.5}),
        (
            "tmm2020_table1",
            20,
            {("C3D, tl = 4", "it = 16"): 65.4, ("R(2+1)D, tl = 4", "it = 16"): 70.8, ("R3D, tl = 5", "it = 16"): 2.7},
        ),
        (
            "tmm2020_table2",
            85,
            {
                ("SpeedNet", "Top1"): 13.0, ("SpeedNet", "Top50"): 65.0, ("Büchler et al.", "Top5"): 36.2,
                ("C3D (16-8-3)", "Top20"): 50.6, ("C3D (16-8-5)", "Top10"): 41.7, ("R3D (16-8-3)*", "Top5"): 31.9,
                ("R3D (16-8-4)", "Top1"): 17.8, ("R(2+1)D (16-8-5)", "Top50"): 69.1,
            },
        ),
        (
            "tmm2020_table3",
            65,
            {
                ("C3D (16-8-4)", "Top20"): 50.3, ("R3D (16-8-3)*", "Top50"): 69.5, ("R3D (random)", "Top1"): 5.5,
                ("R(2+1)D (16-8-4)", "Top5"): 22.3, ("R(2+1)D (16-8-5)", "Top10"): 35.0,
            },
        ),
        (
            "tmm2020_table4",
            75,
            {
                ("C3D, layer 3", "Top1"): 23.3, ("C3D, layer 4", "Top50"): 70.9, ("R3D, layer 3", "Top50"): 69.6,
                ("R3D, layer 4", "Top50"): 69.6, ("R(2+1)D, layer 1", "Top5"): 27.3, ("R(2+1)D, layer 2", "Top10"): 43.8,
            },
        ),
        (
            "tmm2020_table5",
            50 - 2 + 6,  # two are not printed; 16-8-3 of split 1 is ours
            {
                ("C3D (VCP)", "HMDB51"): 32.5, ("R(2+1)D (PRP)", "UCF101"): 72.1, ("R3D (16-8-3)*, split 1", "HMDB51"): 31.4,
                ("R(2+1)D (16-8-4), split 1", "HMDB51"): 37.3, ("R(2+1)D (16-8-5), split 1", "UCF101"): 74.5,
                ("3D ST-puzzle", "UCF101"): 63.4, ("R3D (16-8-5), split 1", "HMDB51"): 29.7,
            },
        ),
        ("tmm2020_figure10", 5, {("R3D (16-8-3), split 1", "conv2"): 66, ("R3D (16-8-3), split 1", "conv5"): 61.5}),
    ],
)  # fmt: skip
def test_published_numbers_are_the_papers(item, count, numbers):
    """Read from the papers a second time."""
    found = {(c.row, c.column): c.published for c in cells(item)}
    assert len(found) == count
    assert found.items() >= numbers.items()


def test_both_papers_print_the_same_where_they_show_the_same():
    """The second paper's 16-8-3 and quoted rows are the first one's; VGAN has no number on HMDB51 in either."""
    for first, second in (
        ("cvpr2019_table2", "tmm2020_table2"),
        ("cvpr2019_table3", "tmm2020_table3"),
        ("cvpr2019_table4", "tmm2020_table5"),
    ):
        later = {(c.row, c.column): c.published for c in cells(second)}
        for cell in cells(first):
            row = f"{cell.row} (16-8-3)" if cell.weights == "task" else cell.row
            assert later[row, cell.column] == cell.published
    assert not [c for c in cells("tmm2020_table5") if c.row in ("VGAN", "Luo et al.") and c.column == "HMDB51"]
