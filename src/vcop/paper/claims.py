"""What the papers claim, held against result files: which claims hold within the intervals, which do not, which cannot be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from statistics import fmean

from vcop.paper import compared, style
from vcop.paper.measured import Measured, Scores, retrieved_at, rightness, runs
from vcop.paper.retrieval_tables import TITLES

HOLDS, FAILS, OPEN = "holds", "does not hold", "cannot tell"
NAMES = {**style.NETWORKS, **TITLES}
Results = dict[str, list[Path]]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the papers that result files can decide.

    ``pairs``: whose accuracy it says is higher, and than whose; result paths as below results/, without split, seed and ending.
    {name} runs over the values of ``over``. Of names joined by | at the end of a path the best counts.
    ``ks``: where clips are retrieved, right within so many nearest.
    """

    says: str
    section: str
    pairs: Sequence[tuple[str, str]]
    over: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ks: Sequence[int] = (1, 5, 10, 20, 50)


@dataclass(frozen=True)
class Finding:
    """One comparison of a claim: two accuracies in percent and their difference in points."""

    where: str
    higher: str
    lower: str
    ours: float
    base: float
    difference: Measured
    shared: int  # of the difference's n videos, tested on both sides

    @property
    def verdict(self) -> str:
        """By the difference's interval alone."""
        return HOLDS if self.difference.low > 0 else FAILS if self.difference.high < 0 else OPEN


def verdict(findings: Sequence[Finding]) -> str:
    """A claim of several comparisons holds where all do, and does not where one does not."""
    counts = Counter(f.verdict for f in findings)
    return FAILS if counts[FAILS] else OPEN if counts[OPEN] else HOLDS


def collect(inputs: Sequence[Path]) -> Results:
    """Result files as claims name them; those that differ in split and seed alone stand together."""
    pattern = r".*\b(order|retrieval|recognition)/(\w+?)(?:-[123])?/(.+?)[/-]seed-\d+\.csv$"
    return {"/".join(key): paths for key, paths in runs(inputs, pattern).items()}


def judge(item: str, claim: Claim, results: Results) -> list[Finding]:
    """Every comparison of a claim. Raises ValueError where a result is missing."""
    found: list[Finding] = []
    for values in product(*claim.over.values()):
        named = dict(zip(claim.over, values, strict=True))
        for pair in claim.pairs:
            ours, base = (path.format(**named) for path in pair)
            found += _compare(item, ours, base, claim.ks, results)
    return found


def _compare(item: str, ours: str, base: str, ks: Sequence[int], results: Results) -> Iterator[Finding]:
    """One pair of settings; where clips are retrieved, at every k."""
    folder, _, last = ours.rpartition("/")
    settings = [f"{folder}/{name}" for name in last.split("|")]
    for setting in (*settings, base):
        if setting not in results:
            raise ValueError(f"{item}: no result for {setting} among the files given")
    files = [compared.paired(results[settings[0]], results[setting]) for setting in (*settings, base)]
    kind, *parts = ours.split("/")
    where = [name for part in parts if (name := NAMES.get(part))]
    higher, lower = (", ".join(names) for names in zip(*_differing(ours, base), strict=True))
    scores = {f"top {k}": retrieved_at(k, "clip") for k in ks} if kind == "retrieval" else {kind: rightness}
    for what, score in scores.items():
        *best, other = [[score(path) for path in paths] for paths in files]
        difference, value = compared.contrast(best, other), 100 * fmean(run.mean() for run in other)
        shared = len(_videos(best[0]) & _videos(other))
        yield Finding(", ".join([*where, what]), higher, lower, value + difference.value, value, difference, shared)


def _differing(ours: str, base: str) -> list[tuple[str, str]]:
    """The parts in which two settings differ, for people."""
    parts = zip(ours.replace("|", " or ").split("/"), base.split("/"), strict=True)
    return [(one, other) for one, other in parts if one != other]


def _videos(scores: Sequence[Scores]) -> set[str]:
    """What any of the runs tests."""
    return {str(name) for run in scores for name in run.index}
