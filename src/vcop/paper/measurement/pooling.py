"""Pooling: one variance between seeds for comparisons of one kind.

Three seeds say little of how much seeds differ: with their two degrees of freedom an interval is 4.3 standard errors wide to each side,
and a joint one of twelve comparisons 15. All networks together say more. So comparisons of a claim with the same measure (such as top
5) share the mean of their variances between seeds. A comparison whose own variance is larger keeps it, with its own degrees of
freedom: a setting that does not train alike is not made to look certain.

Comparisons of one network share trainings, and say the same of its seeds. So degrees of freedom are counted once for each group of
networks that no comparison connects: three networks with three seeds give 3 * 2.

A table's gains over random weights are such comparisons, too. A claim may be about fewer settings than a table, and then shares less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean

from vcop.paper.measurement.scores import Measured
from vcop.stats.estimates import Estimate
from vcop.stats.families import pooled_estimate

Compared = tuple[frozenset[str], Estimate]  # the networks of both sides, and the difference


def pool_gains(numbers: Sequence[tuple[str, Measured]]) -> list[Measured]:
    """Return the numbers of one kind in a table, whose gains share a variance between seeds; all else stays as it is.

    Args:
        numbers: The network of each row, and its number.
    """
    gains = [(network, m.gain.estimate) for network, m in numbers if m.gain and m.gain.estimate]
    shared = shared_variance([(frozenset([network]), estimate) for network, estimate in gains])
    return [
        replace(m, gain=Measured.of(pooled_estimate(m.gain.estimate, *shared))) if m.gain and m.gain.estimate else m
        for _, m in numbers
    ]


def independent_groups(connected: Iterable[frozenset[str]]) -> int:
    """Return how many groups of networks are left where each of these sets belongs together.

    Args:
        connected: For each comparison the networks of its two sides.
    """
    groups: list[frozenset[str]] = []
    for names in connected:
        touched = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names]
        groups.append(names.union(*touched))
    return len(groups)


def shared_variance(compared: Sequence[Compared]) -> tuple[float, float]:
    """Return the mean variance of one seed's number, and its degrees of freedom; 0 and 0 where there is nothing to share."""
    several = [estimate for _, estimate in compared if estimate.seeds > 1]
    groups = independent_groups(networks for networks, _ in compared)
    if groups < 2 or not several:
        return 0.0, 0.0
    return fmean(e.seed_variance * e.seeds for e in several), float(groups * (min(e.seeds for e in several) - 1))
