"""Why clips and not frames: one tuple by single frames and by clips, in the two orders that frames leave open (Figure 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from vcop.paper.figures import canvas, example_videos, style
from vcop.paper.figures.motivation_examples import BACKWARD, FORWARD, Moment, Order

SHUFFLED = (1, 2, 0)  # as in both papers' text
LEFT, PITCH, CLIP, FRAME = 0.86, 1.87, 1.44, 0.74  # inches: where clips begin, from one to the next, a clip, a frame
HEAD, FRAME_ROW, CLIP_ROW, GAP = 0.3, 0.66, 0.46, 0.16  # inches: above the first row, a row, between two parts
SUM = LEFT + 2 * PITCH + CLIP + 0.14
MIDDLES = [LEFT + CLIP / 2 + PITCH * i for i in range(3)]
WORDS = "Numbers: by how many grey levels neighbours differ; of clips, one's last frame and the next one's first. Circles: place in time."


@dataclass(frozen=True)
class Part:
    """What a part of the figure shows of a tuple: its frames or its clips, and how much neighbours in an order differ."""

    title: str
    pictures: NDArray[np.uint8]  # (3, L, H, W, 3)
    between: Callable[[Order], list[float]]
    width: float  # inches of a clip, or of a frame
    row: float

    @property
    def height(self) -> float:
        """Inches: shuffled, and in two orders."""
        return HEAD + 3 * self.row

    @property
    def thickness(self) -> float:
        """Inches of a frame from top to bottom."""
        _, count, high, wide, _ = self.pictures.shape
        return ((self.width + canvas.HAIR) / count - canvas.HAIR) * high / wide


def tuple_parts(moment: Moment, letters: str, kinds: Sequence[str] = ("Frames", "Clips")) -> list[Part]:
    """A tuple by its frames and by its clips."""
    name = example_videos.class_label(moment.video.name)
    frames, clips = (f"({letter}) {kind} of {name}" for letter, kind in zip(letters, kinds, strict=True))
    return [
        Part(f"{frames}: an order and its reverse fit alike", moment.frames[:, None], moment.between_frames, FRAME, FRAME_ROW),
        Part(
            f"{clips}: in the right order each begins as the one before ends",
            moment.clips,
            moment.between_clips,
            CLIP,
            CLIP_ROW,
        ),
    ]


def parts_height(parts: Sequence[Part]) -> float:
    """Inches of parts one below the other."""
    return sum(part.height for part in parts) + GAP * (len(parts) - 1)


def draw_parts(ax: Axes, top: float, parts: Sequence[Part]) -> None:
    """Parts one below the other: shuffled, in the right order, in the reverse order, with the sums of the differences."""
    for part in parts:
        canvas.draw_title(ax, canvas.MARGIN, top + 0.1, part.title)
        shuffled, *heights = (top + HEAD + (i + 0.5) * part.row for i in range(3))
        canvas.draw_text(ax, canvas.MARGIN, shuffled, "shuffled")
        draw_row(ax, shuffled, part, SHUFFLED)
        orders = {"order 1": FORWARD, "order 2": BACKWARD}
        for y, (name, order) in zip(heights, orders.items(), strict=True):
            canvas.draw_text(ax, canvas.MARGIN, y, name)
            draw_row(ax, y, part, order, part.between(order))
        draw_sums(ax, heights, [sum(part.between(order)) for order in orders.values()])
        top += part.height + GAP


def draw_row(ax: Axes, y: float, part: Part, order: Order, gaps: Sequence[float] = (), *, back: bool = False) -> None:
    """Frames or clips from left to right, with the difference of each two over the arrow between them, which may point ``back``."""
    for x, place in zip(MIDDLES, order, strict=True):
        canvas.draw_strip(ax, part.pictures[place], x - part.width / 2, y, part.width)
        canvas.draw_badge(ax, x - part.width / 2 + 0.02, y - part.thickness / 2 + 0.02, place, len(order))
    for x, gap in zip(MIDDLES, gaps, strict=False):
        ends = [(x + part.width / 2 + 0.05, y), (x + PITCH - part.width / 2 - 0.05, y)]
        canvas.draw_arrow(ax, *(ends[::-1] if back else ends))
        canvas.draw_text(ax, x + PITCH / 2, y - 0.09, f"{gap:.1f}", ha="center", color=style.MUTED)


def draw_sums(ax: Axes, heights: Sequence[float], totals: Sequence[float]) -> None:
    """The sums of two orders: joined where they are equal, the smaller one ticked where not."""
    equal = round(totals[0], 6) == round(totals[1], 6)
    for y, total in zip(heights, totals, strict=True):
        best = not equal and total == min(totals)
        look = {"color": style.GREEN, "weight": "bold"} if best else {}
        canvas.draw_text(ax, SUM, y, f"sum {total:.1f}{' ✓' if best else ''}", **look)
    if equal:
        x, (first, last) = SUM + 0.62, heights
        canvas.draw_bracket(ax, x, first, last)
        canvas.draw_text(ax, x + 0.05, (first + last) / 2, "equal", rotation=90, ha="left")
