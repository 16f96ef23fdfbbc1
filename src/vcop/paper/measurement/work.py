"""Work behind weights: how long a network was trained. Also the accuracy of guessing at its pretext task (chance).

Work is counted in epochs and in clips seen, over the whole training, also after the epoch whose weights were kept as the best.
A training that starts from other weights has had their work, too: 16-8-4 has had all epochs of 16-8-3 before (TMM 2020, III-D1), and
16-8-3-hard goes on from 16-8-3 (III-D2). A comparison of two settings is fair only if both had equal work, or if the one that had
less is better all the same. Where two networks are compared after fine-tuning, the work of their fine-tuning is compared instead.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TypeVar

from vcop.paper.measurement.comparisons import training_videos
from vcop.sampling.tasks import ANY_TASK, chance_accuracy, order_task

FILE = re.compile(r".*\b((?:pretrain|finetune)/.+/seed-\d+)/(history\.csv|provenance\.json)$")
RECOGNITION = re.compile(r".*\brecognition/(.+/seed-\d+)\.csv$")  # what a fine-tuning leaves there has its folder's name
SUPERVISED = "supervised"  # weights that were fine-tuned from random ones on split 1 of UCF101
EQUAL = 1.15  # work counts as equal if neither side has more than 1.15 times the other's; whole epochs seldom fit better
Run = str  # the folder of a training, below results, such as pretrain/r3d/16-8-3/seed-0
Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Work:
    """Epochs of training, and the clips that the network saw in them."""

    epochs: float
    clips: float

    def __add__(self, other: Work) -> Work:
        return Work(self.epochs + other.epochs, self.clips + other.clips)

    def exceeds(self, other: Work, *, clips_alone: bool = False) -> bool:
        """Whether this is over 15 % more work than another (``EQUAL``), in epochs or in clips.

        Args:
            other: The other side's work.
            clips_alone: Whether to compare clips only. This is for two pretext tasks whose samples have different numbers of clips: an epoch
                of one is then more work than an epoch of the other.
        """
        return self.clips > EQUAL * other.clips or (not clips_alone and self.epochs > EQUAL * other.epochs)

    def __str__(self) -> str:
        return f"{self.epochs:,.0f} epochs, {self.clips:,.0f} clips"


@dataclass(frozen=True)
class WorkRecord:
    """How long each pretraining and fine-tuning of a study was, as its history.csv and provenance.json say.

    Attributes:
        epochs: Epochs of each run.
        videos: Training videos of each run.
        clips: How many clips a sample has, for runs whose provenance.json says so.
        chances: Accuracy of guessing in percent, for runs whose provenance.json says so.
    """

    epochs: dict[Run, int] = field(default_factory=dict)
    videos: dict[Run, int] = field(default_factory=dict)
    clips: dict[Run, int] = field(default_factory=dict)
    chances: dict[Run, float] = field(default_factory=dict)

    def behind(self, network: str, weights: str, seeds: Sequence[str]) -> Work | None:
        """Return the work behind weights, with that of the weights they started from; the mean over seeds.

        Args:
            network: Name of the backbone.
            weights: Name of a task, or ``supervised``: fine-tuned from random weights on split 1 of UCF101. For anything else, such as
                random weights, None is returned.
            seeds: Seeds of the runs.

        Raises:
            ValueError: If the files of a run are missing.
        """
        if weights == SUPERVISED:
            return self._tuned([f"finetune/ucf101-1/{network}/random/from-conv1/seed-{seed}" for seed in seeds])
        if not re.fullmatch(ANY_TASK, weights):
            return None
        total = [self._chain(network, weights, seed) for seed in seeds]
        return Work(sum(work.epochs for work in total) / len(total), sum(work.clips for work in total) / len(total))

    def finetuning(self, results: Sequence[Path]) -> Work:
        """Return the work of fine-tuning without the pretraining before it, the mean over runs. An epoch has one clip of each video.

        Args:
            results: Files below results/recognition, one for each run. Only their paths are used: the files of a fine-tuning lie in the
                folder of the same name below results/finetune.

        Raises:
            ValueError: If the files of a run are missing.
        """
        return self._tuned([f"finetune/{match[1]}" for path in results if (match := RECOGNITION.search(path.as_posix()))])

    def _tuned(self, runs: Sequence[Run]) -> Work:
        """Return the work of some fine-tunings, the mean over them."""
        lengths = [(self._read(self.epochs, run), self._read(self.videos, run)) for run in runs]
        return Work(fmean(epochs for epochs, _ in lengths), fmean(epochs * videos for epochs, videos in lengths))

    def dropped(self, network: str, weights: str, seeds: Sequence[str]) -> list[int]:
        """Return how many videos the sample-based curriculum dropped in each seed; empty for other weights."""
        task = order_task(weights)
        if task is None or task.variant != "hard":
            return []
        plain = str(task.plain)
        return [
            self._read(self.videos, _pretraining(network, plain, seed))
            - self._read(self.videos, _pretraining(network, weights, seed))
            for seed in seeds
        ]

    def chance(self, network: str, task: str, seeds: Sequence[str]) -> float:
        """Return the percentage of right answers of guessing at a task, the mean over seeds.

        Raises:
            ValueError: If the provenance of a run is missing; order prediction needs none.
        """
        if order_task(task):
            return chance_accuracy(task)
        return fmean(self._read(self.chances, _pretraining(network, task, seed)) for seed in seeds)

    def _chain(self, network: str, name: str, seed: str) -> Work:
        """Return the work of one run and of those before it."""
        run, order = _pretraining(network, name, seed), order_task(name)
        epochs, videos = self._read(self.epochs, run), self._read(self.videos, run)
        work = Work(epochs, epochs * videos * (order.tuple_length if order else self._read(self.clips, run)))
        return work + self._chain(network, order.start, seed) if order and order.start != "random" else work

    @staticmethod
    def _read(known: Mapping[Run, Number], run: Run) -> Number:
        """Return a number of a run. Raises ValueError if its file is missing or does not tell it."""
        if run not in known:
            raise ValueError(
                f"no history.csv and provenance.json of {run} among the files given that say its epochs, videos, clips and chance"
            )
        return known[run]


def _pretraining(network: str, task: str, seed: str) -> Run:
    return f"pretrain/{network}/{task}/seed-{seed}"


def read_work(inputs: Sequence[Path]) -> WorkRecord:
    """Read each history.csv and provenance.json of a training; other files are passed over.

    Raises:
        ValueError: If a provenance.json does not count its videos.
    """
    record = WorkRecord()
    for path in inputs:
        if match := FILE.search(path.as_posix()):
            run = match[1]
            if match[2] == "history.csv":
                with open(path, newline="", encoding="utf-8") as file:
                    record.epochs[run] = sum(1 for _ in csv.DictReader(file))
            else:
                record.videos[run] = training_videos([path])
                about = json.loads(path.read_text(encoding="utf-8"))
                record.clips.update({run: about["clips"]} if "clips" in about else {})
                record.chances.update({run: about["chance"]} if "chance" in about else {})
    return record
