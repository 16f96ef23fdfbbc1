"""Pretext tasks: the geometry of a tuple, the labels of its orders, and the curricula (CVPR 2019, 3.1; TMM 2020, III-D).

A task is named ``cl-it-tl`` after its clip length, interval and tuple length. ``16-8-3`` is three clips of 16 frames with 8
frames between two clips, which takes a window of 64 frames::

    frame        0       15          24      39          48      63
    in time      [ clip 0 ]-interval-[ clip 1 ]-interval-[ clip 2 ]
    shuffled     [ clip 1 ]          [ clip 2 ]          [ clip 0 ]       order (1, 2, 0)

The network sees the shuffled clips and predicts the label of their order: its index among all orders of tl clips, which are
sorted lexicographically. Of three clips there are 3! = 6 orders; (1, 2, 0) has label 3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from math import factorial
from typing import TYPE_CHECKING

from vcop.sampling.draws import Draw, DrawnVideo

if TYPE_CHECKING:
    import numpy as np

# Other trainings of the same task: without the task-based curriculum, with the sample-based one, with twice the epochs; and our
# controls of the two curricula, of equal work: from scratch for as many clips as the whole curriculum, and on with all videos.
VARIANTS = ("", "scratch", "hard", "long", "direct", "more")
PATTERN = r"\d+-\d+-[2-5](-(scratch|hard|long|direct|more))?"
# Order prediction, or another pretext task: the name of its module and numbers.
ANY_TASK = rf"{PATTERN}|[a-z][a-z0-9_]*(-\d+)+"
GOES_ON = ("hard", "more")  # variants that go on with the whole network of the same task


@dataclass(frozen=True)
class Task:
    """A pretext task.

    Attributes:
        clip_length: Frames of a clip in the video.
        interval: Frames between the end of a clip and the start of the next.
        tuple_length: Clips of a tuple, 2 to 5.
        variant: How the task is trained: ``""``, or one of ``scratch``, ``hard``, ``long``, ``direct`` and ``more``.
    """

    clip_length: int
    interval: int
    tuple_length: int
    variant: str = ""

    @classmethod
    def parse(cls, name: str) -> Task:
        """Read the name of a task, for example ``16-8-3`` or ``16-8-4-scratch``.

        Raises:
            ValueError: If no such task is possible; the message says why.
        """
        parts = re.fullmatch(r"(-?\d{1,9})-(-?\d{1,9})-(-?\d{1,9})(?:-([a-z]+))?", name)
        if parts is None:
            raise ValueError(f"task: {name!r} is not of the form clip length-interval-tuple length, for example 16-8-3")
        cl, it, tl = (int(number) for number in parts.groups()[:3])
        variant = parts[4] or ""
        if cl < 1:
            raise ValueError(f"task: {name!r}: a clip has at least one frame")
        if it < 0:
            raise ValueError(f"task: {name!r}: the interval is negative, so that clips would overlap (C 3.1)")
        if not 2 <= tl <= 5:
            raise ValueError(f"task: {name!r}: a tuple has 2 to 5 clips (C 3.1)")
        if variant not in VARIANTS:
            raise ValueError(f"task: {name!r}: the variants are {', '.join(VARIANTS[1:])}")
        return cls(cl, it, tl, variant)

    def __str__(self) -> str:
        name = f"{self.clip_length}-{self.interval}-{self.tuple_length}"
        return f"{name}-{self.variant}" if self.variant else name

    @property
    def plain(self) -> Task:
        """This task without its variant."""
        return replace(self, variant="")

    @property
    def goes_on(self) -> bool:
        """Whether the training goes on with all layers of the same task's best weights."""
        return self.variant in GOES_ON

    @property
    def start(self) -> str:
        """Name of the task whose best weights a pretraining starts from, or ``random`` (curricula, TMM 2020, III-D).

        Task-based curriculum: tuple length 4 starts from 3, and 5 from 4; shorter tuples, ``scratch`` and its control
        ``direct`` start from random weights. Sample-based curriculum: ``hard``, and its control ``more``, go on from the same
        task.
        """
        if self.goes_on:
            return str(self.plain)
        if self.variant in ("scratch", "direct") or self.tuple_length <= 3:
            return "random"
        return str(replace(self, tuple_length=self.tuple_length - 1, variant=""))

    @property
    def window(self) -> int:
        """Frames from the start of the first clip to the end of the last: cl * tl + it * (tl - 1)."""
        return self.clip_length * self.tuple_length + self.interval * (self.tuple_length - 1)

    @property
    def starts(self) -> list[int]:
        """First frames of the clips in chronological order, counted from the start of the window."""
        return [k * (self.clip_length + self.interval) for k in range(self.tuple_length)]

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a tuple of shuffled clips from a video (CVPR 2019, 3.1).

        The start of the window is uniform over the video, the order of the clips uniform over all orders.

        Args:
            video: The video.
            stride: The network gets every stride-th frame of a clip.
            rng: Source of the random numbers, see ``vcop.sampling.seeding``.

        Returns:
            The clips in shuffled order, and the label of that order, its index in ``orders``.

        Raises:
            ValueError: If the video is shorter than the window.
        """
        first = self.draw_start(video, rng)
        label = int(rng.integers(len(self.orders)))
        return Draw(self.cut(first, self.orders[label], stride), label)

    def draw_start(self, video: DrawnVideo, rng: np.random.Generator) -> int:
        """Draw the first frame of a window, uniform over the video. Raises ValueError if the video is shorter than the window."""
        if video.count < self.window:
            raise ValueError(f"{video.name}: a tuple of {self} needs {self.window} frames, the video has {video.count}")
        return int(rng.integers(video.count - self.window + 1))

    def cut(self, first: int, order: Sequence[int], stride: int) -> list[tuple[int, ...]]:
        """Return the frames of the clips of the window that starts at frame ``first``, in an order of chronological indices."""
        starts = (first + self.starts[k] for k in order)
        return [tuple(range(start, start + self.clip_length, stride)) for start in starts]

    @property
    def orders(self) -> list[tuple[int, ...]]:
        """All orders of the clips; the index of an order in this list is its label."""
        return orders(self.tuple_length)


def order_task(name: str) -> Task | None:
    """Return the task of order prediction of a name; None for other pretext tasks, ``arrow-16``, and names of other weights."""
    return Task.parse(name) if re.fullmatch(PATTERN, name) else None


@cache
def orders(tuple_length: int) -> list[tuple[int, ...]]:
    """Return all permutations of 0 to tl - 1, sorted lexicographically."""
    return list(permutations(range(tuple_length)))


def order_label(order: Sequence[int]) -> int:
    """Return the label of an order: its lexicographic rank among all orders of the same number of clips.

    Args:
        order: Chronological indices of the shuffled clips, counted from 0. The papers' <c2, c3, c1> is (1, 2, 0) with label 3.
    """
    return orders(len(order)).index(tuple(order))


def chance_accuracy(task: str) -> float:
    """Return the order accuracy of guessing in percent: 100 / tl!.

    Args:
        task: Name of a task.
    """
    return 100 / factorial(Task.parse(task).tuple_length)
