"""Intervals of counts that need nothing but arithmetic, so that verbs and items share them."""

import math


def wilson_interval(value: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of ``value`` percent of ``n`` videos, in percent: not empty at 0 and 100, unlike a bootstrap's.

    For few videos, as those of one class. Where ``value`` is a mean of seeds it is wide rather than narrow, since the seeds
    of a video count as one draw.
    """
    p, z = value / 100, 1.959964
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 100 / (1 + z * z / n)
    return max(0.0, scale * (centre - half)), min(100.0, scale * (centre + half))
