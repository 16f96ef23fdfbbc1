"""Estimated accuracies and differences of accuracies, with intervals over test videos in their groups and over seeds.

The model (docs/intervals.md): the number would be another one if it were measured on other groups of test videos, and if the
networks were trained with other seeds. Both are drawn anew together (crossed random effects), so that

    variance = between groups / groups + between seeds / seeds,

each estimated from the scores, and the interval is that of Student's t with Satterthwaite's degrees of freedom.

A *group* is a set of videos cut from one recording. It is written stratum/group: the part before the last slash is the class, which
stays the same if other videos are taken, so that groups vary within their class only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop.stats.proportions import wilson_interval
from vcop.stats.student import two_sided_t

LEVEL = 0.05  # probability that an interval misses
_ALONE = ", of one side alone/"  # between class and group


@dataclass(frozen=True, eq=False)
class Effects:
    """What seeds and groups do to a number, before any interval.

    Attributes:
        by_seed: The number in each seed, in percent. Indexed by seed.
        by_group: How far each group moves each seed's number away from its mean, in percentage points. Shape: (groups, seeds).
    """

    by_seed: pd.Series
    by_group: pd.DataFrame

    def minus(self, other: Effects, *, apart: bool = False) -> Effects:
        """Return the effects of a difference, paired by seed and by group; a group of one side alone counts on that side.

        Args:
            other: The effects to take away.
            apart: Whether, in each class, the groups that only one side has form a second stratum. Use this if the test lists differ, as
                in three splits minus split 1. A group that both sides have then enters the difference with a smaller weight than a group
                that one side has, or with the opposite sign. In one stratum, an effect that the whole class shares would look like
                variation between its groups.

        Raises:
            ValueError: If the two sides have other seeds.
        """
        if set(self.by_seed.index) != set(other.by_seed.index):
            ours, base = (", ".join(map(str, side.by_seed.index)) for side in (self, other))
            raise ValueError(f"a paired difference needs the same seeds on both sides, and these are {ours} and {base}")
        by_group = self.by_group.sub(other.by_group, fill_value=0.0)
        if apart:
            shared = self.by_group.index.intersection(other.by_group.index)
            by_group.index = by_group.index.map(
                lambda name: name if name in shared else _ALONE.join(str(name).rpartition("/")[::2])
            )
        return Effects(self.by_seed - other.by_seed, by_group)


@dataclass(frozen=True, eq=False)
class Estimate:
    """An accuracy in percent, or a difference in percentage points, with all that its interval is made of.

    Attributes:
        value: The number: the mean over seeds.
        n: Number of test videos or questions.
        seeds: Number of seeds. With one, the interval covers the choice of test videos only.
        share: Whether it is an accuracy, which lies between 0 and 100.
        by_group: How far each group moves the number, scaled so that the sum of squares is the variance between groups.
        group_df: Degrees of freedom of that variance.
        seed_variance: Variance of the number between seeds, without what groups do to it.
        seed_df: Degrees of freedom of that variance: Satterthwaite's.
        interaction: What groups do to the seeds' numbers: the part of the variance between seeds that is not in ``seed_variance``.
        spread: Standard deviation of the seeds' numbers as they are; None for one seed.
        effects: The effects of groups and seeds; None if it is a mean of several settings.
    """

    value: float
    n: int
    seeds: int
    share: bool
    by_group: pd.Series
    group_df: float
    seed_variance: float = 0.0
    seed_df: float = inf
    interaction: float = 0.0
    spread: float | None = None
    effects: Effects | None = None

    @property
    def groups(self) -> int:
        """Number of groups of test videos."""
        return len(self.by_group)

    @cached_property
    def group_variance(self) -> float:
        """Variance of the number between groups of test videos."""
        return float(np.square(self.by_group.to_numpy()).sum())

    @property
    def standard_error(self) -> float:
        """Standard error of the number, of groups and seeds together."""
        return sqrt(self.group_variance + self.seed_variance)

    @property
    def df(self) -> float:
        """Satterthwaite's degrees of freedom of the standard error, at least 1."""
        parts = self.group_variance**2 / self.group_df + self.seed_variance**2 / self.seed_df
        return max(1.0, (self.group_variance + self.seed_variance) ** 2 / parts) if parts else self.group_df

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.interval_at(LEVEL)

    def interval_at(self, miss: float) -> tuple[float, float]:
        """Return the interval that misses the true number with probability ``miss``.

        An accuracy has Wilson's interval with as many observations as the standard error is worth, which is right near 0 and 100 %
        too; a difference has the symmetric one.
        """
        quantile, error = two_sided_t(miss, self.df), self.standard_error
        if not self.share:
            return max(-100.0, self.value - quantile * error), min(100.0, self.value + quantile * error)
        worth = self.value * (100 - self.value) / error**2 if error else 0.0
        return wilson_interval(self.value, worth if worth > 0 else self.groups, quantile)

    def minus(self, other: Estimate, *, apart: bool = False) -> Estimate:
        """Return this minus another estimate, paired by seed and by group.

        Args:
            other: The estimate to take away.
            apart: Whether groups that only one side has form strata of their own, see ``Effects.minus``.

        Raises:
            ValueError: If the two have other seeds, or if one of them is a mean of several settings.
        """
        if self.effects is None or other.effects is None:
            raise ValueError("only estimates of single settings can be paired; take the mean of the differences")
        return estimate_effects(self.effects.minus(other.effects, apart=apart), max(self.n, other.n), share=False)

    def with_seeds(self, variance: float, df: float) -> Estimate:
        """Return the estimate with another variance between seeds, such as one that several estimates have told together.

        Args:
            variance: Variance of one seed's number, with what groups do to it.
            df: Its degrees of freedom.
        """
        part, part_df = _seed_part(variance / self.seeds, df, self.interaction, (self.seeds - 1) * self.group_df)
        return replace(self, seed_variance=part, seed_df=part_df)


