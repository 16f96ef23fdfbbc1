"""Figure 10 of the TMM 2020 paper from hand-made results."""

import pytest
from support.hand_made import check_refused, draw
from support.item_checks import check_figure, check_numbers

from vcop.paper.items import tmm2020_figure10


def test_the_numbers_of_hand_made_results(results, tmp_path):
    check_numbers("tmm2020_figure10", results, tmp_path)


def test_texts_are_legible_and_equal_results_give_equal_files(results, tmp_path, drawn):
    check_figure("tmm2020_figure10", results, tmp_path, drawn)


def test_chance_is_drawn_near_the_points_and_named_below_them(results, tmp_path, drawn):
    """Ten classes: 10 %, from 0 % at conv5. Far below the points its number stands alone, and both axes stay equally long."""
    assert draw("tmm2020_figure10", results, tmp_path / "f") == 0
    measured, published = drawn[0].axes
    assert [line.get_ydata()[0] for line in measured.lines if line.get_linestyle() == ":"] == [pytest.approx(10)]
    lengths = [high - low for low, high in (measured.get_ylim(), published.get_ylim())]
    assert lengths[0] == pytest.approx(lengths[1])
    measured.set_ylim(60, 70)
    assert tmm2020_figure10._draw_chance(measured, 1) == 0
    assert measured.texts[-1].get_text() == "chance 1.0, below this axis"


def test_the_number_in_doubt_is_not_joined_to_the_others(results, tmp_path, drawn):
    assert draw("tmm2020_figure10", results, tmp_path / "f") == 0
    line = drawn[0].axes[1].lines[0]
    assert [y != y for y in line.get_ydata()] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("but", "said"),
    [
        ("from-conv4", "tmm2020_figure10: no result for R3D (16-8-3), split 1, conv4"),
    ],
)
def test_a_missing_run_is_named_in_one_line(but, said, results, tmp_path, capsys):
    check_refused(draw("tmm2020_figure10", results, tmp_path / "t", but), said, tmp_path, capsys)
