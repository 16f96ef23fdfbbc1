"""How many videos, frames and questions a study has: of its frame stores where they are, else of its lists.

Lists do not say how long the videos are. Of the official ones it is known (``vcop.datasets.official_counts``); of others every video is taken to be
long enough for every tuple, which costs more than is true.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.config.study import Study
from vcop.datasets import official_counts
from vcop.datasets.activitynet_qa import read_questions as read_annotations
from vcop.datasets.splits import TEST, TRAIN, VALIDATION, OfficialSplits, read_splits
from vcop.sampling.tasks import Task

# Frames a video: 2,483,295 of UCF101's 13,320, 595,924 of 6,355 of HMDB51's, by the counts that others have published.
FRAMES_A_VIDEO = {"ucf101": 186.4, "hmdb51": 93.8}
FROM_STORE, OFFICIAL, FROM_LISTS = (
    "counted in the frame store",
    "official lists and counts",
    "lists, every video taken as long enough",
)


@dataclass(frozen=True)
class SplitSize:
    """Videos, or questions, of one split."""

    training: int
    test: int
    validation: int = 0

    def less(self, aside: int) -> SplitSize:
        """With as many training videos set aside as `set_aside` does: a fifth of them at most."""
        taken = min(aside, self.training // 5)
        return SplitSize(self.training - taken, self.test, taken)


class DatasetSize:
    """Of one data set. Raises ValueError where neither a store nor lists are there, or they cannot be read."""

    def __init__(self, study: Study, folder: Path, dataset: str) -> None:
        self.study, self.folder, self.dataset = study, folder, dataset
        self.store_file = folder / "results/frames" / f"{dataset}.h5"
        self.stored = self.store_file.exists()

    @property
    def source(self) -> str:
        """What the numbers stand on."""
        if self.stored:
            return FROM_STORE
        return OFFICIAL if self._official else FROM_LISTS

    @cached_property
    def _official(self) -> bool:
        return self._lists.digest() == official_counts.DIGESTS[self.dataset]

    @cached_property
    def _lists(self) -> OfficialSplits:
        where = self.folder / self.study.data[self.dataset].lists
        _require_made(self.study, where, self.dataset)
        return read_splits(self.dataset, where)

    @cached_property
    def _rows(self) -> list[tuple[tuple[int, ...], int | None]]:
        """The roles of every video, and its frames where they are known."""
        if not self.stored:
            return [(tuple(roles), None) for roles in self._lists.roles.values()]
        from vcop.storage.frame_store import FrameStore

        store = FrameStore(self.store_file)
        return [(tuple(roles), video.count) for video, roles in zip(store.videos, store.roles.tolist(), strict=True)]

    @property
    def videos(self) -> int:
        """All that are decoded."""
        return len(self._rows)

    @property
    def frames(self) -> float | None:
        """All that are stored; None where nobody knows."""
        if self.stored:
            return float(sum(count or 0 for _, count in self._rows))
        return self.videos * FRAMES_A_VIDEO[self.dataset] if self._official else None

    def split(self, number: int) -> SplitSize:
        """All training and test videos of a split."""
        count = {role: sum(roles[number - 1] == role for roles, _ in self._rows) for role in (TRAIN, TEST)}
        return SplitSize(count[TRAIN], count[TEST])

    def usable(self, task: Task) -> SplitSize:
        """Those of split 1 that a tuple fits into."""
        if not self.stored and self._official and self.dataset == "ucf101":
            return _of_window(task.window, self.split(1))
        fit = [roles[0] for roles, count in self._rows if count is None or count >= task.window]
        return SplitSize(fit.count(TRAIN), fit.count(TEST))


def _of_window(window: int, every: SplitSize) -> SplitSize:
    """UCF101's split 1 by the published counts; between two windows of the papers' tasks in proportion."""
    known = {Task.parse(name).window: counts for name, (counts, _) in official_counts.TASKS.items()} | {
        1: (every.training, every.test)
    }
    windows = sorted(known)
    place = bisect_right(windows, window) - 1
    low, high = windows[place], windows[min(place + 1, len(windows) - 1)]
    share = (window - low) / (high - low) if high > low else 0.0
    training, test = (round(a + share * (b - a)) for a, b in zip(known[low], known[high], strict=True))
    return SplitSize(training, test)


def question_counts(study: Study, folder: Path) -> tuple[SplitSize, int]:
    """Questions to train on, to validate and to test, and all their videos. Raises ValueError as the reader."""
    assert study.questions is not None
    _require_made(study, folder / study.questions.annotations, QUESTIONS)
    asked = read_annotations(folder / study.questions.annotations)
    videos = len({question.video for some in asked.values() for question in some})
    return SplitSize(len(asked[TRAIN]), len(asked[TEST]), len(asked[VALIDATION])), videos


def _require_made(study: Study, lists: Path, dataset: str) -> None:
    """Raises ValueError where a study has still to make its videos: their number is not known before."""
    if study.synthesise and not lists.is_dir():
        raise ValueError(
            f"{lists}: the videos of {dataset} are not made yet, so that their number is not known: "
            f"snakemake --cores all results/synthetic/{dataset}.csv makes them"
        )
