"""How often the 95 % intervals of this project hold the true number, in made-up studies whose truth is known.

Each line is a study done again ``--repeats`` times, with other test videos and other seeds; the project's own code makes the
intervals (``vcop.stats``). The percentage is how often they hold the truth, the width their median. docs/intervals.md shows the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np

from benchmarks import timing
from benchmarks.worlds import World, gain_study
from vcop.stats.estimates import Estimate
from vcop.stats.families import class_intervals, pool_seed_variance, simultaneous_intervals

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


def family(pairs: Sequence[tuple[World, World]], pool: bool, rng: np.random.Generator, seeds: int) -> list[Bounds]:
    """Return one interval that holds its truth where all simultaneous intervals of a family of differences do."""
    gains: Sequence[Estimate] = [gain_study(rng, ours, base, seeds) for ours, base in pairs]
    intervals = simultaneous_intervals(pool_seed_variance(gains) if pool else gains)
    truths = [ours.accuracy - base.accuracy for ours, base in pairs]
    missed = [i for i, truth in zip(intervals, truths, strict=True) if not i.low <= truth <= i.high]
    width = float(np.median([i.high - i.low for i in intervals]))
    return [(0.0, -1.0 if missed else width / 2, width)]


def pooled(pairs: Sequence[tuple[World, World]], rng: np.random.Generator, seeds: int) -> list[Bounds]:
    """Return the interval of each difference of a family, with one variance of seeds for all."""
    gains = pool_seed_variance([gain_study(rng, ours, base, seeds) for ours, base in pairs])
    return [(e.interval[0], a.accuracy - b.accuracy, e.interval[1]) for e, (a, b) in zip(gains, pairs, strict=True)]


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
    for name, spreads in {"alike": [4] * 8, "not alike": [1] * 4 + [3] * 2 + [7] * 2}.items():
        pairs = [(World(55, sd), World(50, sd)) for sd in spreads]
        words = f"8 differences, seeds {name}"
        yield "each difference, variance of seeds pooled", words, partial(pooled, pairs)
        yield "all of a family at once", words, partial(family, pairs, False)
        yield "all of a family at once, pooled", words, partial(family, pairs, True)


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
