"""Figure 10 of the TMM 2020 paper from hand-made results."""

import pytest
from support.hand_made import check_refused, draw
from support.item_checks import check_figure, check_numbers


def test_the_numbers_of_hand_made_results(results, tmp_path):
    check_numbers("tmm2020_figure10", results, tmp_path)


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure10", results, tmp_path, drawn)


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("from-conv4", "tmm2020_figure10: no result for R3D (16-8-3), split 1, conv4"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure10", results, tmp_path / "t", but), said, tmp_path, capsys)
