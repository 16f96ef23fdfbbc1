"""Beyond the papers, shortcut audit: which cues clip order prediction uses.

The figure shows the order accuracy of pretrained networks on test tuples without motion, without colour, with separate crops, and
so on, and its change against the plain tuples, from the predictions of ``vcop audit``.
"""

from itertools import product
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import dot_plots, style
from vcop.paper.figures.dot_plots import Dot
from vcop.paper.heading import Heading
from vcop.paper.measurement.audits import CONDITIONS, measure_conditions
from vcop.paper.measurement.scores import Measured, group_runs
from vcop.paper.pages import tables
from vcop.sampling import tasks

TITLE = "Beyond the papers. Shortcut audit of clip order prediction"
CAPTION = (
    "The same test tuples under every condition; nothing is trained anew. Printed: order accuracy, and its change against the plain "
    "tuples on the same videos, in points. Bars and brackets are 95 % intervals over seeds and groups of videos; dotted: chance, upright lines: plain."
)
HEADER = ["network", "task", "condition", *dot_plots.NUMBERS, "change", "change_low", "change_high", "chance"]
Key = tuple[str, str, str]  # network, task, condition


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a row for each condition and network. Inputs: results/audit/{network}/{task}/seed-{seed}.csv of one task."""
    accuracies = measure(inputs)
    task = next(iter(accuracies))[1]
    rows = [[*key, *dot_plots.csv_numbers(m), round(tasks.chance_accuracy(task), 2)] for key, m in accuracies.items()]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER), out)
    heights = dot_plots.row_heights([len(labels.NETWORK_LABELS)] * len(CONDITIONS))
    with style.saved_figure(heading, out, 1.5 + dot_plots.HEIGHT * (heights[-1][-1] + 2)) as figure:
        _draw_conditions(figure.subplots(), accuracies, task, heights)
        style.draw_footer(figure, CAPTION)


def _draw_conditions(ax: Axes, accuracies: dict[Key, Measured], task: str, heights: list[list[float]]) -> None:
    """Draw a group of rows for each condition, and lines at chance and at the accuracies on plain tuples."""
    shown = {key: accuracies[key[1], task, key[0]] for key in product(CONDITIONS, labels.NETWORK_LABELS)}
    rows = [y for group in heights for y in group]
    dots = [Dot(network, m, text=dot_plots.gain_text(m)) for (_, network), m in shown.items()]
    dot_plots.draw_dots(ax, rows, dots, "change")
    dot_plots.draw_group_names(ax, heights, list(CONDITIONS.values()), 42, [style.INK] * len(CONDITIONS))
    ax.axvline(tasks.chance_accuracy(task), color=style.MUTED, linestyle=":", linewidth=1, zorder=0.8)
    for network in labels.NETWORK_LABELS:
        plain, colour = shown["plain", network].value, style.COLOURS[network]
        ax.axvline(plain, color=colour, linewidth=0.6, alpha=0.6, zorder=0.8)
    ax.set_yticks(rows, list(labels.NETWORK_LABELS.values()) * len(CONDITIONS), size=7, color=style.INK)
    ax.set_xlim(0, 100)
    ax.set_xlabel(f"order accuracy (%), {task}, n = {dots[0].measured.n}")


def measure(inputs: list[Path]) -> dict[Key, Measured]:
    """Return every accuracy with its change against the plain tuples. Raise ValueError where a run or a condition is missing."""
    runs = group_runs(inputs, r"audit/([^/]+)/([^/]+)/seed-")
    measured: dict[Key, Measured] = {}
    for network, task in product(labels.NETWORK_LABELS, dict.fromkeys(key[1] for key in runs)):
        if (network, task) not in runs:
            raise ValueError(f"beyond_audit: no result for {labels.NETWORK_LABELS[network]}, {task} among the files given")
        measured |= {(network, task, condition): m for condition, m in measure_conditions(runs[network, task]).items()}
    return measured
