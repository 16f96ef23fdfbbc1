"""How often the rules of the claims page decide wrongly, by simulation: ``python -m benchmarks.verdicts``.

Studies are drawn whose truth is known: settings by cells (networks, data sets, k), seeds that differ, test videos in groups that differ.
Each study is judged as the page judges it (``vcop.paper.measurement``). A rule decides wrongly if it says "holds" of a claim that
is false, or "does not hold" of one that is true; each must happen in fewer than 5 % of studies. Every truth is at the edge: where a
claim is just false or just true, a rule errs most.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks import timing
from vcop.paper.measurement.claims import ALIKE, ALL, FAILS, HOLDS, MOST, OPEN, Claim, claim_verdict
from vcop.paper.measurement.judging import finish_rows
from vcop.paper.measurement.pairing import Row
from vcop.stats.estimates import Effects, Estimate, estimate_effects
from vcop.stats.proportions import wilson_interval

MARGIN, FAR = 2.0, 35.0  # percentage points; FAR is a difference that no study misses
SHARED = 0.5  # of the variance between seeds: what all comparisons of a network share


@dataclass(frozen=True)
class Truth:
    """A claim and the true differences of its cells, in percentage points.

    Attributes:
        name: What is at the edge, for the table.
        rule: ALL, MOST or ALIKE.
        differences: The true difference of each cell.
        wrong: The verdict that is wrong.
    """

    name: str
    rule: str
    differences: Sequence[float]
    wrong: str


def truths(cells: int) -> list[Truth]:
    """Return the truths at the edges of the rules, for claims of so many cells. What is at the edge comes last, where seeds differ most."""
    half = cells // 2
    far = [FAR] * cells
    return [
        Truth("all: one difference is 0, the others large", ALL, [*far[1:], 0.0], HOLDS),
        Truth("all: every difference is 0", ALL, [0.0] * cells, HOLDS),
        Truth("all: every difference is just above 0", ALL, [1e-9] * cells, FAILS),
        Truth("most: half are large, the others 0", MOST, [*far[:half], *[0.0] * (cells - half)], HOLDS),
        Truth("most: every difference is 0", MOST, [0.0] * cells, HOLDS),
        Truth(
            "most: just more than half are just above 0, the others low",
            MOST,
            [*[-FAR] * (cells - half - 1), *[1e-9] * (half + 1)],
            FAILS,
        ),
        Truth("alike: one difference is at the margin", ALIKE, [*[0.0] * (cells - 1), MARGIN], HOLDS),
        Truth("alike: every difference is just within the margin", ALIKE, [MARGIN - 1e-9] * cells, FAILS),
    ]


@dataclass(frozen=True)
class Design:
    """Sizes of a made-up study, and how much seeds and groups differ, in percentage points.

    Attributes:
        networks: Networks; each has trainings of its own, and comparisons of one network share them.
        sets: Comparisons of each network and measure, as on several data sets.
        measures: Measures, such as k; they share trainings, too.
        seeds: Seeds of each setting.
        groups: Groups of test videos; all cells have the same.
        videos: Videos of a group.
        seed_sd: Standard deviation between trainings on the mean of networks: half of it for the first, one and a half times it for
            the last. Half of the variance is shared by all comparisons of a network.
        group_sd: Standard deviation between groups, shared by all cells and both sides but for a third of it.
    """

    networks: int = 3
    sets: int = 2
    measures: int = 2
    seeds: int = 3
    groups: int = 70
    videos: int = 6
    seed_sd: float = 2.0
    group_sd: float = 15.0

    @property
    def cells(self) -> int:
        """Comparisons of a claim."""
        return self.networks * self.sets * self.measures


def draw_study(rng: np.random.Generator, design: Design, differences: Sequence[float]) -> list[Row]:
    """Return the rows of a claim in one made-up study."""
    names = [f"class{g % 10}/g{g}" for g in range(design.groups)]
    common, rows, left = rng.normal(0, design.group_sd, design.groups), [], iter(differences)
    for network in range(design.networks):
        spread = design.seed_sd * (0.5 + network / max(1, design.networks - 1)) * SHARED**0.5
        trained = rng.normal(0, spread, (2, design.seeds))  # of both sides
        for _, measure in product(range(design.sets), range(design.measures)):
            levels = 50 + np.array([[0.5], [-0.5]]) * next(left) + trained + rng.normal(0, spread, trained.shape)
            own = common + rng.normal(0, design.group_sd / 3, (2, design.groups))
            sides = [_setting(rng, design, names, *side) for side in zip(levels, own, strict=True)]
            rows.append(made_row(f"network {network}", f"measure {measure}", *sides))
    return rows


def _setting(
    rng: np.random.Generator, design: Design, names: Sequence[str], levels: NDArray[np.float64], groups: NDArray[np.float64]
) -> Estimate:
    """Return the estimate of a setting: each seed's scores, right or wrong, of videos whose groups are easier or harder."""
    chances = np.clip((levels[:, None] + groups) / 100, 0, 1)
    right = rng.binomial(design.videos, chances)  # videos of each group that are right. Shape: (seeds, groups)
    count = design.groups * design.videos
    means = right.sum(axis=1) / count
    moved = 100 * (right - design.videos * means[:, None]) / count
    return estimate_effects(Effects(pd.Series(100 * means), pd.DataFrame(moved.T, index=names)), count, share=True)


