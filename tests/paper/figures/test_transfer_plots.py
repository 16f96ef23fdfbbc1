"""The figure of pretrained weights: what stands where."""

import pytest
from support.hand_made import check_texts

from vcop.paper.figures.transfer_plots import draw_transfer
from vcop.paper.heading import Heading
from vcop.paper.measurement.scores import Measured
from vcop.paper.measurement.transfer import MEASURES, OWN, Number, Transfer

NAMES = ["16-8-3", "verify_still-16-8-3"]


@pytest.fixture
def panels(tmp_path, drawn):
    def number(value, chance):
        return Number(Measured(value, max(0.0, value - 20), min(100.0, value + 20), 20), chance)

    rows = {}
    for i, network in enumerate(("r3d", "s3d")):
        rows[network, "random"] = {name: number(10 + i, 10) for name in MEASURES if name != OWN}
        for j, task in enumerate(NAMES):
            rows[network, task] = {name: number(90 - 10 * j - i, 50 if name == OWN else 10) for name in MEASURES}
    draw_transfer(Heading("A title", "", "a study", ""), Transfer(rows, {}), tmp_path / "f", "A footer.")
    return drawn[0].axes


def test_a_panel_for_each_measure_and_a_row_for_each_setting(panels):
    assert [ax.get_title("left").replace("\n", " ").strip() for ax in panels] == [
        "own task", "retrieval, top 1", "retrieval, top 5", "k-NN", "linear probe", "10 % labels", "all labels",
    ]  # fmt: skip
    assert [label.get_text() for label in panels[0].get_yticklabels()] == ["random", *NAMES] * 2
    texts = {text.get_text() for text in panels[0].texts}
    assert {"R3D", "s3d", "90.0", "79.0"} <= texts
    assert "10.0" not in texts  # random weights have no task of their own


def test_no_text_is_clipped_small_or_covered(panels):
    check_texts(panels[0].figure)


def test_chance_is_an_upright_line_in_each_row(panels):
    lines = [
        tuple(line.get_xdata()) for line in panels[0].lines if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2
    ]
    assert lines == [(50, 50)] * 4
