"""Why clips and not frames: one tuple as single frames and as clips, in the two orders that frames cannot tell apart.

Figure 1 of both papers. All lengths are in inches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from vcop.paper.figures import canvas, example_videos, style
from vcop.paper.figures.motivation_examples import BACKWARD, FORWARD, Moment, Order

SHUFFLED = (1, 2, 0)  # as in both papers' text
LEFT, PITCH, CLIP, FRAME = 0.86, 1.87, 1.44, 0.74  # left edge of the clips, distance of two, widths of clip and frame
HEAD, FRAME_ROW, CLIP_ROW, GAP = (
    0.3,
    0.66,
    0.46,
    0.16,
)  # above the first row, a row of frames, a row of clips, between two parts
SUM = LEFT + 2 * PITCH + CLIP + 0.14
MIDDLES = [LEFT + CLIP / 2 + PITCH * i for i in range(3)]
FOOTER = "Numbers: by how many grey levels neighbours differ; of clips, one's last frame and the next one's first. Circles: place in time."


@dataclass(frozen=True)
class Part:
    """Part of the figure: a tuple as frames or as clips.

    Attributes:
        title: Printed above the part.
        pictures: Frames of each clip, or one frame each. Shape: (3, L, H, W, 3).
        between: Function from an order to the differences of its neighbours.
        width: Width of a clip or of a single frame.
        row: Height of a row.
    """

    title: str
    pictures: NDArray[np.uint8]
    between: Callable[[Order], list[float]]
    width: float
    row: float

    @property
    def height(self) -> float:
        """Height of the part: three rows, shuffled and in two orders."""
        return HEAD + 3 * self.row

    @property
    def thickness(self) -> float:
        """Height of a frame."""
        _, count, high, wide, _ = self.pictures.shape
        return ((self.width + canvas.HAIR) / count - canvas.HAIR) * high / wide


def tuple_parts(moment: Moment, letters: str, kinds: Sequence[str] = ("Frames", "Clips")) -> list[Part]:
    """Return the two parts of a tuple, as frames and as clips; ``letters`` and ``kinds`` begin their titles."""
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
    """Return the height of parts one below the other."""
    return sum(part.height for part in parts) + GAP * (len(parts) - 1)


def draw_parts(ax: Axes, top: float, parts: Sequence[Part]) -> None:
    """Draw parts one below the other: shuffled, in the right order and in the reverse order, with the sums of the differences."""
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
    """Draw the frames or clips of a part from left to right.

    Args:
        ax: Sheet of ``canvas``.
        y: Middle of the row.
        part: Frames or clips.
        order: Which of them stands first, second and third, by position in time.
        gaps: Differences of neighbours, printed over the arrows between them; none: no arrows.
        back: Whether the arrows point to the left.
    """
    for x, position in zip(MIDDLES, order, strict=True):
        canvas.draw_strip(ax, part.pictures[position], x - part.width / 2, y, part.width)
        canvas.draw_badge(ax, x - part.width / 2 + 0.02, y - part.thickness / 2 + 0.02, position, len(order))
    for x, gap in zip(MIDDLES, gaps, strict=False):
        ends = [(x + part.width / 2 + 0.05, y), (x + PITCH - part.width / 2 - 0.05, y)]
        canvas.draw_arrow(ax, *(ends[::-1] if back else ends))
        canvas.draw_text(ax, x + PITCH / 2, y - 0.09, f"{gap:.1f}", ha="center", color=style.MUTED)


def draw_sums(ax: Axes, heights: Sequence[float], totals: Sequence[float]) -> None:
    """Print the sums of two orders: with a bracket where they are equal, else with a tick at the smaller one."""
    equal = round(totals[0], 6) == round(totals[1], 6)
    for y, total in zip(heights, totals, strict=True):
        best = not equal and total == min(totals)
        look = {"color": style.GREEN, "weight": "bold"} if best else {}
        canvas.draw_text(ax, SUM, y, f"sum {total:.1f}{' ✓' if best else ''}", **look)
    if equal:
        x, (first, last) = SUM + 0.62, heights
        canvas.draw_bracket(ax, x, first, last)
        canvas.draw_text(ax, x + 0.05, (first + last) / 2, "equal", rotation=90, ha="left")
