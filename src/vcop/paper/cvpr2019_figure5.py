"""CVPR 2019, Figure 5: video retrieval on both data sets, random weights against trained ones."""

from pathlib import Path

import pandas as pd

from vcop.files import write_text
from vcop.paper import retrieval_tables, style
from vcop.paper.tables import Heading

TITLE = "Figure 5 (CVPR 2019). Video retrieval results"
CAPTION = "Video level: the mean of a video's ten clip features; bars are 95 % intervals over videos; dotted: k guesses, all classes alike."


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv for both data sets."""
    table = retrieval_tables.measure("cvpr2019_figure5", inputs, "video", heading.task)
    write_text(out.with_suffix(".csv"), table.to_csv(index=False, lineterminator="\n"))
    with style.figure(heading, out, 3.6) as figure:
        for ax, (dataset, title) in zip(figure.subplots(1, 2, sharey=True), retrieval_tables.TITLES.items(), strict=True):
            for place, (network, name) in enumerate(style.NETWORKS.items()):
                for random in (True, False):
                    row = table[table["row"] == f"{title} {name}{' (random)' if random else ''}"]
                    x = [i + 0.09 * (place - 1) for i in range(len(row))]
                    y, low, high = (pd.to_numeric(row[c]).to_numpy() for c in ("measured", "low", "high"))
                    ax.errorbar(
                        x, y, yerr=[y - low, high - y], color=style.COLOURS[network], marker=style.MARKERS[network],
                        linestyle="--" if random else "-", markerfacecolor="white" if random else None,
                        elinewidth=0.8, clip_on=False, label=f"{name}{', random' if random else ', trained'}",
                    )  # fmt: skip
            ax.set_title(title)
            ks = [int(c.removeprefix("Top")) for c in dict.fromkeys(table["column"])]
            classes = pd.read_csv(next(p for p in inputs if f"/{dataset}/" in p.as_posix()))["class"].nunique()
            chance = [100 * (1 - (1 - 1 / classes) ** k) for k in ks]
            ax.plot(range(len(ks)), chance, color=style.MUTED, linestyle=":", linewidth=1, label="chance", zorder=0)
            ax.set_xticks(range(len(ks)), [str(k) for k in ks])
            ax.set_xlabel("k")
            ax.set_ylim(0, 100)
        figure.axes[0].set_ylabel("right within the k nearest videos (%)")
        figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)
