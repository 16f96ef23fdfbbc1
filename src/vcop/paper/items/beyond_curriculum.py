"""Beyond the papers: what the task-based and the sample-based curriculum gain, with several seeds on the same test videos.

The figure shows validation curves of all seeds, and accuracies on the test list with paired gains, from the
histories and predictions of ``vcop pretrain``.
"""

from itertools import product
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper.figures import learning_curves, style
from vcop.paper.heading import Heading
from vcop.paper.labels import NETWORK_LABELS
from vcop.paper.measurement.scores import Measured, Scores, correct_videos, group_runs, mean_interval, paired_difference
from vcop.paper.pages import sample_curriculum, tables
from vcop.sampling.tasks import chance_accuracy

TITLE = "Beyond the papers. What the curricula gain, with several seeds"
CAPTION = (
    "Left: the seeds' mean, and a band from the lowest to the highest. Right: dots are seeds, diamonds their means; 95 % intervals "
    "are over seeds and groups of videos; a gain is paired, on the same videos and seeds. Neither pair is equal in "
    "work: the curriculum's run has had the epochs at tl = 3 before, and the run on hard videos has had more updates than its start."
)
# Network, task of the baseline, task of the curriculum; and the printed names of the tasks
PAIRS = [("c3d", "16-8-4-scratch", "16-8-4"), ("r3d", "16-8-3", "16-8-3-hard")]
NAMES = {"16-8-4-scratch": "from scratch", "16-8-4": "curriculum", "16-8-3": "16-8-3", "16-8-3-hard": "16-8-3*"}
HEADER = ["quantity", "network", "task", "seed", "epoch", "value", "low", "high", "n"]
ACCURACY, GAIN = "test accuracy", "paired gain"


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the validation curves of the first pair, and the test accuracies and gains of both.

    Inputs: results/order/{network}/{task}/seed-{seed}.csv of PAIRS, and results/pretrain/{network}/{task}/seed-{seed}/history.csv
    of the first pair, and results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    mined = sample_curriculum.read_mined("beyond_curriculum", inputs)
    network, *tasks = PAIRS[0]
    table = learning_curves.read_curves("beyond_curriculum", inputs, [(network, task) for task in tasks])
    rows = [*curve_rows(table, network, tasks), *test_rows(read(inputs))]
    numbers = pd.DataFrame(rows, columns=HEADER, dtype=object)
    tables.save_csv(numbers, out)
    with style.saved_figure(heading, out, 4.2) as figure:
        grid = figure.add_gridspec(2, 2, width_ratios=[1.15, 1], height_ratios=[2, 1.2])
        _curves(figure.add_subplot(grid[:, 0]), table, network, tasks)
        _dots(figure.add_subplot(grid[0, 1]), numbers[numbers["quantity"] == ACCURACY])
        _dots(figure.add_subplot(grid[1, 1]), numbers[numbers["quantity"] == GAIN])
        style.draw_footer(figure, f"{CAPTION} {mined.sentence}")


def read(inputs: list[Path]) -> dict[tuple[str, str], dict[int, Scores]]:
    """Read the test videos of every run, by seed. Raise ValueError where a run, or the partner of a seed, is missing."""
    files = group_runs(inputs, r"order/([^/]+)/([^/]+)/seed-(\d+)")
    tested: dict[tuple[str, str], dict[int, Scores]] = {}
    for network, *tasks in PAIRS:
        seeds = {seed for n, task, seed in files if n == network and task in tasks} or {"0"}
        for task, seed in product(tasks, sorted(seeds, key=int)):
            if (network, task, seed) not in files:
                name = f"{NETWORK_LABELS[network]}, {task}, seed {seed}"
                raise ValueError(f"beyond_curriculum: no result for {name} among the files given")
            tested.setdefault((network, task), {})[int(seed)] = correct_videos(files[network, task, seed][0])
    return tested


