"""Pooling: comparisons of one kind tell one another how much seeds differ.

Three seeds say little of it: with their two degrees of freedom an interval is 4.3 standard errors wide to each side, and a joint one of
twelve comparisons 15. All networks together say more. So the variances between seeds of a claim's comparisons with the same measure
(such as top 5) are moderated by one another (``vcop.stats.moderation``).

Comparisons of one network share trainings, and say the same of its seeds. So they count once for each group of networks that no
comparison connects: three networks with three seeds have 3 * 2 degrees of freedom, however many comparisons there are. Where all networks
are compared with the same trainings, as with those of the question alone (TMM 2020, Table VI), there is one group, and nothing is shared.

A table's gains over random weights are such comparisons, too. A claim may be about fewer settings than a table, and then shares less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from vcop.paper.measurement.scores import Measured
from vcop.stats.estimates import Estimate
from vcop.stats.moderation import moderate_seeds

Compared = tuple[frozenset[str], Estimate]  # what both sides are trainings of, and the difference


def pool_gains(numbers: Sequence[tuple[str, Measured]]) -> list[Measured]:
    """Return the numbers of one kind in a table, whose gains are pooled; all else stays as it is.

    Args:
        numbers: What each gain is a comparison of trainings of, a network or a baseline that all networks share, and the number.
    """
    gains = [(frozenset([trained]), m.gain.estimate) for trained, m in numbers if m.gain and m.gain.estimate]
    pooled = iter(pool_compared(gains))
    return [replace(m, gain=Measured.of(next(pooled))) if m.gain and m.gain.estimate else m for _, m in numbers]


def pool_compared(compared: Sequence[Compared]) -> list[Estimate]:
    """Return the differences of comparisons of one kind, their variances between seeds moderated by one another."""
    independent = independent_groups(networks for networks, estimate in compared if estimate.seeds > 1)
    return moderate_seeds([estimate for _, estimate in compared], independent)


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
