"""Why clips and not frames: one tuple as single frames and as clips, in the two orders that frames cannot tell apart.

Figure 1 of both papers. All lengths are in inches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from vcop.paper.figures import canvas, example_videos, style
from vcop.paper.figures.motivation_examples import BACKWARD, FORWARD, SHOWN, Moment, Order

SHUFFLED = (1, 2, 0)  # as in both papers' text
LEFT, PITCH, CLIP, FRAME = 0.86, 1.87, 1.44, 0.74  # left edge of the clips, distance of two, widths of clip and frame
# Heights: above the first row, a row of frames, a row of clips with its arrows, between two parts
HEAD, FRAME_ROW, CLIP_ROW, GAP = 0.3, 0.66, 0.74, 0.16
ARROW = 0.3  # length of the arrows that show directions
SUM = LEFT + 2 * PITCH + CLIP + 0.14
MIDDLES = [LEFT + CLIP / 2 + PITCH * i for i in range(3)]
INSIDE = "#c2410c"  # motion inside clips
FOOTER = (
    "Circles: place in time. Motion: the centre of what changes from frame to frame. Orange arrow: inside a clip, from its start to its end "
    "(dots: where it is in each picture). Grey: from a clip to the next one. Number: the angle between the two, 0° where they agree."
)


@dataclass(frozen=True)
class Part:
    """Part of the figure: a tuple as frames or as clips.

    Attributes:
        title: Printed above the part.
        moment: The tuple.
        pictures: Frames of each clip, or one frame each. Shape: (3, L, H, W, 3).
        width: Width of a clip or of a single frame.
        row: Height of a row.
        moving: Whether the motion inside is shown: a single frame has none.
    """

    title: str
    moment: Moment
    pictures: NDArray[np.uint8]
    width: float
    row: float
    moving: bool

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
    tells = float(np.mean(moment.angles(FORWARD))) < 90
    told = "the motion inside tells where the next one is" if tells else "here not even the motion inside tells the order"
    frames, clips = (f"({letter}) {kind} of {name}" for letter, kind in zip(letters, kinds, strict=True))
    return [
        Part(
            f"{frames}: nothing tells an order from its reverse",
            moment,
            moment.frames[:, None],
            FRAME,
            FRAME_ROW,
            moving=False,
        ),
        Part(f"{clips}: {told}", moment, moment.clips, CLIP, CLIP_ROW, moving=True),
    ]


def parts_height(parts: Sequence[Part]) -> float:
    """Return the height of parts one below the other."""
    return sum(part.height for part in parts) + GAP * (len(parts) - 1)


def draw_parts(ax: Axes, top: float, parts: Sequence[Part]) -> None:
    """Draw parts one below the other: shuffled, in the right order and in the reverse order, and what tells the two orders apart."""
    for part in parts:
        canvas.draw_title(ax, canvas.MARGIN, top + 0.1, part.title)
        shuffled, *heights = (top + HEAD + (i + 0.5) * part.row for i in range(3))
        canvas.draw_text(ax, canvas.MARGIN, picture_middle(shuffled, part), "shuffled")
        draw_row(ax, shuffled, part, SHUFFLED)
        orders = {"order 1": FORWARD, "order 2": BACKWARD}
        for y, (name, order) in zip(heights, orders.items(), strict=True):
            canvas.draw_text(ax, canvas.MARGIN, picture_middle(y, part), name)
            draw_row(ax, y, part, order)
            (draw_steps if part.moving else draw_arrows)(ax, y, part, order)
        (draw_verdict if part.moving else draw_doubt)(ax, heights, part)
        top += part.height + GAP


def draw_row(ax: Axes, y: float, part: Part, order: Order) -> None:
    """Draw the frames or clips of a part from left to right, clips with the motion inside them.

    Args:
        ax: Sheet of ``canvas``.
        y: Middle of the row.
        part: Frames or clips.
        order: Which of them stands first, second and third, by position in time.
    """
    middle = picture_middle(y, part)
    for x, position in zip(MIDDLES, order, strict=True):
        left = x - part.width / 2
        canvas.draw_strip(ax, part.pictures[position], left, middle, part.width)
        canvas.draw_badge(ax, left + 0.02, middle - part.thickness / 2 + 0.02, position, len(order))
        if part.moving:
            _draw_dots(ax, left, middle, part, position)
            _draw_direction(ax, (x, y + part.row / 2 - 0.17), part.moment.inside(position), INSIDE)


def picture_middle(y: float, part: Part) -> float:
    """Return the middle of the pictures in a row: below those of clips is room for an arrow."""
    return y - part.row / 2 + part.thickness / 2 + 0.06 if part.moving else y


def draw_arrows(ax: Axes, y: float, part: Part, order: Order, *, back: bool = False) -> None:
    """Draw arrows between neighbours, along the row's time: to the right, or with ``back`` to the left."""
    for x, _ in zip(MIDDLES, pairwise(order), strict=False):
        ends = [(x + part.width / 2 + 0.05, y), (x + PITCH - part.width / 2 - 0.05, y)]
        canvas.draw_arrow(ax, *(ends[::-1] if back else ends))


