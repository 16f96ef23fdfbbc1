"""Temporal jigsaw, ``jigsaw-16-3-6``: order prediction of 6 to 8 clips, of whose 720 to 40320 orders only 100 occur.

Noroozi and Favaro, "Unsupervised Learning of Visual Representations by Solving Jigsaw Puzzles", ECCV 2016, section 3, choose the orders of nine image
tiles in this way: orders that differ in few places are hard to tell apart, so that those are taken that differ in many. Here the pieces are
clips of a video, with the geometry and the head of order prediction.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from vcop.pretext.tasks.base import read_geometry
from vcop.pretext.tasks.order import Order
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import Task, orders

CLASSES = 100


class Jigsaw(Order):
    """Order of many clips. Args: geometry: clip length, interval, tuple length."""

    def __init__(self, geometry: Task) -> None:
        super().__init__(geometry)
        self.kind, self.name, self.classes = "jigsaw", f"jigsaw-{geometry}", CLASSES

    @property
    def plain(self) -> Jigsaw:
        """The task itself, which has no variants."""
        return self

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a window, and one of the chosen orders."""
        first, label = self.geometry.draw_start(video, rng), int(rng.integers(self.classes))
        return Draw(self.geometry.cut(first, distant_orders(self.clips, self.classes)[label], stride), label)


@cache
def distant_orders(tuple_length: int, number: int) -> list[tuple[int, ...]]:
    """Choose orders that differ in many places. The choice is the same on every machine and for every seed.

    The first is the chronological order. Then always that one follows whose smallest Hamming distance to those chosen before is largest; of equal
    ones that with the largest sum of distances, and of these the first lexicographically. The sum alone, as in the paper,
    leaves pairs that differ in two places only.

    Args:
        tuple_length: Clips of a tuple.
        number: How many orders are chosen, at most all.
    """
    every = np.array(orders(tuple_length), dtype=np.int8)
    nearest, total, chosen = np.full(len(every), tuple_length), np.zeros(len(every), dtype=np.int64), [0]
    while len(chosen) < number:
        distance = (every != every[chosen[-1]]).sum(axis=1)
        nearest, total = np.minimum(nearest, distance), total + distance
        # One number for both criteria: a sum is below tuple_length * number. argmax takes the first of equal ones.
        chosen.append(int((nearest * tuple_length * number + total).argmax()))
    return [orders(tuple_length)[index] for index in chosen]


def parse(arguments: str) -> Jigsaw:
    """Return the task of ``16-3-6``. Raises ValueError for others; ``order`` asks for all orders of shorter tuples."""
    return Jigsaw(read_geometry("jigsaw", arguments, 6, 8))
