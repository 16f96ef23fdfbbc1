"""How often the 95 % intervals of this project hold the true number, in made-up studies whose truth is known.

Each line is a study done again ``--repeats`` times, with other test videos and other seeds; the project's own code makes the
intervals (``vcop.stats``). The percentage is how often they hold the truth, the width their median. docs/intervals.md shows the table.
Families of numbers are in ``benchmarks.families``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np

from benchmarks import timing
from benchmarks.worlds import World, gain_study
from vcop.stats.families import class_intervals

SEEDS = (1, 2, 3, 5)
LEVELS = [(2, 0), (2, 1), (10, 0), (10, 2), (50, 0), (50, 4), (50, 7), (90, 2), (98, 1)]  # accuracy, seeds' standard deviation
Bounds = tuple[float, float, float]  # low, truth, high
Study = Callable[[np.random.Generator, int], list[Bounds]]  # one study of so many seeds: the intervals that it gives


def number(world: World, rng: np.random.Generator, seeds: int) -> list[Bounds]:
    """Return the interval of an accuracy."""
    low, high = world.study(rng, seeds).interval
    return [(low, world.accuracy, high)]


def classes(world: World, rng: np.random.Generator, seeds: int) -> list[Bounds]:
    """Return the intervals of single classes."""
    intervals = class_intervals(world.class_studies(rng, seeds))
    return [(i.low, float(truth), i.high) for i, truth in zip(intervals, world.by_class, strict=True)]


def gain(ours: World, base: World, rng: np.random.Generator, seeds: int) -> list[Bounds]:
    """Return the interval of a paired difference."""
    low, high = gain_study(rng, ours, base, seeds).interval
    return [(low, ours.accuracy - base.accuracy, high)]


def studies() -> Iterator[tuple[str, str, Study]]:
    """Yield what is measured: the kind of number, the truth in words, and the study."""
    for (name, size), (accuracy, sd) in product(SIZES.items(), LEVELS):
        yield name, f"{accuracy} %, seeds ±{sd}", partial(number, World(accuracy, sd, *size))
    for accuracy, sd in LEVELS:
        yield (
            "single classes, 15 videos in 5 groups",
            f"{accuracy} %, seeds ±{sd}",
            partial(classes, World(accuracy, sd, 10, 5, 3)),
        )
    for accuracy, other, sd in [(55, 50, 0), (55, 50, 4), (12, 8, 1), (95, 90, 1)]:
        ours, base = World(accuracy, sd), World(other, sd)
        yield "paired difference, 70 groups", f"{accuracy} - {other} %, seeds ±{sd}", partial(gain, ours, base)


SIZES = {"10 classes, 7 groups of 3 videos each": (10, 7, 3), "25 groups of 4 videos": (1, 25, 4)}


def measure(study: Study, seeds: int, repeats: int) -> tuple[float, float]:
    """Return in how many percent of the intervals the truth lies, and their median width."""
    rng = np.random.default_rng(seeds)
    found = np.array([bounds for _ in range(repeats) for bounds in study(rng, seeds)])
    held = (found[:, 0] <= found[:, 1]) & (found[:, 1] <= found[:, 2])
    return 100 * float(held.mean()), float(np.median(found[:, 2] - found[:, 0]))


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    parser: argparse.ArgumentParser = timing.parser("coverage", __doc__)
    parser.set_defaults(repeats=1000)
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=SEEDS, help="Numbers of seeds of a study (default: %(default)s)."
    )
    parser.add_argument("--only", default="", help="Measure only the kinds of number whose name contains this text.")
    arguments = parser.parse_args(words)
    rows = []
    for kind, truth, study in studies():
        if arguments.only in kind:
            found = [measure(study, seeds, arguments.repeats) for seeds in arguments.seeds]
            rows.append([f"{kind}: {truth}", *(f"{held:.1f} ({width:.1f})" for held, width in found)])
    header = ["percent of 95 % intervals that hold the truth (width)", *(f"{n} seed{'s' * (n > 1)}" for n in arguments.seeds)]
    chance = 100 * (0.05 * 0.95 / arguments.repeats) ** 0.5
    about = f"{arguments.repeats} studies each: a percentage of single numbers varies by chance with a standard deviation of {chance:.1f}."
    timing.publish(arguments, timing.table(header, rows), about)


if __name__ == "__main__":
    main()
