"""TMM 2020, Figure 2: the framework, and the task-based curriculum from three clips a tuple to five."""

from math import factorial
from pathlib import Path

from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import canvas, framework, retrieval_pictures, style
from vcop.paper.figures.framework import NETWORK, Example
from vcop.paper.heading import Heading
from vcop.paper.measurement.scores import Measured, correct_videos, group_runs, mean_interval
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore

TITLE = "Figure 2 (TMM 2020). The framework, and the task-based curriculum"
CAPTION = "A test tuple ordered by R3D; below, the steps of the curriculum with their accuracy on all test tuples."
TASKS = ["16-8-3", "16-8-4", "16-8-5"]
WORDS = "Below: accuracy on all test tuples with its 95 % interval over them; upright: chance."
GAP, HEAD, CARD, BETWEEN, SCALE = 0.2, 0.26, 1.28, 0.36, 0.26  # inches: above, to the cards, their height, between them, below
WIDE = (style.WIDE - 2 * canvas.MARGIN - BETWEEN * (len(TASKS) - 1)) / len(TASKS)
INSET, THUMB = 0.1, 0.34


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/frames/ucf101.h5, results/illustrate/r3d/{task}/seed-{seed}.json, results/order/r3d/{task}/seed-{seed}.csv."""
    store, examples = (
        retrieval_pictures.open_stores(inputs)["ucf101"],
        framework.read_examples("tmm2020_figure2", inputs, TASKS),
    )
    found = group_runs(inputs, r"order/([^/]+)/([^/]+)/seed")
    for task in TASKS:
        if (NETWORK, task) not in found:
            raise ValueError(f"tmm2020_figure2: no result for {labels.NETWORK_LABELS[NETWORK]}, {task} among the files given")
    above = framework.framework_height(examples[0]) + GAP
    with canvas.sheet(heading, out, above + HEAD + CARD + SCALE, f"{framework.WORDS} {WORDS}") as ax:
        framework.draw_framework(ax, examples[0], store)
        canvas.draw_title(
            ax, canvas.MARGIN, above + 0.1, "(d) Task-based curriculum: each step starts from the weights of the step before"
        )
        for i, example in enumerate(examples):
            left = canvas.MARGIN + i * (WIDE + BETWEEN)
            _step(
                ax,
                left,
                above + HEAD,
                example,
                store,
                mean_interval([correct_videos(path) for path in found[NETWORK, example.task]]),
            )
            if i:
                canvas.draw_arrow(ax, (left - BETWEEN, above + HEAD + CARD / 2), (left, above + HEAD + CARD / 2))
                canvas.draw_text(ax, left - BETWEEN / 2, above + HEAD + CARD / 2 - 0.09, "θ", ha="center")
        _scale(ax, above + HEAD + CARD + SCALE - 0.1)


def _step(ax: Axes, left: float, top: float, example: Example, store: FrameStore, measured: Measured) -> None:
    """A card: a tuple, how many orders it can have, what training starts from, and how many tuples are ordered rightly."""
    count, chance = len(example.order), 100 / factorial(len(example.order))
    canvas.draw_box(ax, (left + WIDE / 2, top + CARD / 2), (WIDE, CARD), fill="#f6f8fa")
    x, start = left + INSET, Task.parse(example.task).start
    canvas.draw_text(ax, x, top + 0.14, f"tl = {count}: {factorial(count)} orders", weight="bold")
    canvas.draw_text(
        ax, left + WIDE - INSET, top + 0.14, f"from {start}" + " weights" * (start == "random"), ha="right", color=style.MUTED
    )
    for i, (place, clip) in enumerate(zip(example.order, example.pictures(store), strict=True)):
        canvas.draw_frame(ax, clip[len(clip) // 2], x + i * (THUMB + 0.05), top + 0.5, THUMB)
        canvas.draw_badge(ax, x + i * (THUMB + 0.05) + 0.03, top + 0.5 - THUMB / 2 + 0.03, place, count)
    full = WIDE - 2 * INSET
    canvas.draw_bar(ax, x, top + 0.84, full, 0.1, "#dfe4ea")
    canvas.draw_bar(ax, x, top + 0.84, full * measured.value / 100, 0.1, style.COLOURS[NETWORK])
    canvas.draw_arrow(
        ax, (x + full * chance / 100, top + 0.76), (x + full * chance / 100, top + 0.92), head=False, color=style.INK, zorder=4
    )
    canvas.draw_text(ax, x, top + 1.0, f"{measured.value:.1f} % right [{measured.low:.1f}, {measured.high:.1f}]")
    canvas.draw_text(ax, x, top + 1.14, f"of {measured.n} test tuples; chance {chance:.1f} %", color=style.MUTED)


def _scale(ax: Axes, y: float) -> None:
    """From easy to hard."""
    ends = (canvas.MARGIN, style.WIDE - canvas.MARGIN)
    canvas.draw_text(ax, ends[0], y, "easy")
    canvas.draw_text(ax, ends[1], y, "hard", ha="right")
    canvas.draw_arrow(ax, (ends[0] + 0.32, y), (ends[1] - 0.32, y))
