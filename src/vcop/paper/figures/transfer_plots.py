"""Figure of pretrained weights: a panel for each measure, a row for each network and its weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import dot_plots, style
from vcop.paper.figures.dot_plots import Dot
from vcop.paper.heading import Heading
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.transfer import MEASURES, OWN, Number, Setting, Transfer

LETTER = 3.9  # points: width of a letter of a long name
TITLES = {OWN: f"{OWN}\n", "k-NN": "k-NN\n", "linear": "linear\nprobe"}
FOOTER = (
    "Hollow: random weights. Retrieval: of videos. Labels: fine-tuning on so many of them. Bars are 95 % intervals over seeds and groups of "
    "test videos; upright lines: chance."
)


def draw_transfer(heading: Heading, transfer: Transfer, out: Path, footer: str) -> None:
    """Draw and save the figure.

    Args:
        heading: Printed above.
        transfer: The numbers.
        out: Path of the files without suffix.
        footer: Printed below, before the explanation of the marks.
    """
    networks = list(dict.fromkeys(network for network, _ in transfer.numbers))
    groups = [[s for s in transfer.numbers if s[0] == network] for network in networks]
    heights = dot_plots.row_heights([len(group) for group in groups])
    rows = dict(zip(transfer.numbers, (y for group in heights for y in group), strict=True))
    with style.saved_figure(heading, out, 1.9 + dot_plots.HEIGHT * (heights[-1][-1] + 2)) as figure:
        panels = figure.subplots(1, len(MEASURES))
        for ax, measure in zip(panels, MEASURES, strict=True):
            shown = {setting: numbers[measure] for setting, numbers in transfer.numbers.items() if measure in numbers}
            _draw_panel(ax, shown, rows)
            ax.set_title(_title(measure), size=7, loc="left")
            ax.set_yticks(list(rows.values()), [""] * len(rows))
        panels[0].set_yticks(list(rows.values()), [weights for _, weights in rows], size=7, color=style.INK)
        _name_networks(panels[0], networks, heights, max(len(weights) for _, weights in rows))
        style.draw_footer(figure, f"{footer} {FOOTER}")


def _title(measure: str) -> str:
    """Return the title of a panel, in two lines."""
    if measure.startswith("top"):
        return f"retrieval,\n{measure}"
    return TITLES.get(measure, "\n".join(measure.rsplit(" ", 1)))


def _draw_panel(ax: Axes, shown: dict[Setting, Number], rows: dict[Setting, float]) -> None:
    """Draw a measure: numbers with intervals, and in each row an upright line at chance."""
    dots = [Dot(network, number.measured, weights == RANDOM) for (network, weights), number in shown.items()]
    dot_plots.draw_dots(ax, [rows[setting] for setting in shown], dots, "")
    for setting, number in shown.items():
        y = rows[setting]
        ax.plot([number.chance] * 2, [y - 0.42, y + 0.42], color=style.MUTED, linewidth=1, zorder=0.8)
    ax.set_ylim(max(rows.values()) + 0.7, -0.7)
    top = 10 * ceil(max(number.measured.high for number in shown.values()) / 10)
    ax.set_xlim(0, min(100, top))
    ax.set_xticks([0, min(100, top)])
    ax.tick_params(axis="x", labelsize=7)


def _name_networks(ax: Axes, networks: Sequence[str], heights: Sequence[Sequence[float]], letters: int) -> None:
    """Print the name of each network left of its rows' names."""
    colours = [style.COLOURS.get(network, style.INK) for network in networks]
    names = [labels.NETWORK_LABELS.get(network, network) for network in networks]
    dot_plots.draw_group_names(ax, heights, names, 12 + LETTER * letters, colours)
