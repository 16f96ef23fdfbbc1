"""Every text of every figure lies within the picture, and no two overlap: measured on the renderer's boxes."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

from vcop.paper import labels
from vcop.paper.figures import style
from vcop.paper.heading import Heading

HEADING = Heading(
    "Figure 0 (CVPR 2019). A title", "A caption.", "a study of the usual length, with networks of some width", "16-8-3"
)


def test_a_figure_is_three_files_with_its_heading_inside(tmp_path):
    with style.saved_figure(HEADING, tmp_path / "f", 2.0) as figure:
        ax = figure.subplots()
        ax.plot([0, 1])
        figure.canvas.draw()
        width, height = figure.canvas.get_width_height()
        boxes = [text.get_window_extent() for text in figure.texts]
        assert all(0 <= b.x0 and b.x1 <= width and 0 <= b.y0 and b.y1 <= height for b in boxes)
        assert boxes[0].y0 >= boxes[1].y1
        assert ax.get_tightbbox().y1 <= boxes[1].y0
    assert {p.name for p in tmp_path.iterdir()} == {"f.png", "f.pdf", "f.svg"}


def test_settings_of_the_user_change_no_figure(tmp_path):
    """As of a matplotlibrc in the study's folder."""
    settings = {"lines.linestyle": "--", "axes.prop_cycle": mpl.cycler(color=["red"]), "savefig.facecolor": "black"}
    for name, changed in (("plain", {}), ("changed", settings)):
        with mpl.rc_context(changed), style.saved_figure(HEADING, tmp_path / name, 2.0) as figure:
            figure.subplots().plot([0, 1])
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "changed.png").read_bytes()


def test_equal_figures_are_equal_files_and_their_words_stay_words(tmp_path):
    for name in ("f", "again"):
        with style.saved_figure(HEADING, tmp_path / name, 2.0) as figure:
            ax = figure.subplots()
            ax.plot([0, 1], [0, 1], marker="o", label="a line")
            ax.imshow(np.zeros((4, 5, 3), np.uint8))
            ax.legend()
    for suffix in style.FILES:
        assert (tmp_path / f"f{suffix}").read_bytes() == (tmp_path / f"again{suffix}").read_bytes()
    drawing = (tmp_path / "f.svg").read_text()
    for words in (HEADING.title, "a line", "networks of some width; pretext task 16-8-3."):
        assert words in drawing


@pytest.mark.parametrize("note", ["", "gradients accumulated, BatchNorm over 1/4 of each batch of 8; " * 3])
def test_a_long_heading_makes_the_figure_higher_and_the_axes_stay(tmp_path, note):
    with style.saved_figure(replace(HEADING, note=note), tmp_path / "f", 2.0) as figure:
        ax = figure.subplots()
        figure.canvas.draw()
        width, height = figure.canvas.get_width_height()
        assert all(0 <= b.x0 and b.x1 <= width and b.y1 <= height for b in (text.get_window_extent() for text in figure.texts))
        assert ax.get_tightbbox().y1 <= figure.texts[1].get_window_extent().y0
        assert 1.2 < ax.get_position().height * figure.get_figheight() < 1.5
        assert (figure.get_figheight() > 2.0) == bool(note)


def test_labels_are_moved_apart_and_keep_their_order():
    assert style.spread_labels([50, 10, 90], 9) == [50, 10, 90]
    assert style.spread_labels([50, 52], 10) == [46, 56]
    assert style.spread_labels([1, 0, 2], 10, 0) == [10, 0, 20]
    assert style.spread_labels([50, 50, 56, 90], 10) == [42, 52, 62, 90]
    assert style.spread_labels([], 10) == []


def test_shades():
    assert style.shade_colour("#808080", 1) == "#ffffff"
    assert style.shade_colour("#808080", -1) == "#000000"
    assert style.shade_colour("#0072b2", 0) == "#0072b2"


@pytest.mark.parametrize(("right", "query"), [(True, False), (False, False), (False, True)])
def test_right_is_told_by_colour_sign_and_weight(tmp_path, right, query):
    with style.saved_figure(HEADING, tmp_path / "f", 2.0) as figure:
        ax = figure.subplots()
        style.draw_picture(ax, np.zeros((4, 5, 3), np.uint8), "Bounce", right=right, query=query)
        label = ax.xaxis.label
        assert (label.get_text() == "Bounce ✓") == right
        assert (label.get_color() == style.GREEN) == right
        assert (label.get_weight() == "bold") == right


def test_networks_differ_in_marker_and_colour():
    assert len(set(style.COLOURS.values())) == len(set(style.MARKERS.values())) == len(labels.NETWORK_LABELS)
