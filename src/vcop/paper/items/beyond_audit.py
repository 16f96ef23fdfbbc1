"""Beyond the papers: by what the order of clips is told. Order accuracy without motion, colour or a common crop."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd

from vcop.paper import labels
from vcop.paper.figures import dot_plots, style
from vcop.paper.figures.dot_plots import Dot
from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.scores import Measured, Scores, correct_videos, group_runs, paired_difference
from vcop.paper.pages import tables
from vcop.sampling import tasks

TITLE = "Beyond the papers. Shortcut audit of clip order prediction"
CAPTION = (
    "The same test tuples under every condition; nothing is trained anew. Printed: order accuracy, and its change against the plain "
    "tuples on the same videos, in points. Bars and brackets are 95 % intervals over test videos; dotted: chance, upright lines: plain."
)
# In the order drawn; what they are called
CONDITIONS = {
    "plain": "plain (central crop)",
    "still": "first frame repeated",
    "grey": "no colour",
    "reversed": "each clip reversed",
    "own-crops": "a crop for each clip",
    "shared-crop": "one random crop",
}
HEADER = ["network", "task", "condition", *dot_plots.NUMBERS, "change", "change_low", "change_high", "chance"]
Key = tuple[str, str, str]  # network, task, condition


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/audit/{network}/{task}/seed-{seed}.csv of one task."""
    found = measure(inputs)
    task = next(iter(found))[1]
    rows = [[*key, *dot_plots.csv_numbers(m), round(tasks.chance_accuracy(task), 2)] for key, m in found.items()]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER), out)
    heights = dot_plots.row_heights([len(labels.NETWORK_LABELS)] * len(CONDITIONS))
    rows_at = [y for group in heights for y in group]
    with style.saved_figure(heading, out, 1.5 + dot_plots.HEIGHT * (rows_at[-1] + 2)) as figure:
        ax = figure.subplots()
        drawn = [
            Dot(n, found[n, task, c], text=change(found[n, task, c])) for c, n in product(CONDITIONS, labels.NETWORK_LABELS)
        ]
        dot_plots.draw_dots(ax, rows_at, drawn, "change")
        dot_plots.draw_group_names(ax, heights, list(CONDITIONS.values()), 42, [style.INK] * len(CONDITIONS))
        ax.axvline(tasks.chance_accuracy(task), color=style.MUTED, linestyle=":", linewidth=1, zorder=0.8)
        for network in labels.NETWORK_LABELS:
            ax.axvline(found[network, task, "plain"].value, color=style.COLOURS[network], linewidth=0.6, alpha=0.6, zorder=0.8)
        ax.set_yticks(rows_at, list(labels.NETWORK_LABELS.values()) * len(CONDITIONS), size=7, color=style.INK)
        ax.set_xlim(0, 100)
        ax.set_xlabel(f"order accuracy (%), {task}, n = {drawn[0].measured.n}")
        style.draw_footer(figure, CAPTION)


def change(m: Measured) -> str:
    """What is printed beside an accuracy."""
    return tables.format_points(*m.gain.numbers) if m.gain else ""


def measure(inputs: list[Path]) -> dict[Key, Measured]:
    """Every accuracy, with its change against the plain tuples. Raises ValueError where a run or a condition is missing."""
    found = group_runs(inputs, r"audit/([^/]+)/([^/]+)/seed-")
    measured: dict[Key, Measured] = {}
    for network, task in product(labels.NETWORK_LABELS, dict.fromkeys(key[1] for key in found)):
        if (network, task) not in found:
            raise ValueError(f"beyond_audit: no result for {labels.NETWORK_LABELS[network]}, {task} among the files given")
        paths = found[network, task]
        plain = [score("plain")(path) for path in paths]
        for condition in CONDITIONS:
            of = comparisons.measure_runs(paths, score(condition))
            gain = paired_difference([score(condition)(path) for path in paths], plain) if condition != "plain" else None
            measured[network, task, condition] = replace(of, gain=gain)
    return measured


def score(condition: str) -> Callable[[Path], Scores]:
    """Order predictions under a condition: 1 where right. Raises ValueError where there are none."""

    def scores(path: Path) -> Scores:
        found = correct_videos(path, condition=condition)
        if found.empty:
            raise ValueError(f"{path}: nothing under the condition {condition!r}: audit again")
        return found

    return scores
