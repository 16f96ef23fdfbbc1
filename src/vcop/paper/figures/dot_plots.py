"""Dot plots: a row for each number with its interval, in groups, and the numbers printed beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from vcop.paper.figures import style
from vcop.paper.measurement.scores import Measured
from vcop.paper.pages.tables import format_points

GAP = 0.7  # rows: space between two groups
HEIGHT = 0.165  # inches: height of a row
INDENT = 24  # points: from the axes to the right end of a number
NUMBERS = ["measured", "low", "high", "n", "seeds", "spread"]


@dataclass(frozen=True)
class Dot:
    """Measured number of a network, or of something without a network; hollow for random weights. ``text`` is printed right of the number."""

    network: str
    measured: Measured
    hollow: bool = False
    text: str = ""


def row_heights(groups: Sequence[int]) -> list[list[float]]:
    """Return the y positions of rows, group by group, from 0 downwards.

    Args:
        groups: Number of rows in each group.
    """
    heights: list[list[float]] = []
    for count in groups:
        first = heights[-1][-1] + 1 + GAP if heights else 0.0
        heights.append([first + i for i in range(count)])
    return heights


def draw_dots(ax: Axes, heights: Sequence[float], dots: Sequence[Dot], title: str) -> None:
    """Draw a dot and its interval in each row, and print its number and its text right of the axes.

    Args:
        ax: Axes whose x axis is in percent.
        heights: y position of each dot.
        dots: What to draw.
        title: Printed above the texts of the dots.
    """
    for y, dot in zip(heights, dots, strict=True):
        m, colour = dot.measured, style.COLOURS.get(dot.network, style.INK)
        ax.plot([m.low, m.high], [y, y], color=colour, linewidth=1)
        fill = "white" if dot.hollow else colour
        ax.plot(
            m.value,
            y,
            marker=style.MARKERS.get(dot.network, "D"),
            markersize=4,
            color=colour,
            markerfacecolor=fill,
            clip_on=False,
        )
        _beside(ax, y, f"{m.value:.1f}", INDENT, style.INK, ha="right")
        _beside(ax, y, dot.text, INDENT + 8, style.INK)
    ax.set_ylim(heights[-1] + 0.7, -0.7)
    _beside(ax, -1.4, "%", INDENT, style.MUTED, ha="right")
    _beside(ax, -1.4, title, INDENT + 8, style.MUTED)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def draw_group_names(
    ax: Axes, heights: Sequence[Sequence[float]], names: Sequence[str], points: float, colours: Sequence[str]
) -> None:
    """Print the name of each group at its first row, ``points`` left of the axes."""
    for (first, *_), name, colour in zip(heights, names, colours, strict=True):
        ax.annotate(
            name, (0, first), xycoords=("axes fraction", "data"), xytext=(-points, 0), textcoords="offset points",
            va="center", ha="right", size=7, weight="bold", color=colour, annotation_clip=False,
        )  # fmt: skip


def _beside(ax: Axes, y: float, text: str, points: float, colour: str, **options: Any) -> None:
    """Print text in the row at y, ``points`` right of the axes."""
    ax.annotate(
        text, (1, y), xycoords=("axes fraction", "data"), xytext=(points, 0), textcoords="offset points", va="center", size=7,
        color=colour, annotation_clip=False, **options,
    )  # fmt: skip


def gain_text(measured: Measured) -> str:
    """Return the gain of a number with its interval, as printed beside a dot; empty if there is no gain."""
    return format_points(*measured.gain.numbers) if measured.gain else ""


def csv_numbers(measured: Measured) -> list[object]:
    """Return the cells of a CSV row: those under ``NUMBERS``, then the gain and its interval, empty if there is no gain."""
    gain = measured.gain.texts if measured.gain else [""] * 3
    spread = "" if measured.spread is None else f"{measured.spread:.2f}"
    return [*measured.texts, measured.n, measured.seeds, spread, *gain]