def curve_rows(table: pd.DataFrame, network: str, tasks: list[str]) -> list[list[object]]:
    """Return CSV rows of the validation accuracy per epoch: of every seed, then their mean with the lowest and the highest."""
    rows: list[list[object]] = []
    for task in tasks:
        curve = learning_curves.run_curve(table, network, task)
        for seed in curve.columns:
            rows += [["validation accuracy", network, task, seed, e, v, "", "", ""] for e, v in curve[seed].items()]
        for epoch, values in curve.iterrows():
            numbers = [round(v, 2) for v in (values.mean(), values.min(), values.max())]
            rows.append(["validation accuracy", network, task, "mean", epoch, *numbers, ""])
    return rows


def test_rows(tested: dict[tuple[str, str], dict[int, Scores]]) -> list[list[object]]:
    """Return CSV rows of each run's test accuracy and of each pair's gain: of every seed, then of all together."""
    rows: list[list[object]] = []

    def add(quantity: str, network: str, task: str, seed: object, m: Measured) -> None:
        rows.append([quantity, network, task, seed, "", *(round(v, 2) for v in (m.value, m.low, m.high)), m.n])

    for network, base, ours in PAIRS:
        seeds = list(tested[network, base])
        for name, chosen in [*((str(s), [s]) for s in seeds), ("mean", seeds)]:
            before, after = ([tested[network, task][s] for s in chosen] for task in (base, ours))
            add(ACCURACY, network, base, name, mean_interval(before))
            add(ACCURACY, network, ours, name, mean_interval(after))
            add(GAIN, network, ours, name, paired_difference(after, before))
    return rows


def _curves(ax: Axes, table: pd.DataFrame, network: str, tasks: list[str]) -> None:
    """Draw the validation accuracy from scratch and along the task-based curriculum, at equal epochs."""
    labels = [("chance", chance_accuracy(tasks[0]), style.MUTED)]
    for task, colour in zip(tasks, (style.INK, style.COLOURS[network]), strict=True):
        labels.append(
            (
                NAMES[task],
                learning_curves.draw_curve(ax, learning_curves.run_curve(table, network, task), band=True, color=colour),
                colour,
            )
        )
    learning_curves.finish_axes(ax, tasks, int(table["epoch"].max()), float(table[learning_curves.VALIDATION].max()))
    style.draw_end_labels(ax, labels, 0.07)
    seeds = table["seed"].nunique()
    ax.set_title(f"{NETWORK_LABELS[network]}, 16-8-4: validation, {seeds} seed{'s' * (seeds > 1)}")
    ax.set_ylabel("accuracy (%)")
    ax.set_xlabel("epoch")


def _dots(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw a row for each run, and name it at the left."""
    names = list(dict.fromkeys(zip(rows["network"], rows["task"], strict=True)))
    bases = [base for _, base, _ in PAIRS]
    for y, (network, task) in enumerate(names):
        colour = style.INK if task in bases else style.COLOURS[network]
        _draw_run(ax, y, rows[(rows["network"] == network) & (rows["task"] == task)], colour)
    ax.set_yticks(range(len(names)), [f"{NETWORK_LABELS[n]} {NAMES[t]}" for n, t in names], size=7, color=style.INK)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=True, axis="x")
    if rows["quantity"].iloc[0] == GAIN:
        ax.axvline(0, color=style.INK, linewidth=0.8, zorder=0.8)
        ax.set_title("Paired gain on the test list (points)")
    else:
        ax.set_xlim(0, 100)
        ax.set_title("Order accuracy on the test list (%)")


def _draw_run(ax: Axes, y: float, run: pd.DataFrame, colour: str) -> None:
    """Draw the seeds of a run as dots, and their mean as a diamond with its interval and its value."""
    seeds, mean = run[run["seed"] != "mean"]["value"], run[run["seed"] == "mean"].iloc[0]
    ax.plot([mean["low"], mean["high"]], [y, y], color=colour, linewidth=1)
    ax.plot(mean["value"], y, marker="D", markersize=3.6, color=colour)
    ax.plot(seeds, [y + 0.28] * len(seeds), linestyle="", marker="o", markersize=2.6, color=colour, alpha=0.7)
    text = f"{mean['value']:.1f} [{mean['low']:.1f}, {mean['high']:.1f}]"
    ax.annotate(
        text, (1, y), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points", va="center", size=7
    )
