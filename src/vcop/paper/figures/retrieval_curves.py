"""Video retrieval accuracy over k on both data sets, random weights against trained ones (CVPR 2019, Figure 5; TMM 2020, Figure 7)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import style
from vcop.paper.heading import Heading
from vcop.paper.measurement import published
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.published import cells
from vcop.paper.pages import retrieval, tables


def draw_retrieval_curves(item: str, heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a panel for each data set, and write the numbers to a CSV file.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv of both data sets.
    """
    table = retrieval.retrieval_table(item, inputs, "video", heading.task)
    tables.save_csv(table, out)
    rows = cells(item, heading.task)
    table = table.assign(
        dataset=[published.dataset_of_cell(c) for c in rows],
        network=[c.network for c in rows],
        random=[c.weights == RANDOM for c in rows],
        k=[int(c.column.removeprefix("Top")) for c in rows],
    )
    with style.saved_figure(heading, out, 3.6) as figure:
        for ax, (dataset, title) in zip(figure.subplots(1, 2, sharey=True), labels.DATASET_LABELS.items(), strict=True):
            _panel(ax, table[table["dataset"] == dataset])
            ax.set_title(title)
        figure.axes[0].set_ylabel("right within the k nearest videos (%)")
        figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)


def _panel(ax: Axes, table: pd.DataFrame) -> None:
    """Draw one data set: a line for each network with random and with trained weights, and chance."""
    for column, (network, name) in enumerate(labels.NETWORK_LABELS.items()):
        for random in (True, False):
            row = table[(table["network"] == network) & (table["random"] == random)]
            x = [i + 0.09 * (column - 1) for i in range(len(row))]
            y, low, high = (pd.to_numeric(row[c]).to_numpy() for c in ("measured", "low", "high"))
            ax.errorbar(
                x, y, yerr=[y - low, high - y], color=style.COLOURS[network], marker=style.MARKERS[network],
                linestyle="--" if random else "-", markerfacecolor="white" if random else None,
                elinewidth=0.8, clip_on=False, label=f"{name}{', random' if random else ', trained'}",
            )  # fmt: skip
    ks = list(dict.fromkeys(table["k"]))
    # Neighbouring videos all differ, so that chance is the same for all networks and weights.
    chance = [table[table["k"] == k][retrieval.CHANCE].astype(float).mean() for k in ks]
    ax.plot(range(len(ks)), chance, color=style.MUTED, linestyle=":", linewidth=1, label="chance", zorder=0)
    ax.set_xticks(range(len(ks)), [str(k) for k in ks])
    ax.set_xlabel("k")
    ax.set_ylim(0, 100)
