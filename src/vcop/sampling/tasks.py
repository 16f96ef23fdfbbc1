"""The names of pretext tasks, ``cl-it-tl``, and the labels of orders (CVPR 2019, 3.1; TMM 2020, IV-A)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from math import factorial

VARIANTS = ("", "scratch", "hard", "long")
PATTERN = r"\d+-\d+-[2-5](-(scratch|hard|long))?"


@dataclass(frozen=True)
class Task:
    """A pretext task: ``tuple_length`` clips of ``clip_length`` frames, ``interval`` frames between two of them."""

    clip_length: int
    interval: int
    tuple_length: int
    variant: str = ""

    @classmethod
    def parse(cls, name: str) -> Task:
        """``16-8-3`` or ``16-8-4-scratch``. Raises ValueError that says what is impossible about ``name``."""
        parts = re.fullmatch(r"(-?\d{1,9})-(-?\d{1,9})-(-?\d{1,9})(?:-([a-z]+))?", name)
        if parts is None:
            raise ValueError(f"task: {name!r} is not clip length - interval - tuple length, as in 16-8-3")
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
        """The task without its variant."""
        return replace(self, variant="")

    @property
    def start(self) -> str:
        """Whose best weights a pretraining starts from: a task's name, or ``random`` (TMM 2020, III-D).

        tl = 4 starts from tl = 3, tl = 5 from tl = 4; ``-hard`` goes on from the same task; ``-scratch`` starts from nothing.
        """
        if self.variant == "hard":
            return str(self.plain)
        if self.variant == "scratch" or self.tuple_length <= 3:
            return "random"
        return str(replace(self, tuple_length=self.tuple_length - 1, variant=""))

    @property
    def window(self) -> int:
        """Frames from the first clip's first to the last clip's last: cl tl + it (tl - 1)."""
        return self.clip_length * self.tuple_length + self.interval * (self.tuple_length - 1)

    @property
    def starts(self) -> list[int]:
        """First frames of the clips in chronological order, counted from the window's first."""
        return [k * (self.clip_length + self.interval) for k in range(self.tuple_length)]

    @property
    def orders(self) -> list[tuple[int, ...]]:
        """All orders; an order's place in this list is its label."""
        return orders(self.tuple_length)


@cache
def orders(tuple_length: int) -> list[tuple[int, ...]]:
    """The permutations of 0..tl-1 in lexicographic order."""
    return list(permutations(range(tuple_length)))


def label(order: Sequence[int]) -> int:
    """The lexicographic rank of the chronological indices in shuffled order: <c2, c3, c1> is (1, 2, 0), rank 3."""
    return orders(len(order)).index(tuple(order))


def chance_accuracy(task: str) -> float:
    """Percent that a guess is right: 1 / tl!."""
    return 100 / factorial(Task.parse(task).tuple_length)
