"""TMM 2020, Figure 10: action recognition when the layers before a split point are frozen.

The paper's numbers, read from its figure, beside ours, which are computed from the predictions of ``vcop finetune``.
"""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper.figures import style
from vcop.paper.heading import Heading
from vcop.paper.pages import recognition, retrieval, tables

TITLE = "Figure 10 (TMM 2020). Fine-tuning R3D 16-8-3 from different layers on, UCF101"
CAPTION = (
    "The layers before the one named are frozen, weights and BatchNorm statistics; conv1: none is. Split 1 for all five, the same "
    "test videos; bars are 95 % intervals over seeds and groups of videos. The paper prints its numbers beside the points; its 65 may be a mark of the y axis "
    "and not the number of conv3, which is then unknown."
)
DOUBTFUL = "conv3"  # its published number may be a mark of the axis


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw our accuracies at the left and the paper's at the right.

    Inputs: results/recognition/ucf101-1/r3d/16-8-3/from-{layer}/seed-{seed}.csv of all five layers.
    """
    chance = retrieval.chance_of_classes(retrieval.count_classes(inputs, "recognition/"))
    table = recognition.recognition_table("tmm2020_figure10", inputs, heading.task)
    tables.save_csv(table, out)
    numbers = table.set_index("column")[["published", "measured", "low", "high"]].astype(float)
    # Both y axes span the same number of points, so that slopes can be compared.
    spans = [numbers[high].max() - numbers[low].min() for low, high in (("low", "high"), ("published", "published"))]
    with style.saved_figure(heading, out, 3.5) as figure:
        measured, published = figure.subplots(1, 2)
        bars = [numbers["measured"] - numbers["low"], numbers["high"] - numbers["measured"]]
        measured.errorbar(
            numbers.index, numbers["measured"], yerr=bars, color=style.COLOURS["r3d"], marker="s", elinewidth=0.8
        )
        measured.set_title(f"Measured, {table['n'].iloc[0]} test videos")
        measured.set_ylabel("accuracy (%)")
        sure = numbers["published"].where(numbers.index != DOUBTFUL)  # a gap where the number is in doubt
        published.plot(sure, color=style.MUTED, marker="D", markerfacecolor="white", linestyle="--")
        published.plot(DOUBTFUL, numbers.loc[DOUBTFUL, "published"], color=style.MUTED, marker="$?$", markersize=7)
        published.set_title("Published, read from the paper's figure")
        _finish(measured, numbers["measured"], numbers["low"], numbers["high"], max(spans))
        _finish(published, numbers["published"], numbers["published"], numbers["published"], max(spans))
        below = _draw_chance(measured, chance)
        published.set_ylim(published.get_ylim()[0] - below, None)
        style.draw_footer(figure, CAPTION)


def _draw_chance(ax: Axes, chance: float) -> float:
    """Draw chance as a dotted line with its number; if it lies far below the axis, name it there, since slopes would become flat.

    Returns:
        By how many points the axis has become longer at its lower end.
    """
    low, high = ax.get_ylim()
    near = low - chance < (high - low) / 2
    bottom = min(low, 0.8 * chance) if near else low
    ax.set_ylim(bottom, high)
    if near:
        ax.axhline(chance, color=style.MUTED, linestyle=":", linewidth=1, zorder=0)
    words = f"chance {chance:.1f}" if near else f"chance {chance:.1f}, below this axis"
    ax.annotate(
        words, (0, chance if near else low), xycoords=("axes fraction", "data"), xytext=(4, 3), textcoords="offset points", size=7,
        color=style.MUTED,
    )  # fmt: skip
    return low - bottom


def _finish(ax: Axes, values: pd.Series, low: pd.Series, high: pd.Series, span: float) -> None:
    """Set the limits around the values, and print each value above its point."""
    height = min(1.3 * max(span, 1), 104)
    bottom = max(0, min((low.min() + high.max() - height) / 2, 104 - height))
    ax.set_ylim(bottom, bottom + height)
    ax.set_xlim(-0.4, len(values) - 0.6)
    ax.set_xlabel("fine-tuned from")
    for x, (value, top) in enumerate(zip(values, high, strict=True)):
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
        ax.annotate(f"{value:.1f}", (x, top), xytext=(0, 7), textcoords="offset points", size=7, ha="center", bbox=box)
