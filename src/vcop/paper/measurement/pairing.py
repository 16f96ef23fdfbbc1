"""Pairing: two settings that a claim compares, read from result files, with what is printed of them and the work behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vcop.paper.labels import DATASET_LABELS, NETWORK_LABELS
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.claims import CHANCE
from vcop.paper.measurement.comparisons import Score
from vcop.paper.measurement.printed import ALL_QUESTIONS, Printed, PrintedNumber, printed_difference, printed_number
from vcop.paper.measurement.scores import (
    CLASSIFIERS,
    correct_answers,
    correct_videos,
    estimate_scores,
    group_runs,
    retrieval_at,
)
from vcop.paper.measurement.work import Work, WorkRecord
from vcop.sampling import tasks
from vcop.stats.estimates import Estimate

NAMES = {**NETWORK_LABELS, **DATASET_LABELS}
# Path of a result file; without split, seed and ending it is the name of a setting, such as retrieval/ucf101/c3d/16-8-3/conv5.
SETTING = r".*\b(order|retrieval|probe|recognition|answers)/(?:(\w+?)(?:-[123])?/)?([^/].*?)[/-]seed-\d+\.csv$"
Results = dict[str, list[Path]]  # setting > the files of its runs
SHARE = re.compile(r"labels-(\d+)")  # of fine-tuning on a share of the labels
ALONE = "answers/question-only"  # all networks are compared with the same trainings
FIRST_SPLIT = re.compile(r"(\w+/\w+)-1/")  # kind and data set: its split 1 alone


@dataclass(frozen=True, kw_only=True)
class Row:
    """A comparison before its intervals are known.

    Attributes:
        differences: Our estimates of the difference, in percentage points; several where the best of several settings counts. Against
            chance they are the accuracy itself, whose interval is not symmetric near 0 and 100 %.
        chance: What is to be taken from ``differences``, 0 where they are differences already.
        n: Number of test videos, or questions, of both sides together.
        measure: What is compared, such as "top 5": rows of one measure are pooled (``pooling``).
        networks: What both sides are trainings of: their networks, or the question alone. Comparisons that share one are not independent.

    The other attributes are those of ``claims.Comparison``.
    """

    setting: str
    higher: str
    lower: str
    lower_accuracy: float
    differences: Sequence[Estimate]
    chance: float
    n: int
    shared: int
    work: tuple[Work, Work] | None
    dropped: tuple[int, ...]
    printed: Printed | None
    decides: bool
    measure: str
    networks: frozenset[str]


@dataclass(frozen=True)
class Study:
    """What a study has measured: result files by setting, how long its pretrainings were, and what was read so far."""

    results: Results
    record: WorkRecord
    known: dict[tuple[object, ...], tuple[Estimate, frozenset[object]]] = field(default_factory=dict)

    def read(self, runs: Sequence[Path], measure: tuple[str, Score]) -> tuple[Estimate, frozenset[object]]:
        """Return the accuracy of some runs of a setting, and the videos or questions that they are tested on.

        Each setting and measure is read once: claims compare the same settings again and again.
        """
        key = (measure[0], *runs)
        if key not in self.known:
            scores = comparisons.scores_by_seed(runs, measure[1])
            tested = frozenset(name for splits in scores.values() for run in splits for name in run.index)
            self.known[key] = (estimate_scores(scores), tested)
        return self.known[key]


def collect_results(inputs: Sequence[Path]) -> Results:
    """Return result files by the settings that claims name; files that differ in split and seed alone are in one list."""
    return {"/".join(filter(None, key)): paths for key, paths in group_runs(inputs, SETTING).items()}


def compare(study: Study, ours: str, base: str, measure: tuple[str, Score], *, decides: bool) -> Row:
    """Return the row of one pair of settings.

    Args:
        study: What is measured.
        ours: The setting that is claimed higher, as in ``Claim.pairs``.
        base: The other setting.
        measure: Label of what is compared, and the function that reads its scores.
        decides: Whether the row decides the claim.

    Raises:
        ValueError: If a result, or the partner of a run, is missing.
    """
    names, chance = alternatives(ours), base.endswith(f"/{CHANCE}")
    guess = study.record.chance(*_weights(names[0]), _seeds(study, names[0])) if chance else 0.0
    read = [study.read(runs, measure) for runs in _paired_runs(study, names, names[0] if chance else base)]
    (*above, below), (*tested, others) = zip(*read, strict=True)
    common, (higher, lower) = labels(ours, base)
    return Row(
        setting=", ".join([*common, measure[0]]),
        higher=higher,
        lower=lower,
        lower_accuracy=guess if chance else below.value,
        differences=above if chance else [one.minus(below, apart=bool(FIRST_SPLIT.match(base))) for one in above],
        chance=guess,
        n=len(others.union(*tested)),
        shared=len(others & tested[0]),
        work=_work(study, names, base),
        dropped=tuple(study.record.dropped(*_weights(names[0]), _seeds(study, names[0]))),
        printed=printed(names, base, measure[0]),
        decides=decides,
        measure=f"{share[0]}, {measure[0]}" if (share := SHARE.search(names[0])) else measure[0],
        networks=frozenset(filter(None, map(_trained, (*names, base)))),
    )


def measures(kind: str, ks: Sequence[int], level: str) -> dict[str, Score]:
    """Return what is compared, by its label: functions that read the scores of a result file.

    Args:
        kind: First part of a setting's path: order, retrieval, probe, recognition or answers.
        ks: For retrieval: the numbers of nearest neighbours.
        level: For retrieval: "clip" or "video".
    """
    if kind == "retrieval":
        return {f"{'video, ' * (level == 'video')}top {k}": retrieval_at(k, level) for k in ks}
    if kind == "probe":
        return {name: partial(correct_videos, classifier=classifier) for classifier, name in CLASSIFIERS.items()}
    return {ALL_QUESTIONS: correct_answers()} if kind == "answers" else {kind: correct_videos}


def alternatives(setting: str) -> list[str]:
    """Return the settings that a path with names joined by | stands for."""
    parts = setting.split("/")
    joined = next((i for i, part in enumerate(parts) if "|" in part), None)
    if joined is None:
        return [setting]
    return ["/".join([*parts[:joined], name, *parts[joined + 1 :]]) for name in parts[joined].split("|")]


def labels(ours: str, base: str) -> tuple[list[str], tuple[str, str]]:
    """Return the labels of what two settings have in common, and of what each of them has alone."""
    parts = ours.replace("|", " or ").split("/")[1:]
    others = base.split("/")[1:]
    if FIRST_SPLIT.match(base):
        return [NAMES.get(part, part) for part in parts[:-1]], ("three splits", "split 1")
    if len(others) < len(parts):  # results without a network
        return [NAMES[part] for part in parts if part in NAMES], (parts[-1], others[-1])
    pairs = list(zip(parts, others, strict=True))
    shown = [*NAMES, _weights(ours)[0]]
    common = [_label(one) for one, other in pairs if one == other and (one in shown or SHARE.fullmatch(one))]
    one, other = zip(*((NAMES.get(one, one), NAMES.get(other, other)) for one, other in pairs if one != other), strict=True)
    return common, (", ".join(one), ", ".join(other))


def _label(part: str) -> str:
    """Return a part of a setting's path as people read it."""
    share = SHARE.fullmatch(part)
    return f"{share[1]} % of the labels" if share else NAMES.get(part, part)