def made_row(network: str, measure: str, ours: Estimate, base: Estimate) -> Row:
    """Return the row of a comparison of two estimates."""
    return Row(
        setting=f"{network}, {measure}",
        higher="ours",
        lower="base",
        lower_accuracy=base.value,
        differences=[ours.minus(base)],
        chance=0.0,
        n=ours.n,
        shared=ours.n,
        work=None,
        dropped=(),
        printed=None,
        decides=True,
        measure=measure,
        networks=frozenset([network]),
    )


def verdict_counts(truth: Truth, design: Design, studies: int, seed: int = 0) -> Counter[str]:
    """Return how many made-up studies have each verdict."""
    rng = np.random.default_rng(seed)
    claim = Claim(says="Made up.", section="", pairs=[], rule=truth.rule, margin=MARGIN)
    return Counter(claim_verdict(claim, finish_rows(draw_study(rng, design, truth.differences))).says for _ in range(studies))


def main(words: list[str] | None = None) -> None:
    """Simulate and print."""
    parser: argparse.ArgumentParser = timing.parser("verdicts", __doc__)
    parser.set_defaults(repeats=1000)
    parser.add_argument("--measures", type=int, default=2, help="Measures; a claim has six comparisons of each.")
    parser.add_argument("--seeds", type=int, default=3, help="Seeds of each setting.")
    parser.add_argument("--seed-sd", type=float, default=2.0, help="Standard deviation between trainings, percentage points.")
    arguments = parser.parse_args(words)
    design = Design(measures=arguments.measures, seeds=arguments.seeds, seed_sd=arguments.seed_sd)
    rows = []
    for truth in truths(design.cells):
        counts = verdict_counts(truth, design, arguments.repeats)
        share = 100 * counts[truth.wrong] / arguments.repeats
        low, high = wilson_interval(share, arguments.repeats)
        rows.append(
            [
                truth.name,
                truth.wrong,
                f"{share:.1f} % [{low:.1f}, {high:.1f}]",
                f"{100 * counts[OPEN] / arguments.repeats:.0f} %",
            ]
        )
    about = (
        f"{arguments.repeats} studies for each truth: {design.cells} comparisons, {design.seeds} seeds, trainings that differ by "
        f"{design.seed_sd:g} points."
    )
    timing.publish(arguments, timing.table(["truth", "wrong verdict", "how often", "cannot tell"], rows), about)


if __name__ == "__main__":
    main()
