"""Shapes and texts on a sheet that is measured in inches."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon

from vcop.paper.figures import canvas, style
from vcop.paper.heading import Heading

HEADING = Heading("Figure 0", "A caption.", "a study", "16-8-3")


@pytest.fixture
def ax():
    axes = Figure().add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 7), ylim=(2, 0))
    return axes


@pytest.mark.parametrize("footer", ["One line.", "Several lines of words. " * 20])
def test_a_sheet_is_as_high_as_asked_for_whatever_its_footer(footer, tmp_path):
    with canvas.sheet(HEADING, tmp_path / "f", 1.5, footer) as ax:
        figure = ax.figure
        inches = ax.get_position().height * figure.get_figheight()
        assert inches == pytest.approx(1.5)
        assert (ax.get_ylim(), ax.get_xlim()) == ((1.5, 0), (0, style.WIDE))
        assert ax.get_position().y1 * figure.get_figheight() == pytest.approx(figure.get_figheight() - canvas.HEADING)
    assert (tmp_path / "f.png").is_file()


def test_a_path_has_one_head_at_its_end(ax):
    canvas.draw_path(ax, [(0, 0), (1, 0), (1, 1)])
    styles = [type(patch.get_arrowstyle()).__name__ for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert styles == ["Curve", "CurveFilledB"]
    canvas.draw_path(ax, [(0, 0), (1, 0), (1, 1)], head=False)
    assert [type(patch.get_arrowstyle()).__name__ for patch in ax.patches][2:] == ["Curve", "Curve"]


def test_a_box_has_its_text_in_its_middle(ax):
    canvas.draw_box(ax, (2, 1), (1, 0.5), "FC")
    (box,) = ax.patches
    assert isinstance(box, FancyBboxPatch)
    assert (box.get_x(), box.get_y(), box.get_width(), box.get_height()) == (1.5, 0.75, 1, 0.5)
    (text,) = ax.texts
    assert (text.get_position(), text.get_ha(), text.get_text()) == ((2, 1), "center", "FC")
    canvas.draw_box(ax, (2, 1), (1, 0.5))
    assert len(ax.texts) == 1


def test_a_bar_is_as_long_as_its_number(ax):
    canvas.draw_bar(ax, 1, 0.5, 2.5, 0.1, style.GREEN)
    (bar,) = ax.patches
    assert (bar.get_x(), bar.get_y(), bar.get_width()) == (1, 0.45, 2.5)


def test_a_kernel_is_a_cuboid_of_its_sides(ax):
    canvas.draw_cuboid(ax, (3, 1), (1, 3, 5), 0.1, "#0072b2")
    front, top, side = (patch.get_xy()[:-1] for patch in ax.patches)
    assert np.ptp(front, axis=0) == pytest.approx([0.5, 0.3])
    assert np.ptp(top, axis=0) == pytest.approx([0.5 + 0.055, 0.055])
    assert np.ptp(side, axis=0) == pytest.approx([0.055, 0.3 + 0.055])
    corners = np.concatenate([front, top, side])
    assert (corners.min(axis=0) + corners.max(axis=0)) / 2 == pytest.approx([3, 1])


def test_a_funnel_narrows_to_its_right(ax):
    canvas.draw_funnel(ax, (2, 1), (1, 0.8), "C3D", "#0072b2")
    (funnel,) = ax.patches
    assert isinstance(funnel, Polygon)
    xy = funnel.get_xy()[:-1]
    left, right = xy[xy[:, 0] == 1.5], xy[xy[:, 0] == 2.5]
    assert (np.ptp(left[:, 1]), np.ptp(right[:, 1])) == (pytest.approx(0.8), pytest.approx(0.4))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_later_clips_are_darker(count):
    greys = [sum(to_rgb(canvas.clip_colour(position, count))) for position in range(count)]
    assert greys == sorted(greys, reverse=True)
    assert len(set(greys)) == count


def test_badges_count_from_one_and_their_digits_stand_out(ax):
    for position in range(3):
        canvas.draw_badge(ax, position, 1, position, 3)
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3"]
    for text, circle in zip(ax.texts, ax.patches, strict=True):
        assert isinstance(circle, Circle)
        assert abs(sum(to_rgb(text.get_color())) - sum(circle.get_facecolor()[:3])) > 1


def test_a_strip_is_as_wide_as_asked_for_and_frames_keep_their_shape(ax):
    canvas.draw_strip(ax, np.zeros((4, 30, 40, 3), np.uint8), 1, 0.5, 2)
    extents = [image.get_extent() for image in ax.images]
    assert (extents[0][0], extents[-1][1]) == (1, pytest.approx(3))
    for (_, end, *_), (start, *_) in itertools.pairwise(extents):
        assert start - end == pytest.approx(canvas.HAIR)
    for left, right, bottom, top in extents:
        assert (bottom - top) / (right - left) == pytest.approx(30 / 40)
        assert (bottom + top) / 2 == pytest.approx(0.5)