def draw_steps(ax: Axes, y: float, part: Part, order: Order) -> None:
    """Draw between neighbours the direction of the step from one to the other, and its angle with the motion inside them."""
    for x, (one, other), degrees in zip(MIDDLES, pairwise(order), part.moment.angles(order), strict=False):
        middle = x + PITCH / 2
        _draw_direction(ax, (middle, picture_middle(y, part)), part.moment.step(one, other), style.MUTED)
        canvas.draw_text(ax, middle, y + part.row / 2 - 0.17, f"{degrees:.0f}°", ha="center")


def draw_verdict(ax: Axes, heights: Sequence[float], part: Part) -> None:
    """Print the mean angle of both orders, with a tick where the motion inside agrees with the steps: below 90 degrees."""
    for y, order in zip(heights, (FORWARD, BACKWARD), strict=True):
        mean = float(np.mean(part.moment.angles(order)))
        look = {"color": style.GREEN, "weight": "bold"} if mean < 90 else {}
        canvas.draw_text(ax, SUM, picture_middle(y, part), f"mean {mean:.0f}°{' ✓' if mean < 90 else ''}", **look)


def draw_doubt(ax: Axes, heights: Sequence[float], part: Part) -> None:
    """Join the two orders of frames with a bracket: either may be right."""
    x, (first, last) = MIDDLES[-1] + part.width / 2 + 0.2, heights
    canvas.draw_bracket(ax, x, first, last)
    canvas.draw_text(ax, x + 0.08, (first + last) / 2, "either may be right", ha="left")


def _draw_dots(ax: Axes, left: float, middle: float, part: Part, position: int) -> None:
    """Mark in each picture of a clip where its motion is at that time."""
    start, end = part.moment.motions[position]
    high, wide = part.pictures.shape[2:4]
    each = (part.width + canvas.HAIR) / SHOWN
    for i, share in enumerate(np.linspace(0, 1, SHOWN)):
        across, down = np.clip((start + share * (end - start)) / (wide, high), 0.04, 0.96)
        x, y = left + i * each + across * (each - canvas.HAIR), middle + (down - 0.5) * part.thickness
        ax.plot(x, y, marker="o", markersize=2.6, color=INSIDE, markeredgecolor="white", markeredgewidth=0.4, zorder=4)


def _draw_direction(ax: Axes, middle: tuple[float, float], way: NDArray[np.float64], colour: str) -> None:
    """Draw an arrow of a fixed length in the direction of ``way``, or nothing where there is none."""
    length = float(np.hypot(*way))
    if length > 0:
        x, y = way / length * ARROW / 2
        ends = [(middle[0] - x, middle[1] - y), (middle[0] + x, middle[1] + y)]
        canvas.draw_arrow(ax, *ends, color=colour, linewidth=1.4, zorder=4)
