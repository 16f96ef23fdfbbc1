"""Beyond the papers: video retrieval by networks beside descriptors without a network, and beside a supervised network.

The papers compare with random weights. A descriptor of motion that nothing has trained, and a network that has seen the labels, say
how much there is to gain. From the neighbours of ``vcop retrieve`` and ``vcop baselines``.
"""

from collections.abc import Callable
from itertools import product
from math import ceil
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import dot_plots, style
from vcop.paper.figures.dot_plots import Dot
from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.scores import Measured, Scores, group_runs, retrieval_at
from vcop.paper.pages import retrieval, tables

TITLE = "Beyond the papers. Video retrieval beside descriptors and supervision"
CAPTION = (
    "Top 1 of videos; right of it top 5. Diamonds: descriptors without a network, motion energy among them. Hollow: random weights. "
    "Supervised: random weights that were fine-tuned on the actions of UCF101 split 1, labels of the gallery among them. Bars are 95 % "
    "intervals; dotted: chance, the classes dealt out anew among the training videos."
)
DESCRIPTORS = ("motion energy", "single frame", "colour histogram")
NONE = "no network"
SUPERVISED = "supervised"
KS = (1, 5, 10, 20, 50)
HEADER = ["dataset", "network", "weights", "k", *dot_plots.NUMBERS, "chance"]
Key = tuple[str, str, str, int]  # data set, network or NONE, weights or descriptor, k


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a panel for each data set.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv of random weights, one task and ``supervised``, and
    results/handcrafted/{dataset}/seed-0.csv.
    """
    numbers = measure(inputs)
    rows = [
        [*key, *dot_plots.csv_numbers(m)[: len(dot_plots.NUMBERS)], f"{chance:.2f}"] for key, (m, chance) in numbers.items()
    ]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER), out)
    names = list(dict.fromkeys(key[1:3] for key in numbers))
    groups = [[weights for network, weights in names if network == one] for one in dict.fromkeys(n for n, _ in names)]
    heights = dot_plots.row_heights([len(group) for group in groups])
    datasets = list(dict.fromkeys(key[0] for key in numbers))
    with style.saved_figure(heading, out, 1.9 + dot_plots.HEIGHT * (heights[-1][-1] + 2)) as figure:
        grid = figure.subplots(1, len(datasets), squeeze=False)[0]
        for ax, dataset in zip(grid, datasets, strict=True):
            _panel(
                ax, {key[1:]: number for key, number in numbers.items() if key[0] == dataset}, [y for g in heights for y in g]
            )
            ax.set_title(labels.DATASET_LABELS[dataset])
            ax.set_xlim(0, min(100, 10 * ceil(max(m.high for (*_, k), (m, _) in numbers.items() if k == 1) / 10)))
        titles = [NONE, *labels.NETWORK_LABELS.values()]
        dot_plots.draw_group_names(grid[0], heights, titles, 78, [style.INK, *style.COLOURS.values()])
        grid[0].set_yticks([y for g in heights for y in g], [name for g in groups for name in g], size=7, color=style.INK)
        for ax in grid[1:]:
            ax.set_yticks([y for g in heights for y in g], [""] * len(names))
        style.draw_footer(figure, CAPTION)


def _panel(ax: Axes, panel: dict[tuple[str, str, int], tuple[Measured, float]], heights: list[float]) -> None:
    """Draw top 1 of one data set, with top 5 printed beside it."""
    first = {key[:2]: number for key, number in panel.items() if key[2] == 1}
    dots = [Dot(n, m, w == RANDOM, f"{panel[n, w, 5][0].value:.1f}") for (n, w), (m, _) in first.items()]
    dot_plots.draw_dots(ax, heights, dots, "top 5")
    ax.axvline(next(chance for _, chance in first.values()), color=style.MUTED, linestyle=":", linewidth=1, zorder=0.8)
    ax.set_xlabel(f"top 1 (%), n = {dots[0].measured.n}")


def measure(inputs: list[Path]) -> dict[Key, tuple[Measured, float]]:
    """Return every accuracy at k with its chance in percent.

    Raises:
        ValueError: A run is missing, or there are results of several tasks.
    """
    runs = group_runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/conv5-seed-")
    made = group_runs(inputs, r"handcrafted/([^/]+)/seed-")
    tasks = sorted({weights for _, _, weights in runs} - {RANDOM, SUPERVISED})
    if len(tasks) != 1:
        raise ValueError(
            f"beyond_retrieval: needs results of random weights, of {SUPERVISED} and of one task, got those of {tasks or 'none'}"
        )
    numbers: dict[Key, tuple[Measured, float]] = {}
    for dataset in (name for name in labels.DATASET_LABELS if any(key[0] == name for key in runs)):
        for description, k in product(DESCRIPTORS, KS):
            paths = made.get((dataset,), [])
            if not paths:
                raise ValueError(f"beyond_retrieval: no descriptors of {labels.DATASET_LABELS[dataset]} among the files given")
            chance = 100 * float(_described(paths[0], description)[f"chance_{k}"].mean())
            numbers[dataset, NONE, description, k] = comparisons.measure_runs(paths, described_at(k, description)), chance
        for network, weights, k in product(labels.NETWORK_LABELS, (RANDOM, *tasks, SUPERVISED), KS):
            paths = runs.get((dataset, network, weights), [])
            if not paths:
                run = f"{labels.DATASET_LABELS[dataset]}, {labels.NETWORK_LABELS[network]}, {weights}"
                raise ValueError(f"beyond_retrieval: no result for {run} among the files given")
            measured = comparisons.measure_runs(paths, retrieval_at(k, "video"))
            numbers[dataset, network, weights, k] = measured, retrieval.chance_at(k, "video", paths)
    return numbers


def described_at(k: int, description: str) -> Callable[[Path], Scores]:
    """Return a function that reads the scores of a descriptor at k from a file of ``vcop baselines``."""

    def scores(path: Path) -> Scores:
        table = _described(path, description).set_index("video")
        return ((table["rank"] > 0) & (table["rank"] <= k)).astype(float)

    return scores


def _described(path: Path, description: str) -> pd.DataFrame:
    """Read the rows of a descriptor. Raise ValueError if there are none."""
    table = pd.read_csv(path)
    table = table[table["description"] == description]
    if table.empty:
        raise ValueError(f"{path}: no rows of the descriptor {description!r}: run `vcop baselines` again")
    return table
