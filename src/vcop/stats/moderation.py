"""Moderation: a variance between few seeds, drawn towards the mean variance of its family.

Three seeds say little of how much seeds differ: their two degrees of freedom make an interval 4.3 standard errors wide to each side.
All numbers of one kind together say more. How much more depends on whether they vary alike, and that can be seen: variances of
numbers that vary alike spread by chance alone. This is the moderated variance of Smyth (Linear models and empirical Bayes methods
for assessing differential expression in microarray experiments, 2004, section 6), as in the R package limma, with three changes
towards caution that docs/intervals.md measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray

from vcop.stats.estimates import Estimate

FLOOR = 0.01  # of the mean variance: the smallest that counts, since seeds that agree exactly have no logarithm
LEAST = 1e-6  # excess spread of log variances from which they count as alike
CAUTION = 0.5  # standard errors by which the spread of log variances is taken to be larger than it looks


def moderate_seeds(estimates: Sequence[Estimate], independent: int | None = None) -> list[Estimate]:
    """Return estimates of one kind whose variances between seeds are moderated by one another.

    Estimates of one seed, and means of several settings, stay as they are. So do all if they are worth fewer than two, which tell nothing
    of one another, or if all seeds agree exactly.

    Args:
        estimates: The family, such as the gains in one column of a table.
        independent: How many of them are worth counting, where some share trainings; by default all. One alone has nothing to share.
    """
    own = np.array([e.spread**2 for e in estimates if e.spread is not None])
    dfs = np.array([e.seeds - 1.0 for e in estimates if e.spread is not None])
    independent = len(own) if independent is None else independent
    if independent < 2 or not own.any():
        return list(estimates)
    moderated = zip(*moderate(own, dfs, independent), strict=True)
    return [e if e.spread is None else e.with_seeds(*map(float, next(moderated))) for e in estimates]


def moderate(
    variances: NDArray[np.float64], dfs: NDArray[np.float64], independent: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return moderated variances and their degrees of freedom: (d0 mean + d own) / (d0 + d), or one's own if it is larger, and d0 + d.

    The mean of all variances stands where Smyth has the scale of their prior distribution, which is smaller where variances differ. No
    degrees of freedom exceed those of the whole family.

    Args:
        variances: Each number's own variance. Shape: (numbers,), two or more, not all 0.
        dfs: Its degrees of freedom d. Shape: (numbers,).
        independent: How many of the numbers are worth counting, 2 or more.
    """
    d0 = prior_df(variances, dfs, independent)
    weighted = (d0 * variances.mean() + dfs * variances) / (d0 + dfs)
    limit = np.maximum(dfs, dfs.mean() * independent)
    return np.maximum(variances, weighted), np.minimum(d0 + dfs, limit)


def prior_df(variances: NDArray[np.float64], dfs: NDArray[np.float64], independent: int, caution: float = CAUTION) -> float:
    """Return d0: how many degrees of freedom the mean variance of a family is worth to each of its members (Smyth 2004, section 6.2).

    If all true variances are equal, the logarithms of the estimated variances have the variance trigamma(d / 2). If the observed variance of
    the logarithms is larger, the excess equals trigamma(d0 / 2), and this gives d0. If there is no excess, d0 is very large, about two
    million. A variance of few logarithms is itself uncertain. For caution, the observed variance is therefore increased by ``caution``
    times its standard error, which is computed as for normal values. Variances below FLOOR times the mean are set to that value. Other
    arguments are as in ``moderate``.
    """
    floor = FLOOR * float(variances.mean())
    logs = np.log(np.maximum(variances, floor)) - np.array([expected_log(d) for d in dfs])
    spread = float(logs.var(ddof=1)) * (1 + caution * sqrt(2 / (independent - 1)))
    excess = spread - float(np.mean([trigamma(d / 2) for d in dfs]))
    return 2 * inverse_trigamma(max(LEAST, excess))


def expected_log(df: float) -> float:
    """Return the expected logarithm of an estimated variance over its true one: digamma(df / 2) - log(df / 2)."""
    step = 1e-4  # digamma is the slope of lgamma, exact to 1e-8 by this difference
    return (lgamma(df / 2 + step) - lgamma(df / 2 - step)) / (2 * step) - log(df / 2)


def trigamma(x: float) -> float:
    """Return the sum of (x + k)^-2 over k = 0, 1, ... for x > 0, to ten digits: twenty terms, and the rest by Euler and Maclaurin."""
    end = x + 20
    return sum((x + k) ** -2 for k in range(20)) + 1 / end + 1 / (2 * end**2) + 1 / (6 * end**3) - 1 / (30 * end**5)


def inverse_trigamma(y: float) -> float:
    """Return the x > 0 whose trigamma function is y > 0, to ten digits, by bisection of log x."""
    low, high = -25.0, 25.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if trigamma(exp(middle)) > y else (low, middle)
    return exp((low + high) / 2)
