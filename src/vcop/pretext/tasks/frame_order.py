"""Frame order, ``frame_order-16-8-4``: in which order shuffled frames are, forwards and backwards being one answer.

Lee et al., "Unsupervised Representation Learning by Sorting Sequences" (OPN), ICCV 2017, section 3. Four frames have 4! = 24 orders; an order
and the same one inverted are one class, since many actions look plausible in both directions: 12 classes.

A frame is repeated to a clip, so that a 3D backbone takes it: these are the still clips of ``still-16-8-4``, whose head is OPN's
pairwise one, too.
"""

from __future__ import annotations

import numpy as np

from vcop.pretext.tasks.base import read_geometry
from vcop.pretext.tasks.still import Still
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import Task


class FrameOrder(Still):
    """Order of frames. Args: geometry: clip length, interval, tuple length."""

    def __init__(self, geometry: Task) -> None:
        super().__init__(geometry)
        one_way = [order for order in geometry.orders if order[0] < order[-1]]
        self.kind, self.name, self.classes = "frame_order", f"frame_order-{geometry}", len(one_way)
        self.answers = [one_way.index(min(order, order[::-1])) for order in geometry.orders]

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw still clips in an order; the label is that of the order's class."""
        clips, label, _ = super().draw(video, stride, rng)
        return Draw(clips, self.answers[label])


def parse(arguments: str) -> FrameOrder:
    """Return the task of ``16-8-4``. Raises ValueError for others; two frames have one answer only."""
    return FrameOrder(read_geometry("frame_order", arguments, 3, 5))
