"""How often intervals of a family of differences hold the truth, by how few seeds' variances are treated.

Each line is a made-up study done again ``--repeats`` times, of so many paired differences of 5 points (``benchmarks.worlds``: 70 groups
of 3 test videos); all rules see the same studies. A cell says how often 95 % intervals hold the truth, and their mean width:

- "each": every difference's own interval;
- "most varied": the same of those alone whose seeds truly vary most;
- "all at once": the simultaneous intervals, where one that misses spoils the family.

docs/intervals.md shows the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from benchmarks import timing
from benchmarks.worlds import World, gain_study
from vcop.stats.estimates import Estimate
from vcop.stats.families import simultaneous_intervals
from vcop.stats.moderation import FLOOR, expected_log, moderate_seeds, prior_df

HIGHER, LOWER = 55.0, 50.0  # true accuracies of both sides
SIZES = (3, 6, 8, 20)  # differences of a family
UNLIKE = {3: [1, 3, 7], 6: [1, 1, 1, 3, 3, 7], 8: [1] * 4 + [3] * 2 + [7] * 2, 20: [1] * 10 + [3] * 5 + [7] * 5}  # by size
ALIKE = 1e6  # degrees of freedom d0 from which variances are taken to be alike
PRIOR_DF = 4  # of the drawn variances between seeds
STEPS = 40  # different standard deviations that are drawn
Spreads = Callable[[np.random.Generator, int], Sequence[float]]  # standard deviation of seeds of each difference, in points
Rule = Callable[[Sequence[Estimate]], list[Estimate]]


@cache
def pair(sd: float) -> tuple[World, World]:
    """Return both sides of a difference whose seeds have this standard deviation."""
    return World(HIGHER, sd), World(LOWER, sd)


@cache
def drawn_spreads() -> NDArray[np.float64]:
    """Return STEPS equally probable standard deviations of seeds, whose variances have 1 / chi-square for their distribution."""
    chi_squares = np.sort(np.random.default_rng(0).chisquare(PRIOR_DF, 100 * STEPS))[50::100]
    return np.round(3.4 * np.sqrt(PRIOR_DF / chi_squares), 2)


WORLDS: dict[str, Spreads] = {
    "all ±4": lambda _, size: [4.0] * size,
    "±1, ±3 and ±7": lambda _, size: UNLIKE[size],
    f"drawn, inverse chi-square, {PRIOR_DF} df": lambda rng, size: rng.choice(drawn_spreads(), size).tolist(),
}


def kept_if_larger(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Treat variances as versions before 0.5 did: the mean for all, but a larger one stays, with its own degrees of freedom."""
    mean = float(np.mean([e.seed_variance for e in estimates]))
    df = float(sum(e.seeds - 1 for e in estimates))
    return [e if e.seed_variance > mean else replace(e, seed_variance=mean, seed_df=df) for e in estimates]


def smyth(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Treat variances as Smyth (2004) and limma do: the scale of the prior distribution for the mean, and none stays its own."""
    own, df = np.array([e.spread**2 for e in estimates if e.spread is not None]), estimates[0].seeds - 1
    d0 = prior_df(own, np.full(len(own), float(df)), len(own), caution=0.0)
    logs = np.log(np.maximum(own, FLOOR * own.mean())) - expected_log(df)
    scale = exp(logs.mean() + expected_log(d0)) if d0 < ALIKE else own.mean()
    moderated = (d0 * scale + df * own) / (d0 + df)
    return [e.with_seeds(float(v), min(d0 + df, df * len(own))) for e, v in zip(estimates, moderated, strict=True)]


RULES: dict[str, Rule] = {
    "moderated": moderate_seeds,
    "larger ones kept": kept_if_larger,
    "Smyth": smyth,
    "each its own": list,
}


def measure(spreads: Spreads, size: int, seeds: int, repeats: int) -> Iterator[tuple[str, list[str]]]:
    """Do the studies, and yield what is counted with the cell of each rule."""
    rng, truth = np.random.default_rng(size), HIGHER - LOWER
    each: dict[str, list[tuple[bool, bool, float]]] = {name: [] for name in RULES}  # held, varies most, width
    joint: dict[str, list[tuple[bool, float]]] = {name: [] for name in RULES}
    for _ in range(repeats):
        sds = spreads(rng, size)
        gains = [gain_study(rng, *pair(sd), seeds) for sd in sds]
        for name, rule in RULES.items():
            treated = rule(gains)
            for e, sd in zip(treated, sds, strict=True):
                low, high = e.interval
                each[name].append((low <= truth <= high, sd == max(sds), high - low))
            intervals = simultaneous_intervals(treated)
            held = all(i.low <= truth <= i.high for i in intervals)
            joint[name].append((held, float(np.mean([i.high - i.low for i in intervals]))))
    yield "each", [cell([(held, width) for held, _, width in each[name]]) for name in RULES]
    if len(set(spreads(rng, size))) > 1:
        yield "most varied", [cell([(held, width) for held, most, width in each[name] if most]) for name in RULES]
    yield "all at once", [cell(joint[name]) for name in RULES]


def cell(found: Sequence[tuple[bool, float]]) -> str:
    """Return in how many percent of the intervals the truth lies, and their mean width."""
    held, width = np.mean(found, axis=0)
    return f"{100 * held:.1f} ({width:.0f})"


def main(words: list[str] | None = None) -> None:
    """Measure and print."""
    parser: argparse.ArgumentParser = timing.parser("families", __doc__)
    parser.set_defaults(repeats=1000)
    parser.add_argument("--seeds", type=int, default=3, help="Seeds of a study (default: %(default)s).")
    parser.add_argument("--sizes", type=int, nargs="+", choices=SIZES, default=SIZES, help="Differences of a family.")
    arguments = parser.parse_args(words)
    rows = [
        [f"{size} differences, seeds {world}: {kind}", *cells]
        for size in arguments.sizes
        for world, spreads in WORLDS.items()
        for kind, cells in measure(spreads, size, arguments.seeds, arguments.repeats)
    ]
    chance = 100 * (0.05 * 0.95 / arguments.repeats) ** 0.5
    about = (
        f"{arguments.repeats} studies of {arguments.seeds} seeds each: a percentage of families varies by chance with a standard deviation of "
        f"{chance:.1f}, one of single differences by less."
    )
    header = ["percent of 95 % intervals that hold the truth (mean width)", *RULES]
    timing.publish(arguments, timing.table(header, rows), about)


if __name__ == "__main__":
    main()
