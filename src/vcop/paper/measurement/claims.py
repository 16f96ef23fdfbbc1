"""Claims of the papers, judged by our own result files.

A *claim* is a sentence such as "pretrained weights retrieve clips better than random ones". It is taken apart into *comparisons*: two
settings, for every network, data set and k that the sentence speaks of. Each comparison gives a difference of accuracies with its 95 %
interval over test videos (``comparisons.best_contrast``), and a verdict by that interval alone:

- "holds": the whole interval lies above zero;
- "does not hold": the whole interval lies below zero;
- "cannot tell": the interval contains zero.

The claim holds if all of its comparisons hold. It does not hold if a single one does not. Otherwise one cannot tell.

What a verdict does not say: It is about our trainings and their seeds, not about those of the papers, whose printed numbers are not
used here. Intervals cover the choice of test videos, not another training. They are not corrected for the number of comparisons: a
claim of many comparisons holds less easily by chance, and fails more easily by chance, than a claim of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from statistics import fmean

from vcop.paper.labels import DATASET_LABELS, NETWORK_LABELS
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
NAMES = {**NETWORK_LABELS, **DATASET_LABELS}
# Path of a result file; without split, seed and ending it is the name of a setting, such as retrieval/ucf101/c3d/16-8-3/conv5.
SETTING = r".*\b(order|retrieval|recognition|answers)/(?:(\w+?)(?:-[123])?/)?([^/].*?)[/-]seed-\d+\.csv$"
Results = dict[str, list[Path]]  # setting > the files of its runs


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A sentence of the papers that result files can decide.

    Attributes:
        says: The sentence.
        section: Where the papers say it: C for CVPR 2019, T for TMM 2020.
        pairs: The setting whose accuracy the sentence says is higher, and the setting that it is compared with. Settings are
            paths of results below results/, without split, seed and ending. {name} stands for each value of ``over``. Names
            joined by | at the end of the first path: the best of them counts. The second path may end in "chance": the accuracy
            of a guess at the first one's task.
        over: Values of the names in ``pairs``; every combination is compared.
        ks: For retrieval: the numbers of nearest neighbours.
        level: For retrieval: "clip" or "video".
    """

    says: str
    section: str
    pairs: Sequence[tuple[str, str]]
    over: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ks: Sequence[int] = (1, 5, 10, 20, 50)
    level: str = "clip"


@dataclass(frozen=True)
class Comparison:
    """One comparison of a claim.

    Attributes:
        setting: What both sides have in common, for people, such as "UCF101, C3D, top 20".
        higher: What the side has that the claim says is better, such as "16-8-3".
        lower: What the other side has.
        higher_accuracy: Accuracy of the first side in percent.
        lower_accuracy: Accuracy of the other side in percent.
        difference: Their difference in percentage points, with its interval over test videos.
        shared: How many of the difference's n videos or questions are tested on both sides.
    """

    setting: str
    higher: str
    lower: str
    higher_accuracy: float
    lower_accuracy: float
    difference: Measured
    shared: int

    @property
    def verdict(self) -> str:
        """HOLDS, FAILS or OPEN, by the difference's interval alone."""
        return HOLDS if self.difference.low > 0 else FAILS if self.difference.high < 0 else OPEN


def claim_verdict(compared: Sequence[Comparison]) -> str:
    """Return HOLDS if all comparisons hold, FAILS if one does not hold, else OPEN."""
    counts = Counter(comparison.verdict for comparison in compared)
    return FAILS if counts[FAILS] else OPEN if counts[OPEN] else HOLDS


def collect_results(inputs: Sequence[Path]) -> Results:
    """Return result files by the settings that claims name; files that differ in split and seed alone are in one list."""
    return {"/".join(filter(None, key)): paths for key, paths in group_runs(inputs, SETTING).items()}


def judge_claim(item: str, claim: Claim, results: Results) -> list[Comparison]:
    """Compare all pairs of settings of a claim.

    Args:
        item: Name of the table or page that asks, for error messages.
        claim: The claim.
        results: Result files, as ``collect_results`` returns them.

    Raises:
        ValueError: If a result is missing.
    """
    compared: list[Comparison] = []
    for values in product(*claim.over.values()):
        names = dict(zip(claim.over, values, strict=True))
        for pair in claim.pairs:
            ours, base = (path.format(**names) for path in pair)
            compared += _compare(item, ours, base, claim, results)
    return compared


def _compare(item: str, ours: str, base: str, claim: Claim, results: Results) -> Iterator[Comparison]:
    """Compare one pair of settings; for retrieval, at every k."""
    folder, _, last = ours.rpartition("/")
    settings = [f"{folder}/{name}" for name in last.split("|")] + [base] * (not base.endswith(f"/{CHANCE}"))
    for setting in settings:
        if setting not in results:
            raise ValueError(f"{item}: no result for {setting} among the files given")
    files = [comparisons.paired_runs(results[settings[0]], results[setting]) for setting in settings]
    common, (higher, lower) = _labels(ours, base)
    for measure, score in _scores(ours.partition("/")[0], claim).items():
        *best, other = scores = [[score(path) for path in paths] for paths in files]
        if base in settings:
            difference, accuracy = comparisons.best_contrast(best, other), 100 * fmean(run.mean() for run in other)
        else:
            difference, accuracy = _above_chance(other, last)
        shared = len(_tested(scores[0]) & _tested(other))
        setting = ", ".join([*common, measure])
        yield Comparison(setting, higher, lower, accuracy + difference.value, accuracy, difference, shared)


def _scores(kind: str, claim: Claim) -> dict[str, comparisons.Score]:
    """Return what is compared, by its label: functions that read the scores of a result file."""
    if kind == "retrieval":
        video = "video, " * (claim.level == "video")
        return {f"{video}top {k}": retrieval_at(k, claim.level) for k in claim.ks}
    return {"all questions": correct_answers()} if kind == "answers" else {kind: correct_videos}


def _above_chance(scores: Sequence[Scores], task: str) -> tuple[Measured, float]:
    """Return how far runs lie above chance, and chance. The interval is that of the runs' mean, minus chance."""
    mean, chance = mean_interval(scores), tasks.chance_accuracy(task)
    return replace(mean, value=mean.value - chance, low=mean.low - chance, high=mean.high - chance), chance


def _labels(ours: str, base: str) -> tuple[list[str], tuple[str, str]]:
    """Return the labels of what two settings have in common, and of what each of them has alone."""
    parts = ours.replace("|", " or ").split("/")[1:]
    others = base.split("/")[1:]
    if len(others) < len(parts):  # results without a network
        return [NAMES[part] for part in parts if part in NAMES], (parts[-1], others[-1])
    pairs = list(zip(parts, others, strict=True))
    common = [NAMES[one] for one, other in pairs if one == other and one in NAMES]
    one, other = zip(*((NAMES.get(one, one), NAMES.get(other, other)) for one, other in pairs if one != other), strict=True)
    return common, (", ".join(one), ", ".join(other))


def _tested(scores: Sequence[Scores]) -> set[str]:
    """Return the videos or questions that any of the runs is tested on."""
    return {str(name) for run in scores for name in run.index}
