"""Student's t distribution for any degrees of freedom of 1 and more, fractions included."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGE_DF = 1e6  # degrees of freedom from which t is the normal distribution to six digits
POINTS = 4_001  # of the integration; the error of a quantile is below 1e-5 of it
MANY = 200.0  # degrees of freedom from which nothing is left beyond REACH
REACH = 40.0  # standard deviations


@lru_cache(maxsize=256)
def _tail(df: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return angles x with t = sqrt(df) tan x, and the probability of a larger |t| at each.

    With this substitution the density of t becomes cos(x)^(df - 1), which is smooth and ends at a right angle.
    """
    # Dense near both ends: the centre holds the mass where df is large, the end is where the tails are.
    end = math.pi / 2 if df < MANY else math.atan(REACH / math.sqrt(df))
    x = end * (1 - np.cos(np.linspace(0, math.pi, POINTS))) / 2
    density = np.cos(x) ** (df - 1)
    parts = np.diff(x) * (density[1:] + density[:-1]) / 2
    tail = np.append(np.cumsum(parts[::-1])[::-1], 0.0)
    return x, tail / tail[0]


def two_sided_p(t: ArrayLike, df: float) -> NDArray[np.float64]:
    """Return the probability that Student's t with ``df`` degrees of freedom is farther from 0 than ``t``. Shape: as ``t``."""
    df = min(max(df, 1.0), LARGE_DF)
    x, tail = _tail(df)
    return np.interp(np.arctan(np.abs(np.asarray(t, dtype=float)) / math.sqrt(df)), x, tail)


def two_sided_t(p: float, df: float) -> float:
    """Return the t that is exceeded in absolute value with probability ``p``: 2.262 for 0.05 and 9 degrees of freedom.

    Args:
        p: Probability of both tails together.
        df: Degrees of freedom, 1 or more (fewer count as 1); infinity gives the normal distribution.
    """
    if df >= LARGE_DF:
        return -NormalDist().inv_cdf(p / 2)
    df = max(df, 1.0)
    x, tail = _tail(df)
    return math.sqrt(df) * math.tan(float(np.interp(p, tail[::-1], x[::-1])))
