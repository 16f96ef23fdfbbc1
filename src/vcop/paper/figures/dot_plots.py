"""Rows of dots with their intervals, in groups, and what is printed beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from vcop.paper.figures import style
from vcop.paper.measurement.scores import Measured

GAP = 0.7  # rows between two groups
HEIGHT = 0.165  # inches a row
INDENT = 24  # points from the axes to where a number ends
NUMBERS = ["measured", "low", "high", "n", "seeds", "spread"]


@dataclass(frozen=True)
class Dot:
    """A measured number of a network; hollow where it is of random weights. ``text`` stands right of the number."""

    network: str
    measured: Measured
    hollow: bool = False
    text: str = ""


def row_heights(groups: Sequence[int]) -> list[list[float]]:
    """Heights of the rows of groups of so many, from the top (0) downwards."""
    out: list[list[float]] = []
    for count in groups:
        first = out[-1][-1] + 1 + GAP if out else 0.0
        out.append([first + i for i in range(count)])
    return out


def draw_dots(ax: Axes, heights: Sequence[float], dots: Sequence[Dot], head: str) -> None:
    """A dot a row with a bar for its interval, and right of the axes its number and its text, the latter under ``head``."""
    for y, dot in zip(heights, dots, strict=True):
        m, colour = dot.measured, style.COLOURS[dot.network]
        ax.plot([m.low, m.high], [y, y], color=colour, linewidth=1)
        fill = "white" if dot.hollow else colour
        ax.plot(m.value, y, marker=style.MARKERS[dot.network], markersize=4, color=colour, markerfacecolor=fill, clip_on=False)
        _beside(ax, y, f"{m.value:.1f}", INDENT, style.INK, ha="right")
        _beside(ax, y, dot.text, INDENT + 8, style.INK)
    ax.set_ylim(heights[-1] + 0.7, -0.7)
    _beside(ax, -1.4, "%", INDENT, style.MUTED, ha="right")
    _beside(ax, -1.4, head, INDENT + 8, style.MUTED)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def draw_group_names(
    ax: Axes, heights: Sequence[Sequence[float]], names: Sequence[str], points: float, colours: Sequence[str]
) -> None:
    """A name a group so many points left of the axes, at the height of its first row."""
    for (first, *_), name, colour in zip(heights, names, colours, strict=True):
        ax.annotate(
            name, (0, first), xycoords=("axes fraction", "data"), xytext=(-points, 0), textcoords="offset points",
            va="center", ha="right", size=7, weight="bold", color=colour, annotation_clip=False,
        )  # fmt: skip


def _beside(ax: Axes, y: float, text: str, points: float, colour: str, **how: Any) -> None:
    """Text at a row's height, so many points right of the axes."""
    ax.annotate(
        text, (1, y), xycoords=("axes fraction", "data"), xytext=(points, 0), textcoords="offset points", va="center", size=7,
        color=colour, annotation_clip=False, **how,
    )  # fmt: skip


def csv_numbers(m: Measured) -> list[object]:
    """What a CSV says under ``NUMBERS`` and, where there is a difference, under three columns more."""
    gain = m.gain.texts if m.gain else [""] * 3
    return [*m.texts, m.n, m.seeds, "" if m.spread is None else f"{m.spread:.2f}", *gain]
