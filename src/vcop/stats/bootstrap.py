"""The percentile bootstrap over units that are drawn alike, such as videos.

NumPy is imported inside the functions, so that importing this module costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 2000  # bootstrap resamples of every interval


def draw_resamples(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Draw how often each of ``count`` units (videos) stands in each bootstrap resample. Shape: (RESAMPLES, count)."""
    import numpy as np

    return rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(float)


def resampled_means(
    sums: NDArray[np.float64], counts: NDArray[np.float64], resamples: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean score of each run in each bootstrap resample of the units.

    A unit is drawn with all its observations in all runs (its questions, seeds and splits), since these are not independent.

    Args:
        sums: Sum of each unit's scores in each run, 0 where the run does not observe the unit.
        counts: Number of those scores.
        resamples: How often each unit is drawn, as ``draw_resamples`` gives it.

    Shape:
        (units, runs), (units, runs), (resamples, units) -> (resamples, runs).
    """
    import numpy as np

    # A resample may contain no video of a run: the bound avoids a division by zero.
    return (resamples @ sums) / np.maximum(resamples @ counts, 1e-12)


def percentile_interval(means: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a statistic, given its value in every resample. Shape: (resamples,) -> two numbers."""
    import numpy as np

    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
