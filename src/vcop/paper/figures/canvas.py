"""Drawing of schematic figures: boxes, arrows and video frames on a sheet (Figures 1 to 3 of both papers).

All positions and sizes are in inches; y grows downwards from the top of the sheet.
"""

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
LINE = 0.125  # inches: height of a line of the footer
MARGIN = 0.057  # inches: left edge of the heading
RULE = 0.8  # points: width of every line and edge
BADGE = 0.075  # inches: radius of the circle with a clip's number
HAIR = 0.018  # inches: gap between two frames of a clip
Point = tuple[float, float]


@contextmanager
def sheet(heading: Heading, out: Path, height: float, footer: str) -> Iterator[Axes]:
    """Open an empty sheet between a heading and a footer; save the figure as ``style.saved_figure`` does.

    Args:
        heading: Printed above the sheet.
        out: Path of the figure without its suffix.
        height: Inches of the sheet.
        footer: Text below the sheet, of any length.
    """
    foot = 0.1 + LINE * len(textwrap.wrap(footer, style.LETTERS))
    with style.saved_figure(heading, out, HEADING + height + foot) as figure:
        figure.set_layout_engine("none")  # all positions are given
        whole = figure.get_figheight()
        ax = figure.add_axes((0, foot / whole, 1, height / whole))
        ax.set(xlim=(0, style.WIDE), ylim=(height, 0), xticks=[], yticks=[])
        ax.patch.set_visible(False)
        ax.spines[:].set_visible(False)
        ax.grid(visible=False)
        style.draw_footer(figure, footer)
        yield ax


def draw_text(ax: Axes, x: float, y: float, text: str, **options: Any) -> None:
    """Write text with its left end at x and its middle at y; ``options`` are those of ``Axes.text``."""
    ax.text(x, y, text, **{"size": 7, "va": "center", **options})


def draw_title(ax: Axes, x: float, y: float, text: str) -> None:
    """Write the title of a part of the sheet."""
    draw_text(ax, x, y, text, size=8, weight="bold")


def draw_arrow(ax: Axes, start: Point, end: Point, *, head: bool = True, **options: Any) -> None:
    """Draw an arrow, or without ``head`` a line; ``options`` are those of ``FancyArrowPatch``."""
    options = {"color": style.MUTED, "linewidth": RULE, "shrinkA": 0, "shrinkB": 0, "zorder": 1, **options}
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>" if head else "-", mutation_scale=6, **options))


def draw_path(ax: Axes, corners: Sequence[Point], *, head: bool = True) -> None:
    """Draw an arrow along straight lines from corner to corner."""
    for i, (start, end) in enumerate(pairwise(corners), start=2):
        draw_arrow(ax, start, end, head=head and i == len(corners), capstyle="projecting")


def draw_box(
    ax: Axes, middle: Point, size: Point, text: str = "", *, fill: str = "white", edge: str = style.MUTED, corner: float = 0.04
) -> None:
    """Draw a box with text in its middle; ``corner`` is the radius of its corners."""
    (x, y), (width, height) = middle, size
    shape = BoxStyle.Round(pad=0, rounding_size=corner) if corner else BoxStyle.Square(pad=0)
    look: Any = {"facecolor": fill, "edgecolor": edge, "linewidth": RULE, "zorder": 2}
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, shape, **look))
    if text:
        draw_text(ax, x, y, text, ha="center", zorder=3)


def draw_cell(ax: Axes, middle: Point, size: Point, text: str) -> None:
    """Draw a feature vector: a box whose square corners leave no gap to the next one."""
    draw_box(ax, middle, size, text, corner=0)


def draw_bar(ax: Axes, left: float, middle: float, length: float, height: float, colour: str) -> None:
    """Draw a number as a horizontal bar from ``left``, its middle at the height ``middle``."""
    ax.add_patch(Rectangle((left, middle - height / 2), length, height, facecolor=colour, linewidth=0, zorder=2))


def draw_ring(ax: Axes, middle: Point, size: float, sign: str) -> None:
    """Draw an operation, such as a sum, as its sign in a circle of diameter ``size``."""
    ax.add_patch(Circle(middle, size / 2, facecolor="white", edgecolor=style.MUTED, linewidth=RULE, zorder=2))
    draw_text(ax, *middle, sign, ha="center", size=9, zorder=3)


def draw_cuboid(ax: Axes, middle: Point, kernel: Sequence[int], unit: float, colour: str) -> None:
    """Draw a kernel t x d x d as a cuboid: t deep, d high and wide, ``unit`` inches a side."""
    deep, high, wide = (unit * side for side in kernel)
    slant = 0.55 * deep  # depth is drawn to the right and upwards
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
    """Draw a network as a funnel, wide at its input on the left and narrow at its output on the right."""
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


def clip_colour(position: int, count: int) -> str:
    """Return the colour of the clip at a position in time, from 0, among ``count``: later ones are darker, in grey prints, too."""
    return style.shade_colour("#3b5b8c", 0.62 - 1.12 * position / max(1, count - 1))


def draw_bracket(ax: Axes, x: float, first: float, last: float) -> None:
    """Draw a bracket at the right of what belongs together, from one height to another."""
    draw_path(ax, [(x - 0.05, first), (x, first), (x, last), (x - 0.05, last)], head=False)


def draw_badge(ax: Axes, x: float, y: float, position: int, count: int) -> None:
    """Draw a clip's number: its position in time among ``count``, printed from one."""
    colour = clip_colour(position, count)
    ax.add_patch(Circle((x, y), BADGE, facecolor=colour, edgecolor="white", linewidth=RULE, zorder=5))
    ink = style.INK if position < (count - 1) / 2 else "white"
    draw_text(ax, x, y + 0.004, str(position + 1), ha="center", color=ink, weight="bold", zorder=6)


def draw_frame(ax: Axes, image: NDArray[np.uint8], left: float, middle: float, width: float, edge: str = style.INK) -> None:
    """Draw a video frame, its middle at the height ``middle``, its height by its aspect ratio. Shape of image: (H, W, 3)."""
    high = width * image.shape[0] / image.shape[1]
    extent = (left, left + width, middle + high / 2, middle - high / 2)
    ax.imshow(image, extent=extent, aspect="auto", interpolation="lanczos", zorder=2)
    ax.add_patch(Rectangle((left, middle - high / 2), width, high, fill=False, edgecolor=edge, linewidth=RULE, zorder=3))


def draw_strip(ax: Axes, frames: NDArray[np.uint8], left: float, middle: float, width: float) -> None:
    """Draw frames of a clip side by side, ``width`` inches in total. Shape of frames: (L, H, W, 3)."""
    each = (width + HAIR) / len(frames)
    for i, image in enumerate(frames):
        draw_frame(ax, image, left + i * each, middle, each - HAIR)
