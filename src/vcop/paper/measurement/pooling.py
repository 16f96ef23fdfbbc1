"""Pooling: comparisons of one kind tell one another how much seeds differ.

Three seeds say little about how much trainings differ. With two degrees of freedom an interval extends 4.3 standard errors to each side,
and a joint interval of twelve comparisons up to 15 (Bonferroni). All networks together say more. So, among the comparisons of a claim
that use the same measure (such as top 5), each variance between seeds is moderated by the others (``vcop.stats.moderation``). Accuracies
that are compared with chance are left out, as in the tables: one network may learn with some seeds only.

Comparisons of the same network share trainings, so they are not independent information. Networks that appear in one comparison together
are put into one group, and each group counts once. For example, three networks that are never compared with one another make three
groups. With three seeds each they have 3 * 2 degrees of freedom, however many comparisons there are. In Table VI of TMM 2020 all networks
are compared with the same trainings, those of the question alone. There is then only one group, and nothing is moderated.

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
