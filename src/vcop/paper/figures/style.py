"""One look for all figures: legible in print, told apart by colour-blind readers and in grey."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_hex, to_rgb
from matplotlib.layout_engine import ConstrainedLayoutEngine

from vcop.paper.heading import Heading
from vcop.runtime.atomic_files import atomic_write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GREEN = "#1c2430", "#5b6675", "#1a7f37"
# Okabe and Ito's colours; each network has its own marker, too.
COLOURS = {"c3d": "#0072b2", "r3d": "#d55e00", "r21d": "#009e73"}
MARKERS = {"c3d": "o", "r3d": "s", "r21d": "^"}
WIDE = 7.16  # inches: both columns of either paper
LETTERS = 136  # of 7 points fit into a line of that width

RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#dfe4ea",
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "figure.dpi": 100,
    "savefig.dpi": 220,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "vcop",  # names within the file are the same in every run
}
# Without dates and versions, equal results give equal files.
FILES: Any = {
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    ".svg": {"Date": None, "Creator": None},
}


@contextmanager
def saved_figure(heading: Heading, out: Path, height: float, *, room: float = 0.46) -> Iterator[Figure]:
    """A figure as wide as a page with its heading; saved as ``out``.png, .pdf and .svg when the block ends well.

    ``room``: inches kept free above for the heading; a longer one makes the figure higher.
    """
    of = textwrap.wrap(heading.measured_on, LETTERS)
    more = 0.12 * (len(of) - 1)
    height, room = height + more, room + more
    with plt.rc_context(RC):
        made = plt.figure(figsize=(WIDE, height))
        made.set_layout_engine(ConstrainedLayoutEngine(rect=(0, 0, 1, 1 - room / height)))
        made.text(0.008, 1 - 0.06 / height, heading.title, weight="bold", size=10, va="top")
        made.text(0.008, 1 - 0.25 / height, "\n".join(of), size=7, va="top", color="#8a4b00")
        yield made
        for suffix, about in FILES.items():
            with atomic_write(out.with_suffix(suffix)) as unfinished:
                made.savefig(unfinished, format=suffix[1:], metadata=about)
        plt.close(made)


def draw_footer(figure: Figure, text: str) -> None:
    """Words below all panels, in lines as wide as the page."""
    figure.supxlabel(textwrap.fill(text, LETTERS), size=7, x=0.008, ha="left", color=MUTED)


def shade_colour(colour: str, share: float) -> str:
    """A colour mixed with white (share > 0) or with black (share < 0)."""
    red, green, blue = (c + (1 - c) * share if share > 0 else c * (1 + share) for c in to_rgb(colour))
    return to_hex((red, green, blue))


def spread_labels(places: Sequence[float], gap: float, lowest: float = -math.inf) -> list[float]:
    """Places for labels: as near to ``places`` as they can be ``gap`` apart, in the same order."""
    groups: list[list[int]] = []
    middles: list[float] = []
    for i in sorted(range(len(places)), key=places.__getitem__):
        groups.append([i])
        middles.append(max(places[i], lowest))
        while len(groups) > 1 and middles[-1] - middles[-2] < gap * (len(groups[-1]) + len(groups[-2])) / 2:
            last, wanted = groups.pop(), middles.pop()
            both = len(groups[-1]) + len(last)
            middle = (middles[-1] * len(groups[-1]) + wanted * len(last)) / both
            groups[-1] += last
            middles[-1] = max(middle, lowest + gap * (both - 1) / 2)
    put = {i: m + gap * (k - (len(g) - 1) / 2) for g, m in zip(groups, middles, strict=True) for k, i in enumerate(g)}
    return [put[i] for i in range(len(places))]


def draw_end_labels(ax: Axes, labels: Sequence[tuple[str, float, str]], gap: float) -> None:
    """Names (name, height, colour) right of the axes where their lines end, at least a share ``gap`` of its height apart."""
    low, high = ax.get_ylim()
    for (name, _, colour), y in zip(labels, spread_labels([y for _, y, _ in labels], gap * (high - low), low), strict=True):
        ax.annotate(
            name, (1, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", size=7, color=colour, annotation_clip=False,
        )  # fmt: skip


def draw_picture(ax: Axes, image: object, label: str = "", *, right: bool | None = None, query: bool = False) -> None:
    """A video's frame with its class beneath: green and ticked where right."""
    ax.imshow(image, interpolation="lanczos", aspect="equal")  # type: ignore[arg-type]
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    colour = GREEN if right else INK
    text = f"{label} ✓" if right else label
    ax.set_xlabel(text, size=7, color=colour, weight="bold" if right else "normal", labelpad=2)
    for spine in ax.spines.values():
        spine.set(visible=bool(right or query), color=GREEN if right else INK, linewidth=1.4 if right else 0.8)
