"""Order verification, ``verify-16-8-3``: whether shuffled clips are in temporal order.

Misra et al., "Shuffle and Learn: Unsupervised Learning using Temporal Order Verification", ECCV 2016, section 3. A sequence is in order if it
runs steadily in either direction, since single frames seldom tell forwards from backwards: there, inverted sequences keep
their answer. In a sequence that is out of order, a frame from outside stands between two others. Of three clips those are all other
orders::

    in order      0 1 2, 2 1 0
    out of order  0 2 1, 1 0 2, 1 2 0, 2 0 1

Half of the sequences are in order; those of each answer are uniform over its orders. ``verify_still`` asks the same of frames.
"""

from __future__ import annotations

import numpy as np

from vcop.pretext.tasks.base import read_geometry
from vcop.pretext.tasks.order import Order
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import Task


class Verify(Order):
    """Out of order (0) or in order (1). Args: geometry: clip length, interval, tuple length."""

    def __init__(self, geometry: Task) -> None:
        super().__init__(geometry)
        self.kind, self.name, self.classes = "verify", f"verify-{geometry}", 2

    @property
    def plain(self) -> Verify:
        """Verification of clips, so that still ones are tested on the same sequences."""
        return Verify(self.geometry)

    @property
    def orders(self) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        """The orders that are out of order, and those that are in order: of n clips n! - 2, and 2."""
        first, *others, last = self.geometry.orders  # sorted lexicographically, so that the last one is the first one inverted
        return others, [first, last]

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a window, an answer, and an order that has this answer."""
        first, label = self.geometry.draw_start(video, rng), int(rng.integers(2))
        orders = self.orders[label]
        return Draw(self.geometry.cut(first, orders[int(rng.integers(len(orders)))], stride), label)


def parse(arguments: str) -> Verify:
    """Return the task of ``16-8-3``. Raises ValueError for others; two clips are always in order."""
    return Verify(read_geometry("verify", arguments, 3, 5))
