"""TMM 2020, Figure 2: framework, and task-based curriculum from three to five clips in a tuple.

The paper draws a schematic. Here test tuples go through it, with the predictions of the pretrained R3D and its accuracy at each step.
"""

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
FOOTER = "Below: order accuracy on all test videos with its 95 % interval over seeds and groups of videos; upright: chance."
GAP, HEAD, CARD, BETWEEN, SCALE = (
    0.2,
    0.26,
    1.28,
    0.36,
    0.26,
)  # inches: above the cards, their title, their height, between two, scale below
WIDE = (style.WIDE - 2 * canvas.MARGIN - BETWEEN * (len(TASKS) - 1)) / len(TASKS)
INSET, THUMB = 0.1, 0.34  # inches: margin within a card, width of a frame


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the framework with a tuple of three clips, and a card for each step of the curriculum below.

    Inputs: results/frames/ucf101.h5, and of each task results/illustrate/r3d/{task}/seed-{seed}.json and
    results/order/r3d/{task}/seed-{seed}.csv.
    """
    store = retrieval_pictures.open_stores(inputs)["ucf101"]
    examples = framework.read_examples("tmm2020_figure2", inputs, TASKS)
    orders = group_runs(inputs, r"order/([^/]+)/([^/]+)/seed")
    for task in TASKS:
        if (NETWORK, task) not in orders:
            raise ValueError(f"tmm2020_figure2: no result for {labels.NETWORK_LABELS[NETWORK]}, {task} among the files given")
    above = framework.framework_height(examples[0]) + GAP
    with canvas.sheet(heading, out, above + HEAD + CARD + SCALE, f"{framework.FOOTER} {FOOTER}") as ax:
        framework.draw_framework(ax, examples[0], store)
        title = "(d) Task-based curriculum: each step starts from the weights of the step before"
        canvas.draw_title(ax, canvas.MARGIN, above + 0.1, title)
        for i, example in enumerate(examples):
            left = canvas.MARGIN + i * (WIDE + BETWEEN)
            accuracy = mean_interval([correct_videos(path) for path in orders[NETWORK, example.task]])
            _draw_step(ax, left, above + HEAD, example, store, accuracy)
            if i:
                canvas.draw_arrow(ax, (left - BETWEEN, above + HEAD + CARD / 2), (left, above + HEAD + CARD / 2))
                canvas.draw_text(ax, left - BETWEEN / 2, above + HEAD + CARD / 2 - 0.09, "θ", ha="center")
        _draw_scale(ax, above + HEAD + CARD + SCALE - 0.1)


def _draw_step(ax: Axes, left: float, top: float, example: Example, store: FrameStore, accuracy: Measured) -> None:
    """Draw a card: a tuple, the number of its orders, the weights that training starts from, and the accuracy."""
    count, chance = len(example.order), 100 / factorial(len(example.order))
    canvas.draw_box(ax, (left + WIDE / 2, top + CARD / 2), (WIDE, CARD), fill="#f6f8fa")
    x, start = left + INSET, Task.parse(example.task).start
    canvas.draw_text(ax, x, top + 0.14, f"tl = {count}: {factorial(count)} orders", weight="bold")
    canvas.draw_text(
        ax, left + WIDE - INSET, top + 0.14, f"from {start}" + " weights" * (start == "random"), ha="right", color=style.MUTED
    )
    for i, (position, clip) in enumerate(zip(example.order, example.pictures(store), strict=True)):
        canvas.draw_frame(ax, clip[len(clip) // 2], x + i * (THUMB + 0.05), top + 0.5, THUMB)
        canvas.draw_badge(ax, x + i * (THUMB + 0.05) + 0.03, top + 0.5 - THUMB / 2 + 0.03, position, count)
    full = WIDE - 2 * INSET
    canvas.draw_bar(ax, x, top + 0.84, full, 0.1, "#dfe4ea")
    canvas.draw_bar(ax, x, top + 0.84, full * accuracy.value / 100, 0.1, style.COLOURS[NETWORK])
    canvas.draw_arrow(
        ax, (x + full * chance / 100, top + 0.76), (x + full * chance / 100, top + 0.92), head=False, color=style.INK, zorder=4
    )
    canvas.draw_text(ax, x, top + 1.0, f"{accuracy.value:.1f} % right [{accuracy.low:.1f}, {accuracy.high:.1f}]")
    canvas.draw_text(ax, x, top + 1.14, f"of {accuracy.n} test videos; chance {chance:.1f} %", color=style.MUTED)


def _draw_scale(ax: Axes, y: float) -> None:
    """Draw the scale from easy to hard."""
    ends = (canvas.MARGIN, style.WIDE - canvas.MARGIN)
    canvas.draw_text(ax, ends[0], y, "easy")
    canvas.draw_text(ax, ends[1], y, "hard", ha="right")
    canvas.draw_arrow(ax, (ends[0] + 0.32, y), (ends[1] - 0.32, y))
