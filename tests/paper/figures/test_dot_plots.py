import pytest
from matplotlib.figure import Figure

from vcop.paper.figures import dot_plots, style
from vcop.paper.figures.dot_plots import Dot
from vcop.paper.measurement.scores import Measured


def test_rows_of_a_group_are_one_apart_and_groups_further():
    assert dot_plots.row_heights([2, 1, 3]) == [
        [0, 1], [pytest.approx(2 + dot_plots.GAP)], [pytest.approx(3 + 2 * dot_plots.GAP + i) for i in range(3)],
    ]  # fmt: skip


def test_numbers():
    gain = Measured(-2.5, -5, 0.004, 10)
    assert dot_plots.csv_numbers(Measured(50, 40.126, 60, 10)) == ["50.00", "40.126", "60.00", 10, 1, "", "", "", ""]
    measured = Measured(50, 40, 60, 10, seeds=2, spread=1.5, gain=gain)
    assert dot_plots.csv_numbers(measured)[3:] == [10, 2, "1.50", "-2.50", "-5.00", "0.004"]


def test_a_dot_lies_at_its_number_with_its_interval_and_texts_beside_it():
    ax = Figure().subplots()
    dots = [Dot("c3d", Measured(50, 40, 60, 10)), Dot("r3d", Measured(25, 20, 30, 10), hollow=True, text="a gain")]
    dot_plots.draw_dots(ax, [0, 1.7], dots, "gain")
    lines = [[list(line.get_xdata()), list(line.get_ydata())] for line in ax.lines]
    assert lines == [[[40, 60], [0, 0]], [[50], [0]], [[20, 30], [1.7, 1.7]], [[25], [1.7]]]
    assert [line.get_markerfacecolor() for line in ax.lines[1::2]] == [style.COLOURS["c3d"], "white"]
    assert [text.get_text() for text in ax.texts] == ["50.0", "", "25.0", "a gain", "%", "gain"]
    assert ax.get_ylim() == (1.7 + 0.7, -0.7)


def test_groups_are_named_at_their_first_row():
    ax = Figure().subplots()
    dot_plots.draw_group_names(ax, [[0, 1], [2.7]], ["one", "two"], 40, ["#000000", "#0072b2"])
    assert [(text.get_text(), text.xy[1], text.xyann[0]) for text in ax.texts] == [("one", 0, -40), ("two", 2.7, -40)]


def test_a_gain_is_printed_with_its_interval():
    assert dot_plots.gain_text(Measured(50, 40, 60, 10)) == ""
    assert dot_plots.gain_text(Measured(50, 40, 60, 10, gain=Measured(2.5, -1, 6, 10))) == "+2.5 [-1.0, +6.0]"
