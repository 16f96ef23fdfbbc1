"""TMM 2020, Figure 6: clip retrieval on UCF101 by interval and tuple length.

The paper prints no numbers in it. Ours are computed from the ranks of ``vcop retrieve`` and drawn with random weights and chance.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from vcop.paper import labels
from vcop.paper.figures import style
from vcop.paper.heading import Heading
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.published import cells
from vcop.paper.pages import retrieval, sample_curriculum, tables
from vcop.sampling.tasks import Task

TITLE = "Figure 6 (TMM 2020). Clip retrieval on UCF101 by interval and tuple length"
CAPTION = (
    "Right if the class of a test clip is among the k nearest training clips; bars and bands are 95 % intervals over videos. The "
    "values at it = 8 are Table II's. Dashes: chance of the same weights, with the classes dealt out anew among the training videos."
)
ITEM = "tmm2020_figure6"
LENGTHS = [3, 4, 5]
# By interval and variant of a task: its name in the legend, and options that differ from the network's line.
LOOKS: dict[tuple[int, str], tuple[str, dict[str, Any]]] = {
    (8, ""): ("it = 8", {"linestyle": "-"}),
    (16, ""): ("it = 16", {"linestyle": "--", "markerfacecolor": "white"}),
    (8, "hard"): ("16-8-3*", {"linestyle": "", "marker": "*", "markersize": 7, "color": style.INK}),
}

CHANCE_LOOK: dict[str, Any] = {"linestyle": "", "marker": "_", "markersize": 9, "markeredgewidth": 1.2, "color": style.MUTED}


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a row for each k and a column for each network.

    Inputs: results/retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv and
    results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    mined = sample_curriculum.read_mined(ITEM, inputs)
    table = retrieval.retrieval_table(ITEM, inputs, "clip", heading.task, "ucf101")
    tables.save_csv(table, out)
    rows = cells(ITEM)
    numbers = table[["measured", "low", "high", retrieval.CHANCE]].astype(float)
    numbers = numbers.assign(network=[c.network for c in rows], weights=[c.weights for c in rows], k=table["column"])
    with style.saved_figure(heading, out, 6.2) as figure:
        ks = list(dict.fromkeys(numbers["k"]))
        grid = figure.subplots(len(ks), len(labels.NETWORK_LABELS), sharex=True, sharey="row", gridspec_kw={"hspace": 0.06})
        for row, k in zip(grid, ks, strict=True):
            _draw_row(row, numbers[numbers["k"] == k], int(k.removeprefix("Top")))
        for top, bottom, name in zip(grid[0], grid[-1], labels.NETWORK_LABELS.values(), strict=True):
            top.set_title(name)
            bottom.set_xlabel("clips a tuple (tl)")
        lines, names = _legend()
        names = [f"{name}: {mined.short}" if name == LOOKS[8, "hard"][0] else name for name in names]
        figure.legend(lines, names, loc="outside lower center", ncols=3, fontsize=7)


def _draw_row(axes: Sequence[Axes], numbers: pd.DataFrame, k: int) -> None:
    """Draw all networks at one k, with the same y axis."""
    for ax, network in zip(axes, labels.NETWORK_LABELS, strict=True):
        _draw_panel(ax, numbers[numbers["network"] == network], network)
    axes[0].set_ylabel(f"top {k} (%)")
    axes[0].set_ylim(0, 1.08 * numbers[[retrieval.CHANCE, "high"]].max().max())


def _draw_panel(ax: Axes, numbers: pd.DataFrame, network: str) -> None:
    """Draw one network at one k: a line for each interval, over a band for random weights."""
    by_weights = numbers.set_index("weights")
    random = by_weights.loc[[RANDOM]].iloc[0]
    ax.axhspan(random["low"], random["high"], color=style.MUTED, alpha=0.2, linewidth=0)
    ax.axhline(random["measured"], color=style.MUTED, linewidth=1)
    ax.axhline(random[retrieval.CHANCE], color=style.MUTED, linestyle=":", linewidth=1, zorder=0)
    tasks = {weights: Task.parse(weights) for weights in by_weights.index if weights != RANDOM}
    for (kind, (_, options)), shift in zip(LOOKS.items(), (-0.08, 0.08, 0.24), strict=True):
        line = by_weights.loc[[weights for weights, task in tasks.items() if (task.interval, task.variant) == kind]]
        if line.empty:
            continue
        bars = [line["measured"] - line["low"], line["high"] - line["measured"]]
        x = [tasks[weights].tuple_length + shift for weights in line.index]
        own = {"color": style.COLOURS[network], "marker": style.MARKERS[network]}
        ax.errorbar(x, line["measured"], yerr=bars, elinewidth=0.8, clip_on=False, **own | options)
        ax.plot(x, line[retrieval.CHANCE], **CHANCE_LOOK)
    ax.set_xticks(LENGTHS)
    ax.set_xlim(2.6, 5.4)


def _legend() -> tuple[list[Line2D], list[str]]:
    """Return lines and names of the legend: intervals and variants; the networks are the columns."""
    ink: dict[str, Any] = {"color": style.INK, "marker": "o"}
    lines = [Line2D([], [], **ink | options) for _, options in LOOKS.values()]
    lines += [Line2D([], [], color=style.MUTED, linewidth=1), Line2D([], [], color=style.MUTED, linestyle=":", linewidth=1)]
    lines.append(Line2D([], [], **CHANCE_LOOK))
    return lines, [*(name for name, _ in LOOKS.values()), "random weights", "their chance", "chance of the trained weights"]
