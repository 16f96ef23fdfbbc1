import csv

import pytest

from vcop.config.names import NETWORKS
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
    assert {r["network"] for r in rows} == {"", *NETWORKS, "question-only", "most-frequent"}


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
