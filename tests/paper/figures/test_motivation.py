"""A tuple as frames and as clips, in two orders (Figure 1 of both papers)."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.figure import Figure

from vcop.paper.figures import canvas, motivation, style
from vcop.paper.figures.motivation_examples import BACKWARD, FORWARD, Moment


@pytest.fixture
def ax():
    axes = Figure().add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, style.WIDE), ylim=(5, 0))
    return axes


@pytest.fixture
def parts():
    """Three clips that grow lighter; each begins 7 or 17 grey levels above the end of the one before."""
    levels = np.array([[10, 11, 12, 13], [20, 21, 22, 23], [40, 41, 42, 43]], np.uint8)
    clips = levels[:, :, None, None, None] * np.ones((3, 4, 3), np.uint8)
    return motivation.tuple_parts(Moment(SimpleNamespace(name="Long_Jump/1.avi"), clips[:, 1], clips), "ab")


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_parts_are_frames_and_clips_of_the_class(parts):
    frames, clips = parts
    assert frames.title.startswith("(a) Frames of Long Jump: ")
    assert clips.title.startswith("(b) Clips of Long Jump: ")
    assert (frames.pictures.shape, clips.pictures.shape) == ((3, 1, 3, 4, 3), (3, 4, 3, 4, 3))
    assert frames.thickness == pytest.approx(motivation.FRAME * 3 / 4)
    assert motivation.parts_height(parts) == pytest.approx(frames.height + clips.height + motivation.GAP)


def test_sums_of_frames_are_equal_and_those_of_clips_favour_the_right_order(ax, parts):
    motivation.draw_parts(ax, 0, parts)
    assert [word for word in words(ax) if word.startswith("sum")] == ["sum 30.0", "sum 30.0", "sum 24.0 ✓", "sum 36.0"]
    assert words(ax).count("equal") == 1
    assert words(ax).count("shuffled") == 2
    assert [word for word in words(ax) if word in ("10.0", "20.0", "7.0", "17.0", "23.0", "13.0")] == [
        *("10.0", "20.0", "20.0", "10.0"),
        *("7.0", "17.0", "23.0", "13.0"),
    ]


def test_a_row_shows_pictures_in_its_order(ax, parts):
    motivation.draw_row(ax, 1, parts[0], BACKWARD)
    assert [int(image.get_array()[0, 0, 0]) for image in ax.images] == [41, 21, 11]
    assert words(ax) == ["3", "2", "1"]
    middles = [sum(image.get_extent()[:2]) / 2 for image in ax.images]
    assert middles == pytest.approx(motivation.MIDDLES)


@pytest.mark.parametrize("back", [False, True])
def test_arrows_point_along_time(ax, parts, back):
    motivation.draw_row(ax, 1, parts[0], FORWARD, [1.0, 2.0], back=back)
    arrows = [patch for patch in ax.patches if type(patch).__name__ == "FancyArrowPatch"]
    assert len(arrows) == 2
    for arrow in arrows:
        (start, *_), (end, *_) = arrow._posA_posB
        assert (end < start) == back


def test_sums_are_joined_where_they_are_equal_alone(ax):
    motivation.draw_sums(ax, [1, 2], [3.0, 3.0])
    lines = len(ax.patches)
    assert words(ax) == ["sum 3.0", "sum 3.0", "equal"]
    motivation.draw_sums(ax, [1, 2], [3.0, 2.0])
    assert words(ax)[3:] == ["sum 3.0", "sum 2.0 ✓"]
    assert len(ax.patches) == lines > 0
    assert canvas.MARGIN < motivation.SUM < style.WIDE
