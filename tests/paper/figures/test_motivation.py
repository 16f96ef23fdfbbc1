"""A tuple as frames and as clips, in two orders (Figure 1 of both papers)."""

from dataclasses import replace
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
    """Three clips whose motion goes to the right inside, and two steps to the right and down."""
    levels = np.array([[10, 11, 12, 13], [20, 21, 22, 23], [40, 41, 42, 43]], np.uint8)
    clips = levels[:, :, None, None, None] * np.ones((3, 4, 3), np.uint8)
    motions = np.array([[[0, 0], [1, 0]], [[2, 0], [3, 0]], [[3, 2], [4, 2]]], float)
    return motivation.tuple_parts(Moment(SimpleNamespace(name="Long_Jump/1.avi"), clips[:, 1], clips, motions), "ab")


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_parts_are_frames_and_clips_of_the_class(parts):
    frames, clips = parts
    assert frames.title.startswith("(a) Frames of Long Jump: ")
    assert clips.title.startswith("(b) Clips of Long Jump: ")
    assert (frames.pictures.shape, clips.pictures.shape) == ((3, 1, 3, 4, 3), (3, 4, 3, 4, 3))
    assert frames.thickness == pytest.approx(motivation.FRAME * 3 / 4)
    assert motivation.parts_height(parts) == pytest.approx(frames.height + clips.height + motivation.GAP)


def test_frames_leave_the_order_open_and_the_motion_inside_clips_tells_it(ax, parts):
    """To the right, then by 1 to the right and 2 down, which are 63 degrees; the reverse order is 180 degrees less these."""
    motivation.draw_parts(ax, 0, parts)
    assert [word for word in words(ax) if word.endswith("°") and "mean" not in word] == ["0°", "63°", "117°", "180°"]
    assert [word for word in words(ax) if word.startswith("mean")] == ["mean 32° ✓", "mean 148°"]
    assert words(ax).count("either may be right") == 1
    assert words(ax).count("shuffled") == 2


def test_a_row_shows_pictures_in_its_order(ax, parts):
    motivation.draw_row(ax, 1, parts[0], BACKWARD)
    assert [int(image.get_array()[0, 0, 0]) for image in ax.images] == [41, 21, 11]
    assert words(ax) == ["3", "2", "1"]
    middles = [sum(image.get_extent()[:2]) / 2 for image in ax.images]
    assert middles == pytest.approx(motivation.MIDDLES)


@pytest.mark.parametrize("back", [False, True])
def test_arrows_point_along_time(ax, parts, back):
    motivation.draw_arrows(ax, 1, parts[0], FORWARD, back=back)
    arrows = [patch for patch in ax.patches if type(patch).__name__ == "FancyArrowPatch"]
    assert len(arrows) == 2
    for arrow in arrows:
        (start, *_), (end, *_) = arrow._posA_posB
        assert (end < start) == back


def test_the_arrows_of_clips_show_directions(ax, parts):
    """Inside: to the right, whatever the order. Steps: to the right in order 1, and to the left in order 2."""
    for order, right in ((FORWARD, True), (BACKWARD, False)):
        before = len(ax.patches)
        motivation.draw_row(ax, 1, parts[1], order)
        inside = [p for p in ax.patches[before:] if type(p).__name__ == "FancyArrowPatch"]
        assert [p._posA_posB[1][0] > p._posA_posB[0][0] for p in inside] == [True] * 3
        before = len(ax.patches)
        motivation.draw_steps(ax, 1, parts[1], order)
        steps = [p for p in ax.patches[before:] if type(p).__name__ == "FancyArrowPatch"]
        assert [p._posA_posB[1][0] > p._posA_posB[0][0] for p in steps] == [right] * 2
    assert canvas.MARGIN < motivation.SUM < style.WIDE


def test_a_title_claims_no_more_than_the_angles_show(parts):
    moment = parts[1].moment
    against = replace(moment, motions=moment.motions[:, ::-1])
    assert parts[1].title.endswith("Clips of Long Jump: the motion inside tells where the next one is")
    assert motivation.tuple_parts(against, "ab")[1].title.endswith(
        "Clips of Long Jump: here not even the motion inside tells the order"
    )


def test_a_clip_without_motion_has_no_arrow(ax, parts):
    still = replace(parts[1], moment=replace(parts[1].moment, motions=np.ones((3, 2, 2))))
    motivation.draw_row(ax, 1, still, FORWARD)
    motivation.draw_steps(ax, 1, still, FORWARD)
    assert [p for p in ax.patches if type(p).__name__ == "FancyArrowPatch"] == []
    assert words(ax)[-1] == "90°"
