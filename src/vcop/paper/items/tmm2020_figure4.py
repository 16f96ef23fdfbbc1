"""TMM 2020, Figure 4: accuracy of clip order prediction during training, from scratch and along the curriculum.

The paper shows C3D with four clips in a tuple. Here all other runs of Table I are added, from the histories of ``vcop pretrain``. The x
axis counts all epochs that the weights have had, those of the easier tasks as well.
"""

import textwrap
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from vcop.paper import labels
from vcop.paper.figures import learning_curves, style
from vcop.paper.heading import Heading
from vcop.paper.measurement.published import cells
from vcop.paper.pages import sample_curriculum, tables
from vcop.sampling.tasks import Task

TITLE = "Figure 4 (TMM 2020). Accuracy while training on clip order prediction"
CAPTION = (
    "Above, the paper's figure: C3D, four clips a tuple, validation list; x: all epochs of the weights, with those at tl = 3 that the "
    "curriculum starts from. Below, every run, with long ones smoothed over some epochs; thin: training tuples, of the hard run only "
    "hard ones."
)
SCRATCH, CURRICULUM, EASIER = ("c3d", "16-8-4-scratch"), ("c3d", "16-8-4"), ("c3d", "16-8-3")
# By tuple length: how light or dark a network's colour is, and the line style
SHADES, DASHES = {3: -0.4, 4: 0.0, 5: 0.4}, {3: "-", 4: (0, (4, 1)), 5: (0, (4, 1, 1, 1))}
VARIANTS = {"scratch": "tl = 4 from scratch", "hard": "tl = 3*", "long": "tl = 3, twice as long"}  # drawn in black
EARLY = 10 / 300  # share of the epochs in which the paper looks at the curriculum's lowest accuracy: its first 10 of 300
LATE = 200 / 300  # share of the epochs up to which, in the paper, the training from scratch makes "merely a puny growth"


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the paper's figure above, and a panel for each interval and network below.

    Inputs: results/pretrain/{network}/{task}/seed-{seed}/history.csv of the runs of Table I and of C3D 16-8-4-scratch, and
    results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    mined = sample_curriculum.read_mined("tmm2020_figure4", inputs)
    wanted = [*dict.fromkeys((c.network, c.weights) for c in cells("tmm2020_table1")), SCRATCH]
    table = learning_curves.read_curves("tmm2020_figure4", inputs, wanted)
    before = {run: learning_curves.epochs_before(table, *run) for run in wanted}
    earlier = [before[run] for run in zip(table["network"], table["task"], strict=True)]
    tables.save_csv(table.assign(total_epoch=table["epoch"] + earlier), out)
    with style.saved_figure(heading, out, 6.9) as figure:
        grid = figure.add_gridspec(3, 3, height_ratios=[1.2, 1, 1])
        _draw_papers_panel(figure.add_subplot(grid[0, :]), table, before[CURRICULUM])
        for row, interval in enumerate((8, 16), start=1):
            for column, network in enumerate(labels.NETWORK_LABELS):
                ax = figure.add_subplot(grid[row, column])
                runs = {t: before[n, t] for n, t in wanted if n == network and Task.parse(t).interval == interval}
                _draw_runs(ax, table, network, runs, mined.short)
                ax.set_title(f"{labels.NETWORK_LABELS[network]}, it = {interval}")
                ax.tick_params(labelleft=column == 0)
                ax.set_ylabel("" if column else "accuracy (%)")
                ax.set_xlabel("epochs in total" if row == 2 else "")
        figure.legend(*_legend(learning_curves.smoothing_window(table)), loc="outside lower center", ncols=6, fontsize=7)


def late_growth(table: pd.DataFrame) -> str:
    """Return the sentence that holds the paper's words on Figure 4 (T IV-A) against the means over the seeds."""
    scratch, curriculum = (learning_curves.run_curve(table, *run).mean(axis=1) for run in (SCRATCH, CURRICULUM))
    late = max(1, round(LATE * len(scratch)))
    early = max(1, round(EARLY * len(curriculum)))
    first = f"first {early} epochs" if early > 1 else "first epoch"
    return (
        f"From scratch: {scratch.iloc[late - 1]:.1f} % after 2/3 of the epochs ({late}), {scratch.iloc[-1]:.1f} % at the end, "
        f"{scratch.max():.1f} % at best. Curriculum: {curriculum.iloc[:early].min():.1f} % at least in its {first} at tl = 4."
    )