def printed(names: Sequence[str], base: str, measure: str) -> Printed | None:
    """Return what the papers print of a comparison; None if they do not print both sides. Of several settings the best counts."""
    told = [number for name in names if (number := printed_number(name, measure))]
    if len(told) < len(names):
        return None
    below = printed_number(base, measure)
    if base.endswith(f"/{CHANCE}"):
        below = PrintedNumber(tasks.chance_accuracy(names[0].rpartition("/")[2]), 0.0)
    if below is None:
        return None
    return printed_difference(max(told, key=lambda number: number.value), below)


def _paired_runs(study: Study, names: Sequence[str], base: str) -> list[list[Path]]:
    """Return the files of each setting's runs, of ``base`` last: the partners of the first one's, by split and seed.

    Split 1 against the mean over three splits has no such partners, but for the seeds.

    Raises:
        ValueError: If a result or a partner is missing.
    """
    runs = [_of_splits(study.results, name) for name in (*names, base)]
    return runs if FIRST_SPLIT.match(base) else [comparisons.paired_runs(runs[0], others) for others in runs]


def _of_splits(results: Results, setting: str) -> list[Path]:
    """Return the files of a setting; of a data set with a split, those of this split. Raises ValueError if there are none."""
    name = FIRST_SPLIT.sub(r"\1/", setting, count=1) if FIRST_SPLIT.match(setting) else setting
    found = [path for path in results.get(name, []) if name == setting or comparisons.split_and_seed(path)[0] == "1"]
    if not found:
        raise ValueError(f"no result for {setting} among the files given")
    return found


def _weights(setting: str) -> tuple[str, str]:
    """Return network and weights of a setting; two empty texts if it has none."""
    kind, *parts = setting.split("/")
    named = parts if kind in ("order", "answers") else parts[1:]  # the others begin with a data set
    return (named[0], named[1]) if len(named) > 1 else ("", "")


def _trained(setting: str) -> str:
    """Return the network of a setting; for the question alone, the name of that setting; otherwise an empty text.

    Comparisons in which this name is the same can share trainings, so they are not independent. A setting with random weights also returns
    its network.
    """
    return _weights(setting)[0] or (setting if setting == ALONE else "")


def _work(study: Study, names: Sequence[str], base: str) -> tuple[Work, Work] | None:
    """Return the work of both sides: that behind their weights, of several settings the most; None unless both are pretrained.

    Of two networks after fine-tuning it is the work of fine-tuning alone, since both start from weights of the same name.
    """
    if base.startswith("recognition/") and _weights(names[0])[0] != _weights(base)[0]:
        tuned = [study.record.finetuning(_of_splits(study.results, name)) for name in (names[0], base)]
        return tuned[0], tuned[1]
    sides = [[_behind(study, name) for name in side] for side in (names, [base])]
    known = [[work for work in side if work is not None] for side in sides]
    if not all(known):
        return None
    higher, lower = (max(side, key=lambda work: work.clips) for side in known)
    return higher, lower


def _behind(study: Study, setting: str) -> Work | None:
    """Return the work behind the weights of a setting, the mean over seeds; None if they are not pretrained, and for chance."""
    if setting.endswith(f"/{CHANCE}"):
        return None
    return study.record.behind(*_weights(setting), _seeds(study, setting))


def _seeds(study: Study, setting: str) -> list[str]:
    """Return the seeds of a setting's results."""
    return list(dict.fromkeys(comparisons.split_and_seed(path)[1] for path in _of_splits(study.results, setting)))
