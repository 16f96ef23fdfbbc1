"""Learning curves of pretext training: histories of several runs as one table, and their lines (TMM 2020, Figure 4)."""

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
from vcop.sampling.tasks import Task, chance_accuracy

TRAINING, VALIDATION = "accuracy", "validation_accuracy"


def read_curves(item: str, inputs: list[Path], wanted: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """Read the accuracies of runs per epoch, in percent.

    Args:
        item: Name of the table or figure, for the error message.
        inputs: Result files, among them results/pretrain/{network}/{task}/seed-{seed}/history.csv.
        wanted: Network and task of each run.

    Returns:
        A table with the columns network, task, seed, epoch, accuracy, validation_accuracy.

    Raises:
        ValueError: A wanted run has no history.
    """
    histories = group_runs(inputs, r"pretrain/([^/]+)/([^/]+)/seed-\d+/history")
    tables = []
    for network, task in wanted:
        if (network, task) not in histories:
            raise ValueError(f"{item}: no history of {labels.NETWORK_LABELS[network]}, {task} among the files given")
        for path in histories[network, task]:
            seed = int(path.parent.name.removeprefix("seed-"))
            table = pd.read_csv(path)[["epoch", TRAINING, VALIDATION]]
            table[[TRAINING, VALIDATION]] = (100 * table[[TRAINING, VALIDATION]]).round(2)
            tables.append(table.assign(network=network, task=task, seed=seed))
    return pd.concat(tables)[["network", "task", "seed", "epoch", TRAINING, VALIDATION]]


def run_curve(table: pd.DataFrame, network: str, task: str, column: str = VALIDATION) -> pd.DataFrame:
    """Return one run's curve, a column for each seed. Shape: (epochs, seeds)."""
    run = table[(table["network"] == network) & (table["task"] == task)]
    return run.pivot(index="epoch", columns="seed", values=column)


def epochs_before(table: pd.DataFrame, network: str, task: str) -> int:
    """Return how many epochs the weights had been trained for before a run began: those of the easier tasks that it starts from.

    Args:
        table: From ``read_curves``, with all runs that the run starts from.
        network: Network of the run.
        task: Task of the run; a task of three clips starts from random weights, and so has 0.

    Raises:
        ValueError: The table lacks a run that it starts from.
    """
    start = Task.parse(task).start
    if start == "random":
        return 0
    epochs = table.loc[(table["network"] == network) & (table["task"] == start), "epoch"]
    if epochs.empty:
        raise ValueError(
            f"no history of {labels.NETWORK_LABELS[network]}, {start} among the files given, from which {task} starts"
        )
    return int(epochs.max()) + epochs_before(table, network, start)


def smoothing_window(table: pd.DataFrame) -> int:
    """Return over how many epochs a small panel averages: a thirtieth of the shortest run, so that long runs stay legible."""
    return max(1, int(table.groupby(["network", "task"])["epoch"].max().min()) // 30)


def draw_curve(
    ax: Axes,
    curve: pd.DataFrame,
    *,
    band: bool = False,
    window: int = 1,
    width: float = 1.4,
    before: int = 0,
    **options: Any,
) -> float:
    """Draw the mean over the seeds as a bold line.

    Args:
        ax: Axes in epochs and percent.
        curve: Accuracies. Shape: (epochs, seeds).
        band: Draw a band from the lowest to the highest seed, instead of a thin line for each.
        window: Epochs of the moving average.
        width: Points of the bold line.
        before: Epochs before the run's first one; the line is moved to the right by so many.
        options: Those of ``Axes.plot``; ``color`` is needed.

    Returns:
        The last value of the mean.
    """
    curve = curve.rolling(window, center=True, min_periods=1).mean()
    curve = curve.set_axis(curve.index + before)
    mean = curve.mean(axis=1)
    if band:
        ax.fill_between(curve.index, curve.min(axis=1), curve.max(axis=1), color=options["color"], alpha=0.2, linewidth=0)
    elif len(curve.columns) > 1:
        ax.plot(curve.index, curve, **options | {"linewidth": 0.4 * width, "alpha": 0.5 * options.get("alpha", 1.0)})
    ax.plot(mean.index, mean, linewidth=width, **options)
    return float(mean.iloc[-1])


def finish_axes(ax: Axes, tasks: Iterable[str], epochs: int, highest: float = 100) -> None:
    """Draw chance as dotted lines, and end the y axis at 25, 50, 75 or 100 %, so that panels are easy to compare."""
    for height in sorted({chance_accuracy(task) for task in tasks}):
        ax.axhline(height, color=style.MUTED, linestyle=":", linewidth=0.9, zorder=0)
    ax.set_xlim(0, epochs)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.set_ylim(0, 25 * ceil(highest / 25))
    ax.set_yticks(range(0, 25 * ceil(highest / 25) + 1, 25))
