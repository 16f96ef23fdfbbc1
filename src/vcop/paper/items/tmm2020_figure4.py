"""TMM 2020, Figure 4: accuracy of clip order prediction during training, from scratch and along the curriculum.

The paper shows C3D with four clips in a tuple. Here all other runs of Table I are added, from the histories of ``vcop pretrain``.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from vcop.paper import labels
from vcop.paper.figures import learning_curves, style
from vcop.paper.heading import Heading
from vcop.paper.measurement.published import cells
from vcop.paper.pages import tables
from vcop.sampling import tasks
from vcop.sampling.tasks import Task

TITLE = "Figure 4 (TMM 2020). Accuracy while training on clip order prediction"
CAPTION = (
    "Above, the paper's figure: C3D, four clips a tuple, validation list; the curriculum's curve begins after the epochs at "
    "tl = 3. Below, every run, with long ones smoothed over some epochs; thin: training tuples, of the hard run only hard ones."
)
SCRATCH, CURRICULUM = ("c3d", "16-8-4-scratch"), ("c3d", "16-8-4")
# By tuple length: how light or dark a network's colour is, and the line style
SHADES, DASHES = {3: -0.4, 4: 0.0, 5: 0.4}, {3: "-", 4: (0, (4, 1)), 5: (0, (4, 1, 1, 1))}


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the paper's figure above, and a panel for each interval and network below.

    Inputs: results/pretrain/{network}/{task}/seed-{seed}/history.csv of the runs of Table I and of C3D 16-8-4-scratch.
    """
    wanted = [*dict.fromkeys((c.network, c.weights) for c in cells("tmm2020_table1")), SCRATCH]
    table = learning_curves.read_curves("tmm2020_figure4", inputs, wanted)
    tables.save_csv(table, out)
    with style.saved_figure(heading, out, 6.6) as figure:
        grid = figure.add_gridspec(3, 3, height_ratios=[1.1, 1, 1])
        _draw_papers_panel(figure.add_subplot(grid[0, :]), table)
        for row, interval in enumerate((8, 16), start=1):
            for column, network in enumerate(labels.NETWORK_LABELS):
                ax = figure.add_subplot(grid[row, column])
                _draw_runs(ax, table, network, [t for n, t in wanted if n == network and Task.parse(t).interval == interval])
                ax.set_title(f"{labels.NETWORK_LABELS[network]}, it = {interval}")
                ax.tick_params(labelleft=column == 0)
                ax.set_ylabel("" if column else "accuracy (%)")
                ax.set_xlabel("epoch" if row == 2 else "")
        figure.legend(*_legend(learning_curves.smoothing_window(table)), loc="outside lower center", ncols=3, fontsize=7)


def _legend(window: int) -> tuple[list[Line2D], list[str]]:
    """Return the lines and names of the legend; ``window``: epochs that a line is averaged over."""
    ink: dict[str, Any] = {"color": style.INK}
    dotted = Line2D([], [], linestyle=":", color=style.MUTED)
    lines = [Line2D([], [], **ink), Line2D([], [], linewidth=0.7, alpha=0.6, **ink), dotted]
    smooth = f" (mean of {window} epochs)" if window > 1 else ""
    return lines, [f"validation{smooth}", f"training{smooth}", "chance, 1 / tl!"]


def _draw_papers_panel(ax: Axes, table: pd.DataFrame) -> None:
    """Draw the figure that the paper prints."""
    labels = [("chance", tasks.chance_accuracy(SCRATCH[1]), style.MUTED)]
    for run, name, colour in ((CURRICULUM, "curriculum", style.COLOURS["c3d"]), (SCRATCH, "from scratch", style.INK)):
        labels.append((name, learning_curves.draw_curve(ax, learning_curves.run_curve(table, *run), color=colour), colour))
    runs = table[(table["network"] == "c3d") & table["task"].isin([SCRATCH[1], CURRICULUM[1]])]
    learning_curves.finish_axes(ax, [SCRATCH[1]], int(runs["epoch"].max()), float(runs[learning_curves.VALIDATION].max()))
    style.draw_end_labels(ax, labels, 0.1)
    ax.set_title("C3D, 16-8-4: validation accuracy from scratch and along the curriculum")
    ax.set_ylabel("accuracy (%)")
    ax.set_xlabel("epoch")


def _draw_runs(ax: Axes, table: pd.DataFrame, network: str, tasks: list[str]) -> None:
    """Draw all runs of a network at one interval; variants (long, hard) in ink instead of the network's colour."""
    labels = []
    epochs = int(table.loc[(table["network"] == network) & table["task"].isin(tasks), "epoch"].max())
    for name in tasks:
        task = Task.parse(name)
        tl = task.tuple_length
        colour = style.INK if task.variant else style.shade_colour(style.COLOURS[network], SHADES[tl])
        options: dict[str, Any] = {"color": colour, "linestyle": DASHES[tl], "window": learning_curves.smoothing_window(table)}
        learning_curves.draw_curve(
            ax, learning_curves.run_curve(table, network, name, learning_curves.TRAINING), width=0.7, alpha=0.5, **options
        )
        curve = learning_curves.run_curve(table, network, name)
        end = learning_curves.draw_curve(ax, curve, **options)
        if curve.index.max() < epochs:  # a longer run shares the panel: a thin line leads to the label
            ax.plot([curve.index.max(), epochs], [end, end], color=colour, linewidth=0.5, alpha=0.5)
        labels.append((f"tl = {tl} {task.variant}".strip(), end, style.shade_colour(colour, -0.15)))
    learning_curves.finish_axes(ax, tasks, epochs)
    style.draw_end_labels(ax, labels, 0.105)
