"""Transfer: what pretrained weights are good for, by measures that are the same for all pretext tasks and networks.

A row is a network with its weights: random ones, or those of a pretext task. Its numbers are the task's own accuracy on test videos,
video retrieval, two classifiers on frozen features, and fine-tuning on a tenth and on all of the labels (UCF101 split 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.claims import ONE_SEED
from vcop.paper.measurement.comparisons import RANDOM, Score
from vcop.paper.measurement.scores import Measured, correct_videos, group_runs, retrieval_at
from vcop.paper.measurement.work import EQUAL, Work, WorkRecord

SHARE = 10  # percent of the labels, of the smaller fine-tuning
OWN = "own task"
Setting = tuple[str, str]  # network, weights
ABOVE, BELOW, AT = "above", "below", "not apart"  # an accuracy against chance, by its interval


@dataclass(frozen=True)
class Measure:
    """A measure of weights.

    Attributes:
        pattern: Regular expression of its result files; the groups are network and weights.
        score: Reads the scores of a file.
    """

    pattern: str
    score: Score


RETRIEVED, PROBED = (rf"{kind}/ucf101/([^/]+)/([^/]+)/conv5-seed-\d+\.csv$" for kind in ("retrieval", "probe"))
TUNED = "recognition/ucf101-1/([^/]+)/([^/]+)/{}/seed-\\d+\\.csv$"
MEASURES = {
    OWN: Measure(r"\border/([^/]+)/([^/]+)/seed-\d+\.csv$", correct_videos),
    "top 1": Measure(RETRIEVED, retrieval_at(1, "video")),
    "top 5": Measure(RETRIEVED, retrieval_at(5, "video")),
    "k-NN": Measure(PROBED, partial(correct_videos, classifier="knn")),
    "linear": Measure(PROBED, partial(correct_videos, classifier="linear")),
    f"{SHARE} % labels": Measure(TUNED.format(f"labels-{SHARE}"), correct_videos),
    "all labels": Measure(TUNED.format("from-conv1"), correct_videos),
}


@dataclass(frozen=True)
class Number:
    """A measured accuracy, with its gain on random weights if there is one, and the accuracy of guessing, in percent."""

    measured: Measured
    chance: float

    @property
    def against_chance(self) -> str:
        """ABOVE, BELOW or AT, by the interval; ONE_SEED if the number is of one seed alone."""
        m = self.measured
        if m.seeds < 2:
            return ONE_SEED
        return ABOVE if m.low > self.chance else BELOW if m.high < self.chance else AT


@dataclass(frozen=True)
class Transfer:
    """What is measured of some settings.

    Attributes:
        numbers: By setting, the number of each measure; random weights have no task of their own.
        works: The work behind each pretrained setting.
    """

    numbers: Mapping[Setting, Mapping[str, Number]]
    works: Mapping[Setting, Work]


def measure_transfer(
    item: str, inputs: Sequence[Path], record: WorkRecord, chance: Callable[[str, list[Path]], float]
) -> Transfer:
    """Return all numbers of all settings among the result files, random weights first.

    Args:
        item: Name of the table that asks, for error messages.
        inputs: The result files of MEASURES.
        record: What the pretrainings' files say.
        chance: Returns the accuracy of guessing at a measure, other than OWN, from the result files of a setting.

    Raises:
        ValueError: If a result is missing.
    """
    runs = {name: group_runs(inputs, measure.pattern) for name, measure in MEASURES.items()}
    numbers: dict[Setting, dict[str, Number]] = {}
    works: dict[Setting, Work] = {}
    for network, weights in _settings(runs[OWN]):
        numbers[network, weights] = row = {}
        for name, measure in MEASURES.items():
            if weights == RANDOM and name == OWN:
                continue
            paths, base = (_found(item, runs[name], network, w, name) if w else [] for w in _sides(name, weights))
            seeds = [comparisons.split_and_seed(path)[1] for path in paths]
            guess = record.chance(network, weights, seeds) if name == OWN else chance(name, paths)
            row[name] = Number(comparisons.measure_runs(paths, measure.score, base), guess)
            if name == OWN and (work := record.behind(network, weights, seeds)):
                works[network, weights] = work
    return Transfer(numbers, works)


def _settings(own: Mapping[tuple[str, ...], object]) -> list[Setting]:
    """Return the settings in the order of the networks and tasks that have results of their own; of each network random weights first."""
    settings = []
    for network in dict.fromkeys(key[0] for key in own):
        settings += [(network, RANDOM), *((network, task) for one, task in own if one == network)]
    return settings


def _sides(name: str, weights: str) -> tuple[str, str]:
    """Return the weights of a number, and those that its gain is measured against; an empty text for no gain."""
    return weights, "" if name == OWN or weights == RANDOM else RANDOM


def _found(item: str, runs: Mapping[tuple[str, ...], list[Path]], network: str, weights: str, name: str) -> list[Path]:
    """Return the result files of a number. Raises ValueError if there are none."""
    if (network, weights) not in runs:
        raise ValueError(f"{item}: no result for {network}, {weights}, {name} among the files given")
    return runs[network, weights]


def work_sentence(works: Sequence[Work]) -> str:
    """Return a sentence on whether pretrainings saw as many clips, or had as many epochs."""
    clips, epochs = ([getattr(work, name) for work in works] for name in ("clips", "epochs"))
    spans = (_span(min(values), max(values)) for values in (clips, epochs))
    saw, took = f"{next(spans)} clips", f"{next(spans)} epochs"
    if max(clips) <= EQUAL * min(clips):
        return f"All pretrainings saw about as many clips ({saw}), in {took}."
    if max(epochs) <= EQUAL * min(epochs):
        return f"All pretrainings had about as many epochs ({took}), and saw {saw}."
    return f"The pretrainings had neither equal clips nor equal epochs: {saw}, {took}."


def _span(low: float, high: float) -> str:
    """Return a range of whole numbers, or the number that all are."""
    first, last = f"{low:,.0f}", f"{high:,.0f}"
    return first if first == last else f"{first} to {last}"
