"""Look of all figures: legible in print, in grey and for colour-blind readers; and how they are saved."""

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
from matplotlib.transforms import Bbox

from vcop.paper.heading import Heading
from vcop.runtime.atomic_files import atomic_write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GREEN = "#1c2430", "#5b6675", "#1a7f37"
# Okabe and Ito's colours; each network has its own marker, too.
COLOURS = {"c3d": "#0072b2", "r3d": "#d55e00", "r21d": "#009e73"}
MARKERS = {"c3d": "o", "r3d": "s", "r21d": "^"}
WIDE = 7.16  # inches: width of a page, both columns of either paper
LETTERS = 136  # letters of 7 points that fit into a line of that width

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
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "vcop",  # identifiers within the file are the same in every run
}
# Metadata without dates and versions, so that equal results give equal files.
FILES: Any = {
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    ".svg": {"Date": None, "Creator": None},
}


class RoundedLayoutEngine(ConstrainedLayoutEngine):
    """Constrained layout with rounded positions: the last digits of its solver depend on addresses in memory, and pixels on them."""

    def execute(self, fig: Figure) -> Any:
        """Lay out a figure."""
        grids = super().execute(fig)
        for ax in fig.axes:
            bounds = (round(value, 9) for value in ax.get_position(original=True).bounds)
            ax._set_position(Bbox.from_bounds(*bounds), which="original")  # type: ignore[attr-defined] # noqa: SLF001 # the public way ends the layout
        return grids


@contextmanager
def saved_figure(heading: Heading, out: Path, height: float, *, room: float = 0.46) -> Iterator[Figure]:
    """Open a figure as wide as a page, with its heading; save it as .png, .pdf and .svg unless the block raises an error.

    Args:
        heading: Printed above; a long one makes the figure higher.
        out: Path of the files without suffix.
        height: Inches of the figure with a heading of two lines.
        room: Inches of that height that the heading takes.
    """
    lines = textwrap.wrap(heading.measured_on, LETTERS)
    more = 0.12 * (len(lines) - 1)
    height, room = height + more, room + more
    with plt.rc_context():
        mpl.rcdefaults()  # a matplotlibrc of the user, or in the study's folder, changes no figure
        mpl.rcParams.update(RC)
        figure = plt.figure(figsize=(WIDE, height))
        figure.set_layout_engine(RoundedLayoutEngine(rect=(0, 0, 1, 1 - room / height)))
        figure.text(0.008, 1 - 0.06 / height, heading.title, weight="bold", size=10, va="top")
        figure.text(0.008, 1 - 0.25 / height, "\n".join(lines), size=7, va="top", color="#8a4b00")
        yield figure
        for suffix, metadata in FILES.items():
            with atomic_write(out.with_suffix(suffix)) as unfinished:
                figure.savefig(unfinished, format=suffix[1:], metadata=metadata)
        plt.close(figure)


def draw_footer(figure: Figure, text: str) -> None:
    """Print text below all panels, in lines as wide as the page."""
    figure.supxlabel(textwrap.fill(text, LETTERS), size=7, x=0.008, ha="left", color=MUTED)


def shade_colour(colour: str, share: float) -> str:
    """Return a colour mixed with white (share > 0) or with black (share < 0); a share of 1 or -1 is white or black."""
    red, green, blue = (c + (1 - c) * share if share > 0 else c * (1 + share) for c in to_rgb(colour))
    return to_hex((red, green, blue))


def spread_labels(positions: Sequence[float], gap: float, lowest: float = -math.inf) -> list[float]:
    """Move labels apart until none are closer than ``gap``, each as little as possible, and keep their order.

    Labels that would overlap become a group, centred on the mean of its wanted positions; groups that then overlap are merged.

    Args:
        positions: Wanted positions, in any order.
        gap: Smallest distance of two labels.
        lowest: Smallest position that a label may get.

    Returns:
        A position for each label, in the order of ``positions``.
    """
    groups: list[list[int]] = []
    middles: list[float] = []
    for i in sorted(range(len(positions)), key=positions.__getitem__):
        groups.append([i])
        middles.append(max(positions[i], lowest))
        while len(groups) > 1 and middles[-1] - middles[-2] < gap * (len(groups[-1]) + len(groups[-2])) / 2:
            last, wanted = groups.pop(), middles.pop()
            both = len(groups[-1]) + len(last)
            middle = (middles[-1] * len(groups[-1]) + wanted * len(last)) / both
            groups[-1] += last
            middles[-1] = max(middle, lowest + gap * (both - 1) / 2)
    moved = {i: m + gap * (k - (len(g) - 1) / 2) for g, m in zip(groups, middles, strict=True) for k, i in enumerate(g)}
    return [moved[i] for i in range(len(positions))]


def draw_end_labels(ax: Axes, labels: Sequence[tuple[str, float, str]], gap: float) -> None:
    """Print the names of lines right of the axes, where the lines end.

    Args:
        ax: Axes; their limits must be final.
        labels: Name, y value and colour of each line.
        gap: Smallest distance of two names, as a share of the axes' height.
    """
    low, high = ax.get_ylim()
    for (name, _, colour), y in zip(labels, spread_labels([y for _, y, _ in labels], gap * (high - low), low), strict=True):
        ax.annotate(
            name, (1, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            va="center", size=7, color=colour, annotation_clip=False,
        )  # fmt: skip


def draw_picture(ax: Axes, image: object, label: str = "", *, right: bool | None = None, query: bool = False) -> None:
    """Draw a video frame with its class below.

    Args:
        ax: Axes that become the picture.
        image: Frame. Shape: (H, W, 3).
        label: Class of the video.
        right: Whether the retrieved video has the query's class: green frame, bold and ticked label. None or False: plain.
        query: Whether the video is the query, which has a thin frame.
    """
    ax.imshow(image, interpolation="lanczos", aspect="equal")  # type: ignore[arg-type]
    ax.set_xticks([])
    ax.set_yticks([])
    ax.grid(visible=False)
    colour = GREEN if right else INK
    text = f"{label} ✓" if right else label
    ax.set_xlabel(text, size=7, color=colour, weight="bold" if right else "normal", labelpad=2)
    for spine in ax.spines.values():
        spine.set(visible=bool(right or query), color=GREEN if right else INK, linewidth=1.4 if right else 0.8)
