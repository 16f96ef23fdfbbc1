"""Made-up studies whose true accuracy is known: classes, groups of videos, seeds and their interactions (docs/intervals.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop.stats.estimates import Estimate, estimate_mean

POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)  # expectation over a normal variable
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True)
class World:
    """A study that can be done again and again.

    The log odds that a video is right are a sum: level, class (fixed), group, video, seed, and group in seed (all normal).

    Attributes:
        accuracy: The true accuracy in percent, over all groups and seeds that there could be.
        seed_sd: Standard deviation of the true accuracy of one seed, in points.
        classes: Number of classes.
        groups: Number of groups of test videos in each class.
        videos: Number of videos in each group.
        class_sd: Standard deviation of classes in log odds, as all others below.
        group_sd: Of groups.
        video_sd: Of videos in a group.
        interaction_sd: Of groups within a seed.
    """

    accuracy: float
    seed_sd: float
    classes: int = 10
    groups: int = 7
    videos: int = 3
    class_sd: float = 0.8
    group_sd: float = 0.8
    video_sd: float = 0.6
    interaction_sd: float = 0.5

    @cached_property
    def levels(self) -> NDArray[np.float64]:
        """What each class adds to the log odds."""
        return self.class_sd * np.linspace(-1.5, 1.5, self.classes) if self.classes > 1 else np.zeros(1)

    @cached_property
    def within(self) -> float:
        """Standard deviation of everything but classes and seeds."""
        return float(np.sqrt(self.group_sd**2 + self.video_sd**2 + self.interaction_sd**2))

    @cached_property
    def parameters(self) -> tuple[float, float]:
        """Level, and standard deviation of seeds in log odds, that give the accuracy and the seeds' standard deviation in points."""
        level, seeds = 0.0, 0.1 * (self.seed_sd > 0)
        for _ in range(30):
            spread = float(np.hypot(self.within, seeds))
            level = _solve(self.accuracy / 100, lambda value, sd=spread: float(_mean(value + self.levels, sd).mean()))
            if not self.seed_sd:
                break
            by_seed = np.array([_mean(level + seeds * z + self.levels, self.within).mean() for z in POINTS])
            seeds *= self.seed_sd / (100 * np.sqrt(WEIGHTS @ (by_seed - WEIGHTS @ by_seed) ** 2))
        return level, float(seeds)

    @cached_property
    def by_class(self) -> NDArray[np.float64]:
        """The true accuracy of each class in percent."""
        level, seeds = self.parameters
        return 100 * _mean(level + self.levels, float(np.hypot(self.within, seeds)))

    @cached_property
    def names(self) -> pd.Index:
        """The group of each test video."""
        return pd.Index([f"c{c}/g{g}" for c in range(self.classes) for g in range(self.groups) for _ in range(self.videos)])

    def videos_drawn(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw other test videos. Shape: (classes, groups, videos), in log odds."""
        shape = (self.classes, self.groups, 1)
        groups, videos = rng.standard_normal(shape), rng.standard_normal((*shape[:2], self.videos))
        return self.levels[:, None, None] + self.group_sd * groups + self.video_sd * videos

    def trained(self, rng: np.random.Generator, drawn: NDArray[np.float64], seeds: int) -> dict[str, list[pd.Series]]:
        """Train with other seeds, and return each seed's scores of the videos by their group."""
        level, seed_sd = self.parameters
        runs = {}
        for seed in range(seeds):
            moved = seed_sd * rng.standard_normal() + self.interaction_sd * rng.standard_normal((*drawn.shape[:2], 1))
            right = rng.random(drawn.shape) < 1 / (1 + np.exp(-(level + drawn + moved)))
            runs[str(seed)] = [pd.Series(right.astype(float).ravel(), index=self.names)]
        return runs

    def study(self, rng: np.random.Generator, seeds: int) -> Estimate:
        """Do the whole study once."""
        return estimate_mean(self.trained(rng, self.videos_drawn(rng), seeds), len(self.names))

    def class_studies(self, rng: np.random.Generator, seeds: int) -> list[Estimate]:
        """Do the whole study once, and return an estimate for each class."""
        runs, size = self.trained(rng, self.videos_drawn(rng), seeds), self.groups * self.videos
        parts = ({seed: [run[0].iloc[i * size : (i + 1) * size]] for seed, run in runs.items()} for i in range(self.classes))
        return [estimate_mean(part, size) for part in parts]


def gain_study(rng: np.random.Generator, ours: World, base: World, seeds: int) -> Estimate:
    """Do a study of two settings on the same videos, and return the paired difference."""
    drawn = ours.videos_drawn(rng)
    a, b = (estimate_mean(world.trained(rng, drawn, seeds), len(world.names)) for world in (ours, base))
    return a.minus(b)


def _mean(levels: NDArray[np.float64], sd: float) -> NDArray[np.float64]:
    """Return the mean probability at each level of log odds, over a normal variable of this standard deviation."""
    return np.asarray(1 / (1 + np.exp(-(levels[:, None] + sd * POINTS))) @ WEIGHTS)


def _solve(target: float, rising: Callable[[float], float]) -> float:
    """Return where a rising function has a value, by bisection."""
    low, high = -15.0, 15.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2
