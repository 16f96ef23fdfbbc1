"""What the papers claim, held against result files: which claims hold within the intervals, which do not, which cannot be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from statistics import fmean

from vcop.paper import labels
from vcop.paper.labels import DATASET_LABELS
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.scores import (
    Measured,
    Scores,
    correct_answers,
    correct_videos,
    group_runs,
    mean_interval,
    retrieval_at,
)
from vcop.sampling import tasks

HOLDS, FAILS, OPEN = "holds", "does not hold", "cannot tell"
CHANCE = "chance"
NAMES = {**labels.NETWORK_LABELS, **DATASET_LABELS}
Results = dict[str, list[Path]]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the papers that result files can decide.

    ``pairs``: whose accuracy it says is higher, and than whose; result paths as below results/, without split, seed and ending.
    {name} runs over the values of ``over``. Of names joined by | at the end of a path the best counts. A lower path that ends in
    "chance" is a guess at the higher one's task. ``ks``: where clips (or ``level`` "video") are retrieved, right within so many
    nearest.
    """

    says: str
    section: str
    pairs: Sequence[tuple[str, str]]
    over: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ks: Sequence[int] = (1, 5, 10, 20, 50)
    level: str = "clip"


@dataclass(frozen=True)
class Finding:
    """One comparison of a claim: two accuracies in percent and their difference in points."""

    where: str
    higher: str
    lower: str
    ours: float
    base: float
    difference: Measured
    shared: int  # of the difference's n videos or questions, tested on both sides

    @property
    def verdict(self) -> str:
        """By the difference's interval alone."""
        return HOLDS if self.difference.low > 0 else FAILS if self.difference.high < 0 else OPEN


def claim_verdict(findings: Sequence[Finding]) -> str:
    """A claim of several comparisons holds where all do, and does not where one does not."""
    counts = Counter(f.verdict for f in findings)
    return FAILS if counts[FAILS] else OPEN if counts[OPEN] else HOLDS


def collect_results(inputs: Sequence[Path]) -> Results:
    """Result files as claims name them; those that differ in split and seed alone stand together."""
    pattern = r".*\b(order|retrieval|recognition|answers)/(?:(\w+?)(?:-[123])?/)?([^/].*?)[/-]seed-\d+\.csv$"
    return {"/".join(filter(None, key)): paths for key, paths in group_runs(inputs, pattern).items()}


def judge_claim(item: str, claim: Claim, results: Results) -> list[Finding]:
    """Every comparison of a claim. Raises ValueError where a result is missing."""
    found: list[Finding] = []
    for values in product(*claim.over.values()):
        named = dict(zip(claim.over, values, strict=True))
        for pair in claim.pairs:
            ours, base = (path.format(**named) for path in pair)
            found += _compare(item, ours, base, claim, results)
    return found


def _compare(item: str, ours: str, base: str, claim: Claim, results: Results) -> Iterator[Finding]:
    """One pair of settings; where clips or videos are retrieved, at every k."""
    folder, _, last = ours.rpartition("/")
    settings = [f"{folder}/{name}" for name in last.split("|")] + [base] * (not base.endswith(f"/{CHANCE}"))
    for setting in settings:
        if setting not in results:
            raise ValueError(f"{item}: no result for {setting} among the files given")
    files = [comparisons.paired_runs(results[settings[0]], results[setting]) for setting in settings]
    alike, (higher, lower) = _parts(ours, base)
    for what, score in _scores(ours.partition("/")[0], claim).items():
        *best, other = scores = [[score(path) for path in paths] for paths in files]
        if base in settings:
            difference, value = comparisons.best_contrast(best, other), 100 * fmean(run.mean() for run in other)
        else:
            difference, value = _above_chance(other, last)
        shared = len(_tested(scores[0]) & _tested(other))
        yield Finding(", ".join([*alike, what]), higher, lower, value + difference.value, value, difference, shared)


def _scores(kind: str, claim: Claim) -> dict[str, comparisons.Score]:
    """What is compared where: a name for people, and how a result file is read."""
    if kind == "retrieval":
        video = "video, " * (claim.level == "video")
        return {f"{video}top {k}": retrieval_at(k, claim.level) for k in claim.ks}
    return {"all questions": correct_answers()} if kind == "answers" else {kind: correct_videos}


def _above_chance(scores: Sequence[Scores], task: str) -> tuple[Measured, float]:
    """How far runs lie above chance, and chance. A mean's own interval, shifted: it is not empty where none is right."""
    found, chance = mean_interval(scores), tasks.chance_accuracy(task)
    return replace(found, value=found.value - chance, low=found.low - chance, high=found.high - chance), chance


def _parts(ours: str, base: str) -> tuple[list[str], tuple[str, str]]:
    """What two settings have in common, by its name, and what they differ in, for people."""
    parts = ours.replace("|", " or ").split("/")[1:]
    others = base.split("/")[1:]
    if len(others) < len(parts):  # results without a network
        return [NAMES[part] for part in parts if part in NAMES], (parts[-1], others[-1])
    pairs = list(zip(parts, others, strict=True))
    alike = [NAMES[one] for one, other in pairs if one == other and one in NAMES]
    one, other = zip(*((NAMES.get(one, one), NAMES.get(other, other)) for one, other in pairs if one != other), strict=True)
    return alike, (", ".join(one), ", ".join(other))


def _tested(scores: Sequence[Scores]) -> set[str]:
    """The videos or questions that any of the runs has."""
    return {str(name) for run in scores for name in run.index}