def mean_effects(runs: Mapping[str, Sequence[pd.Series]]) -> Effects:
    """Return the effects on the mean over runs of each run's mean score.

    Args:
        runs: By seed the scores of its runs, one for each split; 0 to 1, indexed by the group of the scored video, once for each score.
    """
    scored = [scores for splits in runs.values() for scores in splits]
    codes, names = _group_codes(scores.index for scores in scored)
    columns, values = [], []
    moved = iter(zip(scored, codes, strict=True))
    for splits in runs.values():
        by_split = [_moved(*next(moved), len(names)) for _ in splits]
        values.append(100 * float(np.mean([scores.to_numpy().mean() for scores in splits])))
        columns.append(100 * np.mean(by_split, axis=0))
    seeds = list(runs)
    return Effects(pd.Series(values, seeds), pd.DataFrame(np.stack(columns, axis=1), names, seeds))


def _group_codes(indices: Iterable[pd.Index]) -> tuple[list[NDArray[np.intp]], pd.Index]:
    """Return for each index the numbers of its groups, and the groups by number."""
    known: dict[int, NDArray[np.intp]] = {}  # runs on the same videos share one index
    every = list(indices)
    distinct = list({id(index): index for index in every}.values())
    codes, names = pd.factorize(distinct[0].append(distinct[1:]) if len(distinct) > 1 else distinct[0])
    for index, part in zip(distinct, np.split(codes, np.cumsum([len(index) for index in distinct])[:-1]), strict=True):
        known[id(index)] = part
    return [known[id(index)] for index in every], pd.Index(names)


def _moved(scores: pd.Series, codes: NDArray[np.intp], groups: int) -> NDArray[np.float64]:
    """Return how far each group moves a run's mean score: the sum of its scores around the mean, over all scores."""
    values = scores.to_numpy(dtype=float)
    return np.bincount(codes, values - values.mean(), groups) / len(values)


def estimate_mean(runs: Mapping[str, Sequence[pd.Series]], n: int) -> Estimate:
    """Return the accuracy of a setting: the mean over runs of each run's mean score, in percent; see ``mean_effects``."""
    return estimate_effects(mean_effects(runs), n, share=True)


def estimate_effects(effects: Effects, n: int, *, share: bool) -> Estimate:
    """Return the estimate of a number with these effects.

    The variance between the seeds' numbers holds a part that groups make: a seed does better on some groups than on others. That part
    is already in the variance between groups, and is taken away once (as in a two-way analysis of variance without replication).
    """
    table, df = _within_strata(effects.by_group)
    seeds = len(effects.by_seed)
    mean = table.mean(axis=1)
    seed_variance, seed_df, interaction, spread = 0.0, inf, 0.0, None
    if seeds > 1:
        spread = float(effects.by_seed.std(ddof=1))
        interaction = float(np.square(table - mean[:, None]).sum()) / (seeds - 1) / seeds
        seed_variance, seed_df = _seed_part(spread**2 / seeds, seeds - 1, interaction, (seeds - 1) * df)
    by_group = pd.Series(mean, index=effects.by_group.index)
    value = float(effects.by_seed.mean())
    if len(by_group) == 1:  # one recording says nothing of others: the largest standard deviation that there can be
        by_group = by_group * 0 + (50.0 if share else 100.0)
    return Estimate(value, n, seeds, share, by_group, df, seed_variance, seed_df, interaction, spread, effects)


def _seed_part(between: float, df: float, interaction: float, interaction_df: float) -> tuple[float, float]:
    """Return the variance between seeds without the interaction, and Satterthwaite's degrees of freedom of the difference."""
    part = max(0.0, between - interaction)
    return part, part**2 / (between**2 / df + interaction**2 / interaction_df) if part else inf


def _within_strata(by_group: pd.DataFrame) -> tuple[NDArray[np.float64], float]:
    """Return effects around the mean of their stratum, so scaled that their squares add up to a variance; and its degrees of freedom.

    Strata of a single group make one stratum together; if there is only one such, it joins the largest stratum.
    """
    names = [str(group).rpartition("/")[0] for group in by_group.index]
    codes, _ = pd.factorize(np.array(names, dtype=object))
    sizes = np.bincount(codes)
    single = sizes[codes] == 1
    if single.any():
        codes = np.where(single, len(sizes) if single.sum() > 1 else int(sizes.argmax()), codes)
        codes, _ = pd.factorize(codes)
        sizes = np.bincount(codes)
    values = by_group.to_numpy(dtype=float)
    means = np.stack([np.bincount(codes, column) for column in values.T], axis=1) / sizes[:, None]
    scale = np.sqrt(sizes / np.maximum(sizes - 1, 1))
    return (values - means[codes]) * scale[codes][:, None], float(max(1, len(codes) - len(sizes)))
