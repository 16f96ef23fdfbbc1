"""Training curves: the histories of pretext runs as one tidy table, and the lines drawn of them (TMM 2020, Figure 4)."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from vcop.paper import labels
from vcop.paper.figures import style
from vcop.paper.measurement.scores import group_runs
from vcop.sampling.tasks import chance_accuracy

TRAINING, VALIDATION = "accuracy", "validation_accuracy"


def read_curves(item: str, inputs: list[Path], wanted: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Accuracies in percent per epoch of the ``wanted`` runs (network, task).

    Inputs: results/pretrain/{network}/{task}/seed-{seed}/history.csv. Columns: network, task, seed, epoch, accuracy,
    validation_accuracy.
    """
    found = group_runs(inputs, r"pretrain/([^/]+)/([^/]+)/seed-\d+/history")
    parts = []
    for network, task in wanted:
        if (network, task) not in found:
            raise ValueError(f"{item}: no history of {labels.NETWORK_LABELS[network]}, {task} among the files given")
        for path in found[network, task]:
            seed = int(path.parent.name.removeprefix("seed-"))
            part = pd.read_csv(path)[["epoch", TRAINING, VALIDATION]]
            part[[TRAINING, VALIDATION]] = (100 * part[[TRAINING, VALIDATION]]).round(2)
            parts.append(part.assign(network=network, task=task, seed=seed))
    return pd.concat(parts)[["network", "task", "seed", "epoch", TRAINING, VALIDATION]]


def curve_of(table: pd.DataFrame, network: str, task: str, column: str = VALIDATION) -> pd.DataFrame:
    """One run's curve. Shape: (epochs, seeds)."""
    run = table[(table["network"] == network) & (table["task"] == task)]
    return run.pivot(index="epoch", columns="seed", values=column)


def smoothing_window(table: pd.DataFrame) -> int:
    """Epochs that a small panel's lines are means of: a thirtieth of the shortest run, so that hundreds of them are legible."""
    return max(1, int(table.groupby(["network", "task"])["epoch"].max().min()) // 30)


def draw_curve(
    ax: Axes, curve: pd.DataFrame, *, band: bool = False, mean_of: int = 1, width: float = 1.4, **how: Any
) -> float:
    """The seeds' mean bold, over each seed thin or over the band from the lowest to the highest; where the mean ends."""
    curve = curve.rolling(mean_of, center=True, min_periods=1).mean()
    mean = curve.mean(axis=1)
    if band:
        ax.fill_between(curve.index, curve.min(axis=1), curve.max(axis=1), color=how["color"], alpha=0.2, linewidth=0)
    elif len(curve.columns) > 1:
        ax.plot(curve.index, curve, **how | {"linewidth": 0.4 * width, "alpha": 0.5 * how.get("alpha", 1.0)})
    ax.plot(mean.index, mean, linewidth=width, **how)
    return float(mean.iloc[-1])


def finish_axes(ax: Axes, tasks: Iterable[str], epochs: int, highest: float = 100) -> None:
    """Chance dotted, and the axes of all panels alike: from nothing to a quarter, half, three quarters or all."""
    for height in sorted({chance_accuracy(task) for task in tasks}):
        ax.axhline(height, color=style.MUTED, linestyle=":", linewidth=0.9, zorder=0)
    ax.set_xlim(0, epochs)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.set_ylim(0, 25 * ceil(highest / 25))
    ax.set_yticks(range(0, 25 * ceil(highest / 25) + 1, 25))
