"""Families of estimates: intervals that hold all at once, and means over settings.

Estimates on the same groups of test videos share their draws: a group is drawn alike for all of them. Seeds do not, since each
setting has trainings of its own; that is on the safe side where two estimates share a training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop.stats.estimates import LEVEL, Estimate
from vcop.stats.proportions import wilson_interval
from vcop.stats.student import two_sided_p, two_sided_t

DRAWS = 4000


@dataclass(frozen=True)
class Interval:
    """An interval with its number."""

    value: float
    low: float
    high: float


@lru_cache(maxsize=20_000)
def _weights(group: str) -> NDArray[np.float32]:
    """Return how much a group weighs in each draw, beyond 1. The draws of a name are always the same. Shape: (DRAWS,)."""
    key = int.from_bytes(hashlib.blake2b(group.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big")
    return np.random.default_rng(key).standard_normal(DRAWS, dtype=np.float32)


def group_draws(estimates: Sequence[Estimate]) -> NDArray[np.float64]:
    """Return how far other groups of test videos move each estimate, with the same draws of a group for all.

    It is a bootstrap with Gaussian weights: its variance is ``Estimate.group_variance``.

    Returns:
        Deviations in percentage points. Shape: (DRAWS, estimates).
    """
    names = list(dict.fromkeys(name for estimate in estimates for name in estimate.by_group.index))
    table = np.stack([e.by_group.reindex(names, fill_value=0.0).to_numpy() for e in estimates], axis=1)
    return np.stack([_weights(str(name)) for name in names], axis=1) @ table


def simultaneous_intervals(estimates: Sequence[Estimate]) -> list[Interval]:
    """Return 95 % intervals that are all right together: in 95 of 100 studies every one contains its true value.

    All intervals use the same error level. To find it, the smallest p value of the family is drawn many times. In a draw, all estimates
    share the effects of the groups, each estimate has its own effect of the seeds, and each uses its own degrees of freedom. The level is
    the 5 % quantile of these smallest p values; it is never below Bonferroni's level, and never above the level of a single interval. If
    there are few seeds, give estimates with moderated variances between seeds (``moderation``). Otherwise some of these variances are
    far too small by chance, and their intervals miss the true value.

    Args:
        estimates: The family.
    """
    if len(estimates) < 2:
        return [Interval(e.value, *e.interval) for e in estimates]
    rng = np.random.default_rng(len(estimates))
    smallest = np.min([two_sided_p(t, e.df) for t, e in zip(_t_draws(estimates, rng).T, estimates, strict=True)], axis=0)
    # Estimates without any error, such as none right in all networks, have no p value below 1.
    level = min(LEVEL, max(float(np.quantile(smallest, LEVEL)), LEVEL / len(estimates)))
    return [Interval(e.value, *e.interval_at(level)) for e in estimates]


def _t_draws(estimates: Sequence[Estimate], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return draws of each estimate's deviation over its estimated standard error. Shape: (DRAWS, estimates)."""
    columns = []
    for deviation, e in zip(group_draws(estimates).T, estimates, strict=True):
        seeds = rng.standard_normal(DRAWS) * np.sqrt(e.seed_variance)
        uncertain = np.sqrt(rng.chisquare(e.df, DRAWS) / e.df) if e.df < inf else 1.0
        columns.append((deviation + seeds) / (max(e.standard_error, 1e-9) * uncertain))
    return np.stack(columns, axis=1)


def largest(intervals: Sequence[Interval]) -> Interval:
    """Return the interval of the largest true number of a family, given simultaneous intervals: the largest of all bounds."""
    return Interval(
        value=max(i.value for i in intervals),
        low=max(i.low for i in intervals),
        high=max(i.high for i in intervals),
    )


def class_intervals(estimates: Sequence[Estimate]) -> list[Interval]:
    """Return 95 % intervals of the accuracies of single classes, each for itself.

    A class has too few groups to estimate its own variance. So one number, the design effect, is estimated from all classes with more than
    one group. It says how many times larger their variances are than if each class were tested once on independent videos. It is not
    allowed to be below 1 / seeds. If the design effect cannot be estimated, the mean number of videos in a group is computed for each
    class, and the largest of these means is used. Each class then has Wilson's interval, in which its number of videos is divided by the
    design effect. This also works if no video, one video or every video of the class is right.

    Args:
        estimates: The accuracy of every class of a test list.
    """
    telling = [e for e in estimates if e.groups > 1]
    independent = sum(e.value * (100 - e.value) / e.n for e in telling)
    # The effect is at least 1 / seeds, its value if all seeds gave independent results. Otherwise groups that are equally right by chance
    # would make the error zero.
    least = 1 / max(e.seeds for e in estimates)
    # If no class has two groups, or if all videos of such classes are right (or all wrong), the effect cannot be estimated. The largest
    # mean number of videos in a group is then on the safe side.
    unknown = max(e.n / e.groups for e in estimates)
    effect = max(sum(e.standard_error**2 for e in telling) / independent if independent else unknown, least)
    quantile = two_sided_t(LEVEL, sum(e.df for e in telling) or inf)
    return [Interval(e.value, *wilson_interval(e.value, e.n / effect, quantile)) for e in estimates]


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of several settings' estimates, such as over networks and data sets.

    Groups are shared by the settings, their seeds are not.
    """
    count = len(estimates)
    by_group = _added(estimates)
    parts = [e.seed_variance / count**2 for e in estimates]
    squares = sum(v**2 / e.seed_df for v, e in zip(parts, estimates, strict=True))
    return Estimate(
        value=float(np.mean([e.value for e in estimates])),
        n=sum(e.n for e in estimates),
        seeds=min(e.seeds for e in estimates),
        share=all(e.share for e in estimates),
        by_group=by_group / count,
        group_df=min(e.group_df for e in estimates),
        seed_variance=sum(parts),
        seed_df=sum(parts) ** 2 / squares if squares else inf,
    )


def _added(estimates: Sequence[Estimate]) -> pd.Series:
    """Return the sum of what each group does to several estimates."""
    return pd.concat([e.by_group for e in estimates]).groupby(level=0, sort=False).sum()


def stratified_bootstrap(estimates: Sequence[Estimate]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a mean over settings by the stratified bootstrap of Agarwal et al. 2021 (rliable).

    The seeds of each setting are drawn with replacement, each setting for itself, and groups of test videos with them.

    Raises:
        ValueError: If an estimate is a mean of several settings.
    """
    rng = np.random.default_rng(len(estimates))
    total = np.zeros(DRAWS)
    for e in estimates:
        if e.effects is None:
            raise ValueError("a stratified bootstrap needs estimates of single settings")
        values = e.effects.by_seed.to_numpy()
        total += values[rng.integers(len(values), size=(DRAWS, len(values)))].mean(axis=1)
    low, high = np.percentile((total + group_draws(estimates).sum(axis=1)) / len(estimates), [2.5, 97.5])
    return float(low), float(high)
