"""Figure 6 of the TMM 2020 paper from hand-made results."""

import pytest
from support.hand_made import check_refused, draw
from support.item_checks import check_figure, check_numbers


def test_the_numbers_of_hand_made_results(results, tmp_path):
    check_numbers("tmm2020_figure6", results, tmp_path)


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure6", results, tmp_path, drawn)


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("16-16-5", "tmm2020_figure6: no result for C3D (16-16-5), Top1"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure6", results, tmp_path / "t", but), said, tmp_path, capsys)
