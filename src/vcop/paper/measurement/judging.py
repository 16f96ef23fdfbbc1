"""Judging: from a claim and result files to comparisons with their intervals (``claims`` says how these decide).

Intervals cover the choice of test videos, drawn in their groups, and the choice of seeds (``vcop.stats.estimates``). The joint
intervals of a claim are min-p intervals on shared draws (``vcop.stats.families``): a claim of thirty comparisons on the same videos
pays less for their number than one of thirty independent ones.

Where the best of several settings counts, its interval is the largest of the bounds of their intervals that hold all at once. So
nothing is gained by choosing the best by its result.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import product
from statistics import fmean

from vcop.paper.measurement.claims import Claim, Comparison
from vcop.paper.measurement.pairing import Row, Study, compare, measures
from vcop.paper.measurement.pooling import Compared, pool_compared
from vcop.paper.measurement.scores import Measured
from vcop.stats.estimates import Effects, Estimate, estimate_effects
from vcop.stats.families import Interval, largest, simultaneous_intervals


def judge_claim(item: str, claim: Claim, study: Study) -> list[Comparison]:
    """Compare all pairs of settings of a claim.

    Args:
        item: Name of the table or page that asks, for error messages.
        claim: The claim.
        study: What is measured.

    Raises:
        ValueError: If a result is missing.
    """
    try:
        shown = pair_rows(claim, claim.pairs, study, decides=not claim.controls)
        return finish_rows([*shown, *pair_rows(claim, claim.controls, study, decides=True)])
    except ValueError as problem:
        raise ValueError(f"{item}: {problem}") from None


def finish_rows(rows: Sequence[Row]) -> list[Comparison]:
    """Return the comparisons: each row with its own interval, and with the joint one of all rows that decide."""
    rows = pool_seeds(rows)
    joint = _joint_intervals([row for row in rows if row.decides])
    return [_comparison(row, next(joint) if row.decides else None) for row in rows]


def pool_seeds(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, differences of one measure with moderated variances between seeds (``pooling``).

    An accuracy, which is compared with chance, keeps its own variance, as in the tables: one network may learn with some seeds only.
    """
    kinds: dict[str, list[Compared]] = {}
    for row in rows:
        kinds.setdefault(row.measure, []).extend((row.networks, one) for one in row.differences if not one.share)
    pooled = {kind: iter(pool_compared(members)) for kind, members in kinds.items()}
    return [
        replace(row, differences=[one if one.share else next(pooled[row.measure]) for one in row.differences]) for row in rows
    ]


def _comparison(row: Row, joint: Interval | None) -> Comparison:
    """Return the comparison of a row; without a joint interval its own stands for it."""
    own = _largest_of(row.differences)
    value, (low, high) = own.value - row.chance, _bounds(own, row)
    return Comparison(
        setting=row.setting,
        higher=row.higher,
        lower=row.lower,
        higher_accuracy=row.lower_accuracy + value,
        lower_accuracy=row.lower_accuracy,
        difference=Measured(value, low, high, row.n, seeds=min(estimate.seeds for estimate in row.differences)),
        joint=_bounds(joint or own, row),
        shared=row.shared,
        work=row.work,
        dropped=row.dropped,
        printed=row.printed,
        decides=row.decides,
    )


def _largest_of(estimates: Sequence[Estimate]) -> Interval:
    """Return the interval of a difference; of several settings' differences, that of the largest."""
    if len(estimates) == 1:
        return Interval(estimates[0].value, *estimates[0].interval)
    return largest(simultaneous_intervals(estimates))


def _joint_intervals(rows: Sequence[Row]) -> Iterator[Interval]:
    """Return an interval for each row; all of them hold at once."""
    intervals = iter(simultaneous_intervals([estimate for row in rows for estimate in row.differences]))
    return (largest([next(intervals) for _ in row.differences]) for row in rows)


def _bounds(interval: Interval, row: Row) -> tuple[float, float]:
    """Return the bounds, rounded: sums in another order must not make equal scores differ, and so decide a verdict."""
    return round(interval.low - row.chance, 9), round(interval.high - row.chance, 9)


def pair_rows(claim: Claim, pairs: Sequence[tuple[str, str]], study: Study, *, decides: bool) -> list[Row]:
    """Return the rows of some pairs of settings, in the order of the claim's values; averaged where the claim says so."""
    groups: dict[Hashable, list[Row]] = {}
    for values in product(*claim.over.values()):
        names = dict(zip(claim.over, values, strict=True))
        for pair in pairs:
            ours, base = (path.format(**names) for path in pair)
            for measure in measures(ours.partition("/")[0], claim.ks, claim.level).items():
                known = {**names, "k": measure[0], "pair": pair}
                kept = tuple(value for name, value in known.items() if name not in claim.averaged)
                groups.setdefault(kept, []).append(compare(study, ours, base, measure, decides=decides))
    return [average_rows(rows) for rows in groups.values()]


def average_rows(rows: Sequence[Row]) -> Row:
    """Return the mean of some rows as one; of a single row the row itself.

    The rows are of the same trainings (other data sets, other k), so that what a seed does to them is averaged seed by seed.

    Raises:
        ValueError: If a row uses the best of several settings, if the accuracies of guessing differ, or if the seeds differ.
    """
    if len(rows) == 1:
        return rows[0]
    first = rows[0]
    if any(len(row.differences) > 1 or row.chance != first.chance for row in rows):
        raise ValueError(
            "cannot average these comparisons: one of them uses the best of several settings, or their accuracies of guessing differ"
        )
    tested = {row.setting.rpartition(", ")[0]: row for row in rows}.values()  # each data set once, not once for each k
    n = sum(row.n for row in tested)
    parts = [row.setting.split(", ") for row in rows]
    common = [part for part in parts[0] if all(part in others for others in parts)]
    return Row(
        setting=", ".join([*common, f"mean of {len(rows)}"]),
        higher=first.higher,
        lower=first.lower,
        lower_accuracy=fmean(row.lower_accuracy for row in rows),
        differences=[average_estimates([row.differences[0] for row in rows], n)],
        chance=first.chance,
        n=n,
        shared=sum(row.shared for row in tested),
        work=first.work,
        dropped=first.dropped,
        printed=None,
        decides=first.decides,
        measure="mean",
        networks=frozenset().union(*(row.networks for row in rows)),
    )


def average_estimates(estimates: Sequence[Estimate], n: int) -> Estimate:
    """Return the mean of estimates of the same trainings, with the mean of what each seed and each group does to them.

    Raises:
        ValueError: If an estimate has no effects, or if their seeds differ.
    """
    effects = [estimate.effects for estimate in estimates if estimate.effects is not None]
    if len(effects) < len(estimates) or any(set(e.by_seed.index) != set(effects[0].by_seed.index) for e in effects):
        raise ValueError("only differences of the same seeds can be averaged")
    total = reduce(
        lambda one, other: Effects(one.by_seed + other.by_seed, one.by_group.add(other.by_group, fill_value=0.0)), effects
    )
    count = len(estimates)
    return estimate_effects(Effects(total.by_seed / count, total.by_group / count), n, share=False)
