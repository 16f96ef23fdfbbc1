"""A figure drawn by hand instead of plotted: boxes, arrows and frames on a sheet measured in inches, y down (Figures 1 to 3)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import BoxStyle, Circle, FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle
from numpy.typing import NDArray

from vcop.paper.figures import style
from vcop.paper.heading import Heading

HEADING = 0.5  # inches above the sheet
LINE = 0.125  # inches a line of the words below it
MARGIN = 0.057  # where the heading begins
RULE = 0.8  # points: every line and every edge
BADGE = 0.075  # inches: radius of a clip's number
HAIR = 0.018  # inches between two frames of a clip
Point = tuple[float, float]


@contextmanager
def sheet(heading: Heading, out: Path, height: float, words: str) -> Iterator[Axes]:
    """A sheet of ``height`` inches under a figure's heading and above its ``words``; saved as ``style.figure`` does."""
    foot = 0.1 + LINE * len(textwrap.wrap(words, style.LETTERS))
    with style.saved_figure(heading, out, HEADING + height + foot) as figure:
        figure.set_layout_engine("none")  # everything has its place
        whole = figure.get_figheight()
        ax = figure.add_axes((0, foot / whole, 1, height / whole))
        ax.set(xlim=(0, style.WIDE), ylim=(height, 0), xticks=[], yticks=[])
        ax.patch.set_visible(False)
        ax.spines[:].set_visible(False)
        ax.grid(visible=False)
        style.draw_footer(figure, words)
        yield ax


def draw_text(ax: Axes, x: float, y: float, text: str, **how: Any) -> None:
    """Words whose left end is at x and whose middle is at y."""
    ax.text(x, y, text, **{"size": 7, "va": "center", **how})


def draw_title(ax: Axes, x: float, y: float, text: str) -> None:
    """What a part of the sheet is called."""
    draw_text(ax, x, y, text, size=8, weight="bold")


def draw_arrow(ax: Axes, start: Point, end: Point, *, head: bool = True, **how: Any) -> None:
    """From edge to edge of what it joins."""
    how = {"color": style.MUTED, "linewidth": RULE, "shrinkA": 0, "shrinkB": 0, "zorder": 1, **how}
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>" if head else "-", mutation_scale=6, **how))


def draw_path(ax: Axes, corners: Sequence[Point], *, head: bool = True) -> None:
    """An arrow along straight lines."""
    for i, (start, end) in enumerate(pairwise(corners), start=2):
        draw_arrow(ax, start, end, head=head and i == len(corners), capstyle="projecting")


def draw_box(
    ax: Axes, middle: Point, size: Point, text: str = "", *, fill: str = "white", edge: str = style.MUTED, corner: float = 0.04
) -> None:
    """A box, with words in its middle if there are any."""
    (x, y), (width, height) = middle, size
    shape = BoxStyle.Round(pad=0, rounding_size=corner) if corner else BoxStyle.Square(pad=0)
    look: Any = {"facecolor": fill, "edgecolor": edge, "linewidth": RULE, "zorder": 2}
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, shape, **look))
    if text:
        draw_text(ax, x, y, text, ha="center", zorder=3)


def draw_cell(ax: Axes, middle: Point, size: Point, text: str) -> None:
    """A vector: corners that leave no gap to the next one."""
    draw_box(ax, middle, size, text, corner=0)


def draw_bar(ax: Axes, left: float, middle: float, length: float, height: float, colour: str) -> None:
    """A number as a length."""
    ax.add_patch(Rectangle((left, middle - height / 2), length, height, facecolor=colour, linewidth=0, zorder=2))


def draw_ring(ax: Axes, middle: Point, size: float, sign: str) -> None:
    """An operation on what its arrows bring."""
    ax.add_patch(Circle(middle, size / 2, facecolor="white", edgecolor=style.MUTED, linewidth=RULE, zorder=2))
    draw_text(ax, *middle, sign, ha="center", size=9, zorder=3)


def draw_cuboid(ax: Axes, middle: Point, kernel: Sequence[int], unit: float, colour: str) -> None:
    """A kernel t x d x d as a body: t deep, d high and wide."""
    deep, high, wide = (unit * side for side in kernel)
    slant = 0.55 * deep  # what is deep is drawn to the right and upwards
    x, y = middle[0] - (wide + slant) / 2, middle[1] + (high + slant) / 2
    front = [(x, y), (x + wide, y), (x + wide, y - high), (x, y - high)]
    back = [(a + slant, b - slant) for a, b in front]
    faces = {0.55: front, 0.8: [front[3], front[2], back[2], back[3]], 0.3: [front[1], back[1], back[2], front[2]]}
    for share, corners in faces.items():
        look: Any = {
            "facecolor": style.shade_colour(colour, share),
            "edgecolor": colour,
            "linewidth": RULE / 2,
            "joinstyle": "round",
        }
        ax.add_patch(Polygon(corners, **look, zorder=3))


def draw_funnel(ax: Axes, middle: Point, size: Point, text: str, colour: str) -> None:
    """A network: what enters at its left is wide, what leaves at its right is narrow."""
    (x, y), (width, height) = middle, size
    left, right = x - width / 2, x + width / 2
    corners = [(left, y - height / 2), (right, y - height / 4), (right, y + height / 4), (left, y + height / 2)]
    look: Any = {
        "facecolor": style.shade_colour(colour, 0.82),
        "edgecolor": colour,
        "linewidth": RULE,
        "joinstyle": "round",
        "zorder": 2,
    }
    ax.add_patch(Polygon(corners, **look))
    draw_text(ax, x, y, text, ha="center", zorder=3)


def clip_colour(place: int, of: int) -> str:
    """A colour for a clip by its place in time: the later, the darker, in grey, too."""
    return style.shade_colour("#3b5b8c", 0.62 - 1.12 * place / max(1, of - 1))


def draw_bracket(ax: Axes, x: float, first: float, last: float) -> None:
    """A line at the right of what belongs together, from one height to another."""
    draw_path(ax, [(x - 0.05, first), (x, first), (x, last), (x - 0.05, last)], head=False)


def draw_badge(ax: Axes, x: float, y: float, place: int, of: int) -> None:
    """A clip's place in time, counted from one."""
    colour = clip_colour(place, of)
    ax.add_patch(Circle((x, y), BADGE, facecolor=colour, edgecolor="white", linewidth=RULE, zorder=5))
    ink = style.INK if place < (of - 1) / 2 else "white"
    draw_text(ax, x, y + 0.004, str(place + 1), ha="center", color=ink, weight="bold", zorder=6)


def draw_frame(ax: Axes, image: NDArray[np.uint8], left: float, middle: float, width: float, edge: str = style.INK) -> None:
    """A frame so wide, its middle at a height. Shape: (H, W, 3)."""
    high = width * image.shape[0] / image.shape[1]
    extent = (left, left + width, middle + high / 2, middle - high / 2)
    ax.imshow(image, extent=extent, aspect="auto", interpolation="lanczos", zorder=2)
    ax.add_patch(Rectangle((left, middle - high / 2), width, high, fill=False, edgecolor=edge, linewidth=RULE, zorder=3))


def draw_strip(ax: Axes, frames: NDArray[np.uint8], left: float, middle: float, width: float) -> None:
    """A clip by some of its frames, side by side. Shape: (L, H, W, 3)."""
    each = (width + HAIR) / len(frames)
    for i, image in enumerate(frames):
        draw_frame(ax, image, left + i * each, middle, each - HAIR)
