"""Framework of clip order prediction: one tuple from its video to the probabilities of its orders (Figure 2 of both papers).

Three parts from left to right: (a) sample and shuffle, (b) feature extraction, (c) order prediction. Rows are clips in (a) and (b),
pairs of clips and then orders in (c). All lengths are in inches.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from vcop.paper import labels
from vcop.paper.figures import canvas, style
from vcop.paper.measurement.scores import group_runs
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore

NETWORK = "r3d"
FOOTER = (
    "Circles: place in time. Dashed: the same weights. FC: linear layer, h after ReLU. Bars: softmax. The highest is the prediction: ✓ if it "
    "is the true order (green), ✗ if it is not."
)
TOP = 0.3  # above the rows, for the titles of the parts
CLIP_ROW, PAIR_ROW, ORDER_ROW = 0.82, 0.34, 0.25  # heights of a row
ORDERS = 6  # at most so many orders are shown
CELL = 0.25  # side of a feature vector

# Left edges and widths of what stands side by side, from left to right; SHOWN: frames of a clip.
TIME, TIME_WIDE = canvas.MARGIN + 0.14, 0.1
CENTRE, CENTRE_WIDE = 0.42, 0.42
CLIP, CLIP_WIDE, SHOWN = 1.17, 1.14, 4
FUNNEL, FUNNEL_WIDE, FUNNEL_HIGH = 2.45, 0.52, 0.52
FEATURE, PAIR, LINEAR, LINEAR_WIDE = 3.12, 3.96, 4.6, 0.25
JOINED, JOINED_WIDE, LAST = 5.04, 0.33, 5.51
LABEL, BAR, BAR_WIDE = 5.9, 6.26, 0.26


@dataclass(frozen=True)
class Example:
    """One tuple and its prediction, as ``vcop illustrate`` writes them; see ``vcop.pretext.illustration``."""

    network: str
    task: str
    frames: str
    video: str
    clips: list[list[int]]
    crop: list[int]
    order: list[int]
    probabilities: list[float]

    @classmethod
    def read(cls, path: Path) -> Example:
        """Read the file of an example. Raise ValueError where it has other fields."""
        values = json.loads(path.read_text())
        if set(values) != {field.name for field in fields(cls)}:
            raise ValueError(f"{path}: not what this version of `vcop illustrate` writes: delete it and run the study again")
        return cls(**values)

    def pictures(self, store: FrameStore) -> NDArray[np.uint8]:
        """Read the cropped frames of the shuffled clips, as the network gets them.

        Returns:
            Frames. Shape: (T, L, c, c, 3) for T clips of L frames and crops of side c.

        Raises:
            ValueError: The store is not the one that the example was made from.
        """
        if store.digest != self.frames:
            raise ValueError(f"{store.path}: not the frame store that {self.video} was illustrated from: illustrate again")
        video = next(video for video in store.videos if video.name == self.video)
        top, left, size = self.crop
        return np.stack([store.read(video, clip)[:, top : top + size, left : left + size] for clip in self.clips])

    @property
    def shown(self) -> list[tuple[tuple[int, ...], float]]:
        """Orders to be shown with their probabilities, by class: all, or the actual one and the most probable others."""
        pairs = list(zip(Task.parse(self.task).orders, self.probabilities, strict=True))
        kept = sorted(pairs, key=lambda pair: (list(pair[0]) != self.order, -pair[1]))[:ORDERS]
        return [pair for pair in pairs if pair in kept]

    @property
    def predicted(self) -> list[int]:
        """The order of the highest probability, which is the prediction; of equal ones the first, as in the tests of a network."""
        return list(Task.parse(self.task).orders[int(np.argmax(self.probabilities))])


def read_examples(item: str, inputs: Sequence[Path], tasks: Iterable[str]) -> list[Example]:
    """Read the example of each task, for the first seed.

    Args:
        item: Name of the table or figure, for the error message.
        inputs: Result files, among them results/illustrate/r3d/{task}/seed-{seed}.json.
        tasks: Pretext tasks, such as "16-8-3".

    Raises:
        ValueError: A task has no example.
    """
    examples = group_runs(inputs, r"illustrate/([^/]+)/([^/]+)/seed")
    for task in tasks:
        if (NETWORK, task) not in examples:
            raise ValueError(f"{item}: no illustration of {labels.NETWORK_LABELS[NETWORK]}, {task} among the files given")
    return [Example.read(min(examples[NETWORK, task])) for task in tasks]


def framework_height(example: Example) -> float:
    """Return the inches that ``draw_framework`` takes from top to bottom."""
    return TOP + _body(example)


def _body(example: Example) -> float:
    """Height of the highest column of rows."""
    clips = len(example.order)
    return max(CLIP_ROW * clips, PAIR_ROW * clips * (clips - 1) / 2, ORDER_ROW * ORDERS)


def row_middles(example: Example, count: int, pitch: float = np.inf) -> list[float]:
    """Return y of the middle of each of ``count`` rows, as far apart as fits but at most ``pitch`` inches."""
    body = _body(example)
    pitch = min(pitch, body / count)
    return [TOP + body / 2 + pitch * (i - (count - 1) / 2) for i in range(count)]


def draw_framework(ax: Axes, example: Example, store: FrameStore) -> None:
    """Draw the three parts, from the top of the axes downwards."""
    for x, text in (
        (canvas.MARGIN, "(a) Sample and shuffle"),
        (FUNNEL, "(b) Feature extraction"),
        (PAIR, "(c) Order prediction"),
    ):
        canvas.draw_title(ax, x, 0.1, text)
    _sample(ax, example, example.pictures(store))
    _features(ax, example)
    _pairs(ax, example)
    _orders(ax, example)


def _sample(ax: Axes, example: Example, pictures: NDArray[np.uint8]) -> None:
    """Draw the time line to scale, the central frames of the clips beside it, and arrows to the shuffled clips."""
    task, count = Task.parse(example.task), len(example.order)
    heights = row_middles(example, count)
    scale = (heights[1] - heights[0]) / (task.clip_length + task.interval)
    long, gap = task.clip_length * scale, task.interval * scale
    canvas.draw_arrow(ax, (TIME + TIME_WIDE / 2, heights[0] - long / 2), (TIME + TIME_WIDE / 2, heights[-1] + long / 2 + 0.1))
    for position, y in enumerate(heights):
        canvas.draw_box(ax, (TIME + TIME_WIDE / 2, y), (TIME_WIDE, long), fill=canvas.clip_colour(position, count))
        canvas.draw_text(ax, TIME - 0.08, y, f"{task.clip_length} frames", rotation=90, ha="center")
        if position:
            canvas.draw_text(ax, TIME - 0.08, y - (long + gap) / 2, f"{task.interval}", ha="center", color=style.MUTED)
        shuffled = example.order.index(position)
        canvas.draw_frame(ax, pictures[shuffled][pictures.shape[1] // 2], CENTRE, y, CENTRE_WIDE)
        canvas.draw_badge(ax, CENTRE + 0.03, y - CENTRE_WIDE / 2 + 0.03, position, count)
        canvas.draw_arrow(ax, (CENTRE + CENTRE_WIDE, y), (CLIP - 0.02, heights[shuffled]))
    shown = np.linspace(0, pictures.shape[1] - 1, SHOWN).round().astype(int)
    for y, position, clip in zip(heights, example.order, pictures, strict=True):
        canvas.draw_strip(ax, clip[shown], CLIP, y, CLIP_WIDE)
        canvas.draw_badge(ax, CLIP + 0.06, y - CLIP_WIDE / SHOWN / 2, position, count)


def _features(ax: Axes, example: Example) -> None:
    """Draw the network that all clips share, and the feature of each clip."""
    heights = row_middles(example, len(example.order))
    middle = FUNNEL + FUNNEL_WIDE / 2
    for y, position in zip(heights, example.order, strict=True):
        canvas.draw_arrow(ax, (CLIP + CLIP_WIDE, y), (FUNNEL, y))
        canvas.draw_funnel(
            ax, (middle, y), (FUNNEL_WIDE, FUNNEL_HIGH), labels.NETWORK_LABELS[example.network], style.COLOURS[example.network]
        )
        canvas.draw_arrow(ax, (FUNNEL + FUNNEL_WIDE, y), (FEATURE, y))
        canvas.draw_cell(ax, (FEATURE + CELL / 2, y), (CELL, CELL), f"$f_{position + 1}$")
    _shared(ax, middle, heights, 0.75 * FUNNEL_HIGH)


def _shared(ax: Axes, x: float, heights: Sequence[float], high: float) -> None:
    """Draw dashed lines between layers that share their weights."""
    for above, below in pairwise(heights):
        canvas.draw_arrow(ax, (x, above + high / 2), (x, below - high / 2), head=False, linestyle=(0, (3, 2)))


def _pairs(ax: Axes, example: Example) -> None:
    """Draw the pairs of features, the linear layer that they share, and its concatenated outputs."""
    clips, heights = row_middles(example, len(example.order)), row_middles(example, len(list(combinations(example.order, 2))))
    joined = row_middles(example, len(heights), CELL)
    for (a, b), y, end in zip(combinations(range(len(example.order)), 2), heights, joined, strict=True):
        names = [example.order[i] + 1 for i in (a, b)]
        for side, i in enumerate((a, b)):
            canvas.draw_arrow(ax, (FEATURE + CELL, clips[i]), (PAIR, y))
            canvas.draw_cell(ax, (PAIR + CELL * (side + 0.5), y), (CELL, CELL), f"$f_{names[side]}$")
        canvas.draw_arrow(ax, (PAIR + 2 * CELL, y), (LINEAR, y))
        canvas.draw_box(ax, (LINEAR + LINEAR_WIDE / 2, y), (LINEAR_WIDE, CELL), "FC")
        canvas.draw_arrow(ax, (LINEAR + LINEAR_WIDE, y), (JOINED, end))
        canvas.draw_cell(ax, (JOINED + JOINED_WIDE / 2, end), (JOINED_WIDE, CELL), f"$h_{{{names[0]}{names[1]}}}$")
    _shared(ax, LINEAR + LINEAR_WIDE / 2, heights, CELL)


def _orders(ax: Axes, example: Example) -> None:
    """Draw the last layer and the probabilities of the orders."""
    middle = TOP + _body(example) / 2
    canvas.draw_arrow(ax, (JOINED + JOINED_WIDE, middle), (LAST, middle))
    canvas.draw_box(ax, (LAST + LINEAR_WIDE / 2, middle), (LINEAR_WIDE, CELL), "FC")
    canvas.draw_arrow(ax, (LAST + LINEAR_WIDE, middle), (LABEL - 0.03, middle))
    shown, rest = example.shown, len(example.probabilities) - ORDERS
    heights = row_middles(example, len(shown), ORDER_ROW)
    for x, text in ((LABEL, "order"), (BAR, "probability")):
        canvas.draw_text(ax, x, heights[0] - ORDER_ROW, text, color=style.MUTED)
    if rest > 0:
        left = 1 - sum(p for _, p in shown)
        canvas.draw_text(ax, LABEL, heights[-1] + ORDER_ROW, f"{rest} others: {100 * left:.0f} %", color=style.MUTED)
    for y, (order, p) in zip(heights, shown, strict=True):
        _order(ax, example, y, list(order), p)


def _order(ax: Axes, example: Example, y: float, order: list[int], p: float) -> None:
    """Draw one order with its probability: the true one in green, the predicted one bold with a tick or a cross."""
    actual, predicted = order == example.order, order == example.predicted
    look: dict[str, Any] = {"color": style.GREEN if actual else style.INK, "weight": "bold" if predicted else "normal"}
    fill = style.GREEN if actual else style.INK if predicted else style.shade_colour(style.MUTED, 0.3)
    long = BAR_WIDE * p / max(example.probabilities)
    canvas.draw_text(ax, LABEL, y, "".join(str(position + 1) for position in order), **look)
    canvas.draw_bar(ax, BAR, y, long, ORDER_ROW / 2, fill)
    mark = ("✓" if actual else "✗") if predicted else "true" if actual else ""
    canvas.draw_text(ax, BAR + long + 0.04, y, f"{100 * p:.0f} % {mark}".rstrip(), **look)