def _legend(window: int) -> tuple[list[Line2D], list[str]]:
    """Return the lines and names of the legend; ``window``: epochs that a line is averaged over."""
    ink: dict[str, Any] = {"color": style.INK}
    smooth = f" (mean of {window} epochs)" if window > 1 else ""
    tuples = [Line2D([], [], color=style.shade_colour(style.MUTED, SHADES[tl]), linestyle=DASHES[tl]) for tl in DASHES]  # type: ignore[arg-type]
    thin, dotted = Line2D([], [], linewidth=0.7, alpha=0.6, **ink), Line2D([], [], linestyle=":", color=style.MUTED)
    lines = [*tuples, Line2D([], [], **ink), thin, dotted]
    return lines, [*(f"tl = {tl}" for tl in DASHES), f"validation{smooth}", f"training{smooth}", "chance, 1 / tl!"]


def _draw_papers_panel(ax: Axes, table: pd.DataFrame, before: int) -> None:
    """Draw the figure that the paper prints, and before the curriculum's curve the easier task that it starts from."""
    blue = style.COLOURS["c3d"]
    easier = learning_curves.run_curve(table, *EASIER)
    learning_curves.draw_curve(ax, easier, width=1, color=style.shade_colour(blue, 0.45), linestyle="--")
    ends = {}
    for run, name, colour, moved in ((CURRICULUM, "curriculum", blue, before), (SCRATCH, "from scratch", style.INK, 0)):
        curve = learning_curves.run_curve(table, *run)
        ends[name] = (
            moved + int(curve.index.max()),
            learning_curves.draw_curve(ax, curve, before=moved, color=colour),
            colour,
        )
    ax.axvline(before, color=style.MUTED, linewidth=0.8)
    highest = max(float(learning_curves.run_curve(table, *run).max().max()) for run in (SCRATCH, CURRICULUM, EASIER))
    learning_curves.finish_axes(ax, [SCRATCH[1]], max(x for x, _, _ in ends.values()), highest)
    for name, (x, y, colour) in ends.items():
        ax.annotate(
            name, (x, y), xytext=(4, 0), textcoords="offset points", va="center", size=7, color=colour, annotation_clip=False
        )
    top = ax.get_ylim()[1]
    for x, text in ((before, "tl = 4"), (0, f"before: tl = 3, another task (dashed), {before} epochs")):
        ax.annotate(text, (x, top), xytext=(4, -4), textcoords="offset points", va="top", size=7, color=blue)
    ax.set_title("C3D, 16-8-4: validation accuracy from scratch and along the curriculum")
    ax.set_ylabel("accuracy (%)")
    ax.set_xlabel(f"epochs in total\n{late_growth(table)}", size=7)


def _draw_runs(ax: Axes, table: pd.DataFrame, network: str, runs: dict[str, int], dropped: str) -> None:
    """Draw all runs of a network at one interval; variants (long, hard) in ink instead of the network's colour.

    Args:
        ax: Axes of the panel.
        table: From ``read_curves``.
        network: Network of the panel.
        runs: For each task the epochs before it.
        dropped: Words on the videos that mining dropped.
    """
    last = 0
    for name, before in runs.items():
        task = Task.parse(name)
        colour = style.INK if task.variant else style.shade_colour(style.COLOURS[network], SHADES[task.tuple_length])
        window = learning_curves.smoothing_window(table)
        options: dict[str, Any] = {"color": colour, "linestyle": DASHES[task.tuple_length], "window": window, "before": before}
        training = learning_curves.run_curve(table, network, name, learning_curves.TRAINING)
        learning_curves.draw_curve(ax, training, width=0.7, alpha=0.5, **options)
        learning_curves.draw_curve(ax, learning_curves.run_curve(table, network, name), **options)
        last = max(last, before + int(training.index.max()))
        if task.variant:
            words = f"black: {VARIANTS[task.variant]}" + f", {dropped}" * (task.variant == "hard")
            ax.text(0.98, 0.97, textwrap.fill(words, 32), size=7, ha="right", va="top", transform=ax.transAxes)
    learning_curves.finish_axes(ax, runs, last)
    ax.set_ylim(0, 128)  # room for the words above all curves
