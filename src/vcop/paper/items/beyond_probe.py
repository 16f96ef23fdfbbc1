"""Beyond the papers: accuracy of a linear classifier and of nearest neighbours (k-NN) on frozen features.

The figure shows the accuracies of all weights and their gains on random ones, from the predictions of ``vcop probe``.
"""

from functools import partial
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
from vcop.paper.measurement.scores import CLASSIFIERS, Measured, correct_videos, group_runs
from vcop.paper.pages import retrieval, tables

TITLE = "Beyond the papers. Linear probe and k-NN on frozen features"
CAPTION = (
    "Hollow: random weights. Printed: gain on the same network's random weights, on the same videos, in points. Rate, decay and k were "
    "chosen on the validation list, never on the test list. Bars and brackets are 95 % intervals over seeds and groups of videos; dotted: chance."
)
HEADER = ["dataset", "classifier", "network", "weights", *dot_plots.NUMBERS, "gain", "gain_low", "gain_high"]
Key = tuple[str, str, str, str]  # dataset, classifier, network, weights


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a panel for each data set and classifier. Inputs: results/probe/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv."""
    accuracies = measure(inputs)
    rows = [[*key, *dot_plots.csv_numbers(m)] for key, m in accuracies.items()]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER), out)
    datasets, weights = (list(dict.fromkeys(key[i] for key in accuracies)) for i in (0, 3))
    heights = dot_plots.row_heights([len(weights)] * len(labels.NETWORK_LABELS))
    inches = 0.9 + len(datasets) * (0.85 + dot_plots.HEIGHT * (heights[-1][-1] + 2))
    with style.saved_figure(heading, out, inches) as figure:
        grid = figure.subplots(len(datasets), len(CLASSIFIERS), squeeze=False)
        for (i, dataset), (j, classifier) in product(enumerate(datasets), enumerate(CLASSIFIERS)):
            panel = {key[2:]: m for key, m in accuracies.items() if key[:2] == (dataset, classifier)}
            chance = retrieval.chance_of_classes(retrieval.count_classes(inputs, f"probe/{dataset}/"))
            _panel(grid[i, j], panel, [y for group in heights for y in group], chance)
            grid[i, j].set_title(f"{labels.DATASET_LABELS[dataset]}, {CLASSIFIERS[classifier]}")
            grid[i, j].set_xlim(0, min(100, 10 * ceil(max(m.high for m in accuracies.values()) / 10)))
        networks, colours = list(labels.NETWORK_LABELS.values()), list(style.COLOURS.values())
        for left, *others in grid:
            dot_plots.draw_group_names(left, heights, networks, 38, colours)
            for ax in others:
                ax.set_yticklabels([])
        style.draw_footer(figure, CAPTION)


def _panel(ax: Axes, panel: dict[tuple[str, str], Measured], heights: list[float], chance: float) -> None:
    """Draw one classifier on one data set: the networks one below the other, random weights first."""
    dots = [Dot(network, m, weights == RANDOM, dot_plots.gain_text(m)) for (network, weights), m in panel.items()]
    dot_plots.draw_dots(ax, heights, dots, "gain on random")
    ax.set_yticks(heights, [weights for _, weights in panel], size=7, color=style.INK)
    ax.axvline(chance, color=style.MUTED, linestyle=":", linewidth=1, zorder=0.8)
    ax.set_xlabel(f"accuracy (%), n = {next(iter(panel.values())).n}")


def measure(inputs: list[Path]) -> dict[Key, Measured]:
    """Return every accuracy with its gain on random weights. Raise ValueError where a run is missing."""
    runs = group_runs(inputs, r"probe/([^/]+)/([^/]+)/([^/]+)/conv5-seed-")
    datasets = [dataset for dataset in labels.DATASET_LABELS if any(key[0] == dataset for key in runs)]
    weights = dict.fromkeys([RANDOM, *sorted(key[2] for key in runs)])
    measured: dict[Key, Measured] = {}
    for dataset, classifier, network, w in product(datasets, CLASSIFIERS, labels.NETWORK_LABELS, weights):
        if (dataset, network, w) not in runs:
            title = labels.DATASET_LABELS[dataset]
            raise ValueError(
                f"beyond_probe: no result for {title}, {labels.NETWORK_LABELS[network]}, {w} among the files given"
            )
        score = partial(correct_videos, classifier=classifier)
        base = runs[dataset, network, RANDOM] if w != RANDOM else []
        measured[dataset, classifier, network, w] = comparisons.measure_runs(runs[dataset, network, w], score, base)
    return measured
