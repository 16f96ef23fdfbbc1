"""Wilson's interval of a proportion.

Source: Wilson 1927; for clustered data with an effective number of observations, as Dean and Pagano 2015 do.
"""

from __future__ import annotations

import math

QUANTILE = (
    1.959964  # of the normal distribution: standard errors of the half width of a 95 % interval, for independent observations
)


def wilson_interval(value: float, n: float, quantile: float = QUANTILE) -> tuple[float, float]:
    """Return Wilson's interval of a proportion, which lies within 0 and 100 % and is not empty at either end.

    Args:
        value: The proportion in percent.
        n: Number of independent observations. Where they are not independent: how many independent ones say as much.
        quantile: Standard errors of the interval's half width; the default gives 95 %.

    Returns:
        The lower and the upper bound in percent.
    """
    p, z = value / 100, quantile
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 100 / (1 + z * z / n)
    return max(0.0, scale * (centre - half)), min(100.0, scale * (centre + half))
