import pytest

from vcop.paper.figures import dot_plots
from vcop.paper.measurement.scores import Measured


def test_rows_of_a_group_are_one_apart_and_groups_further():
    assert dot_plots.row_heights([2, 1, 3]) == [
        [0, 1], [pytest.approx(2 + dot_plots.GAP)], [pytest.approx(3 + 2 * dot_plots.GAP + i) for i in range(3)],
    ]  # fmt: skip


def test_numbers():
    gain = Measured(-2.5, -5, 0.004, 10)
    assert dot_plots.csv_numbers(Measured(50, 40.126, 60, 10)) == ["50.00", "40.13", "60.00", 10, 1, "", "", "", ""]
    of = Measured(50, 40, 60, 10, seeds=2, spread=1.5, gain=gain)
    assert dot_plots.csv_numbers(of)[3:] == [10, 2, "1.50", "-2.50", "-5.00", "0.00"]
