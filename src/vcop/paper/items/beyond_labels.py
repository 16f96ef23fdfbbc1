"""Beyond the papers: action recognition after fine-tuning on a share of the labels, random weights against pretrained ones.

The figure shows the accuracies on UCF101 split 1 and the paired gains, from the predictions of ``vcop finetune``.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import dot_plots, style
from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.scores import Measured, correct_videos, group_runs
from vcop.paper.pages import retrieval, tables

TITLE = "Beyond the papers. Action recognition from few labels, UCF101 split 1"
CAPTION = (
    "Hollow: random weights. Shares are drawn class by class, smaller ones within larger ones. The epochs stay, so that fewer labels "
    "also mean fewer updates; the validation list keeps all its labels. Bars are 95 % intervals over n test videos; the gain on "
    "random weights is paired, on the same videos."
)
HEADER = ["network", "weights", "labels", "training_videos", *dot_plots.NUMBERS, "gain", "gain_low", "gain_high"]
ALL = "from-conv1"  # results on all labels are those of the papers' tables
# Random weights, then pretrained ones: factor of x that keeps their bars apart, and options that differ from the network's line.
LOOKS: list[tuple[float, dict[str, Any]]] = [(0.97, {"linestyle": "--", "markerfacecolor": "white"}), (1.03, {})]
Key = tuple[str, str, int]  # network, weights, percent of the labels


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a column for each network: accuracies above, gains below.

    Inputs: results/recognition/ucf101-1/{network}/{weights}/{share}/seed-{seed}.csv of random weights and of one task, and
    results/finetune/ucf101-1/{network}/{weights}/{share}/seed-{seed}/provenance.json. A share is labels-{percent} or from-conv1 (all).
    """
    accuracies = measure(inputs)
    videos = training_videos(inputs, dict.fromkeys(share for _, _, share in accuracies))
    rows = [[*key, videos[key[2]], *dot_plots.csv_numbers(m)] for key, m in accuracies.items()]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER), out)
    chance = retrieval.chance_of_classes(retrieval.count_classes(inputs, "recognition/"))
    with style.saved_figure(heading, out, 4.7) as figure:
        grid = figure.subplots(2, len(labels.NETWORK_LABELS), sharex=True, sharey="row", height_ratios=[1.5, 1])
        for (above, below), network in zip(grid.T, labels.NETWORK_LABELS, strict=True):
            panel = {key[1:]: m for key, m in accuracies.items() if key[0] == network}
            _accuracies(above, network, panel, chance)
            _gains(below, network, {share: m.gain for (_, share), m in panel.items() if m.gain})
            _shares(below, videos)
        grid[0, 0].set_ylim(0, None)
        # The last panel's names serve all three: hollow and dashed is random everywhere.
        style.draw_end_labels(grid[0, -1], _line_ends(panel, chance, style.COLOURS[network]), 0.09)
        grid[0, 0].set_ylabel(f"accuracy (%), n = {next(iter(accuracies.values())).n}")
        grid[1, 0].set_ylabel("gain (points)")
        grid[1, 0].margins(y=0.2)
        style.draw_footer(figure, CAPTION)


def measure(inputs: list[Path]) -> dict[Key, Measured]:
    """Return every accuracy with its gain on random weights. Raise ValueError where a run is missing."""
    runs = group_runs(inputs, r"recognition/ucf101-1/([^/]+)/([^/]+)/([^/]+)/seed-\d+\.csv$")
    tasks = sorted({weights for _, weights, _ in runs} - {RANDOM})
    if len(tasks) != 1:
        raise ValueError(f"beyond_labels: needs results of random weights and of one task, got those of {tasks or 'none'}")
    shares = {percent(name): name for name in sorted({key[2] for key in runs}, key=percent)}
    measured: dict[Key, Measured] = {}
    for network, weights, (share, name) in product(labels.NETWORK_LABELS, [RANDOM, *tasks], shares.items()):
        if (network, weights, name) not in runs:
            run = f"{labels.NETWORK_LABELS[network]}, {weights}, {share} % of the labels"
            raise ValueError(f"beyond_labels: no result for {run} among the files given")
        base = runs[network, RANDOM, name] if weights != RANDOM else []
        measured[network, weights, share] = comparisons.measure_runs(runs[network, weights, name], correct_videos, base)
    return measured


def percent(name: str) -> int:
    """Return the percent of the labels that a directory stands for: labels-5 is 5, from-conv1 is 100."""
    return 100 if name == ALL else int(name.removeprefix("labels-"))


def training_videos(inputs: list[Path], shares: Iterable[int]) -> dict[int, int]:
    """Return the number of training videos of each share. Raise ValueError if runs differ in it or none states it."""
    provenances = group_runs(inputs, r"finetune/ucf101-1/[^/]+/[^/]+/([^/]+)/seed-\d+/provenance")
    counts = {percent(name): {comparisons.training_videos([path]) for path in paths} for (name,), paths in provenances.items()}
    for share in shares:
        if share not in counts:
            raise ValueError(f"beyond_labels: no provenance says how many videos {share} % of the labels are")
        if len(counts[share]) > 1:
            numbers = sorted(counts[share])
            raise ValueError(f"beyond_labels: the runs on {share} % of the labels differ in their number of videos, {numbers}")
    return {share: next(iter(counts[share])) for share in shares}


def _accuracies(ax: Axes, network: str, panel: dict[tuple[str, int], Measured], chance: float) -> None:
    """Draw one network: a line for random weights and one for pretrained ones, slightly apart in x."""
    for weights, (factor, options) in zip(dict.fromkeys(w for w, _ in panel), LOOKS, strict=True):
        line = {share: m for (w, share), m in panel.items() if w == weights}
        _line(ax, network, {share * factor: m for share, m in line.items()}, **options)
    ax.axhline(chance, color=style.MUTED, linestyle=":", linewidth=1, zorder=0)
    ax.set_title(labels.NETWORK_LABELS[network])


def _line_ends(panel: dict[tuple[str, int], Measured], chance: float, colour: str) -> list[tuple[str, float, str]]:
    """Return the names of a panel's lines with the values and colours of their ends."""
    last = {weights: m.value for (weights, _), m in panel.items()}
    return [("chance", chance, style.MUTED), *((weights, value, colour) for weights, value in last.items())]


def _gains(ax: Axes, network: str, gains: dict[int, Measured]) -> None:
    """Draw the gain at each share, and print it above."""
    _line(ax, network, gains)
    ax.axhline(0, color=style.INK, linewidth=0.8, zorder=0.8)
    for share, m in gains.items():
        ax.annotate(f"{m.value:+z.1f}", (share, m.high), xytext=(0, 3), textcoords="offset points", size=7, ha="center")


def _shares(ax: Axes, videos: dict[int, int]) -> None:
    """Label the x axis, which is logarithmic: shares, and below each the number of its training videos."""
    ax.set_xscale("log")
    ax.set_xlim(min(videos) / 1.35, 135)
    ax.set_xticks(list(videos), [f"{share}\n{count}" for share, count in videos.items()], size=7)
    ax.minorticks_off()
    ax.set_xlabel("labels (%), training videos")


def _line(ax: Axes, network: str, line: Mapping[int, Measured] | Mapping[float, Measured], **options: Any) -> None:
    """Draw numbers by the share of labels, with their intervals."""
    bars = [[m.value - m.low for m in line.values()], [m.high - m.value for m in line.values()]]
    own: dict[str, Any] = {"color": style.COLOURS[network], "marker": style.MARKERS[network], "elinewidth": 0.8}
    ax.errorbar(list(line), [m.value for m in line.values()], yerr=bars, **own | options)
