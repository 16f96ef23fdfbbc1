"""TMM 2020, Figure 5: order accuracy of each class, before and after the sample-based curriculum (training on hard videos).

The figure shows all classes of the test list with the intervals of both accuracies, computed from the predicted orders of R3D, and the
share of each class's training videos that mining dropped: the classes that the paper finds easy should lose most (T IV-A).
"""

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from vcop.paper.figures import example_videos, style
from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.scores import Measured, Scores, correct_videos, group_runs, mean_interval
from vcop.paper.pages import sample_curriculum, tables
from vcop.sampling import tasks

TITLE = "Figure 5 (TMM 2020). Clip order accuracy of every class on UCF101, R3D"
CAPTION = (
    "Every class of the test list by the accuracy before the sample-based curriculum; upright lines are the means over all videos. "
    "Intervals: over seeds and over a class's videos, widened as far as videos of one group resemble each other. At the right: the share of the class's training videos that mining dropped, over all seeds."
)
BASE, HARD = "16-8-3", "16-8-3-hard"
NAMES = {BASE: "16-8-3", HARD: "16-8-3*"}
# The circle is larger than the square: both are visible where they coincide.
LOOKS: dict[str, Any] = {
    BASE: {"marker": "o", "markersize": 5.0, "markerfacecolor": "white", "color": style.INK},
    HARD: {"marker": style.MARKERS["r3d"], "markersize": 3.0, "color": style.COLOURS["r3d"]},
}
MOST = 34  # classes in a column at most


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the classes in columns.

    Inputs: results/order/r3d/{task}/seed-{seed}.csv of the tasks 16-8-3 and 16-8-3-hard, and
    results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    runs = group_runs(inputs, r"order/r3d/([^/]+)/seed-")
    for task in (BASE, HARD):
        if (task,) not in runs:
            raise ValueError(f"tmm2020_figure5: no result for R3D, {task} among the files given")
    scores = {task: [correct_videos(p) for p in runs[task,]] for task in (BASE, HARD)}
    table = class_accuracies(scores)
    mined = sample_curriculum.read_mined("tmm2020_figure5", inputs)
    shares = dropped_shares(mined.classes)
    tables.save_csv(table.assign(dropped=[shares.get(name, "") for name in table["class"]]), out)
    means = {task: mean_interval(s) for task, s in scores.items()}
    classes = list(dict.fromkeys(table["class"]))
    columns = ceil(len(classes) / MOST)
    rows = ceil(len(classes) / columns)
    with style.saved_figure(heading, out, 1.25 + rows * (0.14 if columns > 1 else 0.2)) as figure:
        for i, ax in enumerate(figure.subplots(1, columns, squeeze=False)[0]):
            _draw_column(ax, table, classes[i * rows : (i + 1) * rows], rows, means)
            _print_dropped(ax, classes[i * rows : (i + 1) * rows], shares)
        handles = [Line2D([], [], linestyle="", **LOOKS[task]) for task in means]
        titles = {BASE: NAMES[BASE], HARD: f"{NAMES[HARD]}: {mined.short}"}
        names = [f"{titles[task]}, mean {m.value:.1f} [{m.low:.1f}, {m.high:.1f}]" for task, m in means.items()]
        dotted = Line2D([], [], color=style.MUTED, linestyle=":")
        figure.legend(
            [*handles, dotted],
            [*names, "chance"],
            loc="outside lower center",
            ncols=1 if len(mined.short) > 40 else 3,
            fontsize=7,
        )


def class_accuracies(scores: Mapping[str, Sequence[Scores]]) -> pd.DataFrame:
    """Return the accuracy of every class with its interval.

    Args:
        scores: For each weights the scores of each seed.

    Returns:
        A table with the columns class, weights, measured, low, high, n; classes by their accuracy with the first weights, best first.
    """
    rows = []
    for weights, runs in scores.items():
        for name, m in comparisons.measure_classes(runs).items():
            rows.append([example_videos.class_label(name), weights, m.value, m.low, m.high, m.n])
    table = pd.DataFrame(rows, columns=["class", "weights", "measured", "low", "high", "n"])
    first = table[table["weights"] == next(iter(scores))].sort_values(["measured", "class"], ascending=[False, True])
    order = {name: i for i, name in enumerate(first["class"])}
    return table.sort_values("class", key=lambda c: c.map(order), kind="stable").round(2)


def dropped_shares(classes: pd.DataFrame) -> dict[str, float]:
    """Return the percentage of each class's training videos that mining dropped. Columns of ``classes``: kept, dropped."""
    shares = 100 * classes["dropped"] / (classes["kept"] + classes["dropped"])
    return {example_videos.class_label(str(name)): round(float(share), 1) for name, share in shares.items()}


def _print_dropped(ax: Axes, classes: list[str], shares: Mapping[str, float]) -> None:
    """Print right of each class the percentage of its training videos that mining dropped."""
    words = [f"{shares[name]:.0f} %" if name in shares else "–" for name in classes]
    for y, text in [(-1.1, "dropped"), *enumerate(words)]:
        ax.annotate(
            text, (1, y), xycoords=("axes fraction", "data"), xytext=(30, 0), textcoords="offset points", va="center", ha="right",
            size=7, color=style.MUTED, annotation_clip=False,
        )  # fmt: skip


def _draw_column(ax: Axes, table: pd.DataFrame, classes: list[str], rows: int, means: dict[str, Measured]) -> None:
    """Draw some of the classes: two dots with their intervals, joined by a bar."""
    for y, name in enumerate(classes):
        accuracies = table[table["class"] == name].set_index("weights")
        ax.plot(accuracies["measured"], [y, y], color=style.MUTED, linewidth=2.2, alpha=0.5, solid_capstyle="butt", zorder=1)
        for (task, row), shift in zip(accuracies.iterrows(), (-0.2, 0.2), strict=True):
            look = LOOKS[str(task)]
            ax.plot([row["low"], row["high"]], [y + shift] * 2, color=look["color"], linewidth=0.5, alpha=0.6, zorder=1)
            ax.plot(row["measured"], y, markeredgewidth=0.8, zorder=2, clip_on=False, **look)
    for task, m in means.items():
        ax.axvline(m.value, color=LOOKS[task]["color"], linewidth=0.8, zorder=0.8)
    ax.axvline(tasks.chance_accuracy(BASE), color=style.MUTED, linestyle=":", linewidth=0.9, zorder=0.8)
    ax.set_yticks(range(len(classes)), classes, size=7, color=style.INK)
    ax.set_ylim(rows - 0.4, -0.6)
    ax.set_xlim(0, 100)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="both")
    ax.set_xlabel("order accuracy (%)")
