"""Numbers of videos, frames and questions of a study: counted in its frame stores if they exist, else in its lists.

Lists do not say how long the videos are. Of the official lists it is known (``vcop.datasets.official_counts``). With other lists
every video is assumed to be long enough for every tuple, so that the costs are an upper bound.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.config.study import Study
from vcop.datasets import official_counts
from vcop.datasets.activitynet_qa import read_questions
from vcop.datasets.listing import list_videos
from vcop.datasets.splits import TEST, TRAIN, VALIDATION, OfficialSplits, read_splits
from vcop.datasets.video_list import read_video_list, splits_of
from vcop.sampling.draws import Drawing
from vcop.sampling.tasks import Task

# Mean number of frames of a video: 2,483,295 in UCF101's 13,320 videos, 595,924 in 6,355 of HMDB51's, by published counts.
FRAMES_PER_VIDEO = {"ucf101": 186.4, "hmdb51": 93.8}
FROM_STORE, OFFICIAL, FROM_LISTS = (
    "counted in the frame store",
    "official lists and counts",
    "lists, every video taken as long enough",
)


@dataclass(frozen=True)
class SplitSize:
    """Numbers of videos, or of questions, of one split."""

    training: int
    test: int
    validation: int = 0

    def with_validation(self, videos: int, listed: int = 0) -> SplitSize:
        """Return the split with training videos moved to validation, as training does.

        Args:
            videos: How many of the listed training videos are set aside; a fifth of them at most.
            listed: Number of listed training videos, if only some can be used; these have their share of the validation videos.
        """
        if self.validation:  # the lists themselves name validation videos
            return self
        listed = listed or self.training
        moved = round(min(videos, listed // 5) * self.training / max(1, listed))
        return SplitSize(self.training - moved, self.test, moved)


class StudySize:
    """Sizes of all data sets of a study, each counted once.

    Args:
        study: The study's configuration.
        folder: The study's folder.
    """

    def __init__(self, study: Study, folder: Path) -> None:
        self.study, self.folder = study, folder
        self._datasets: dict[str, DatasetSize] = {}

    def dataset(self, name: str) -> DatasetSize:
        """Return the size of a data set of actions."""
        return self._datasets.setdefault(name, DatasetSize(self.study, self.folder, name))

    @cached_property
    def questions(self) -> tuple[SplitSize, int]:
        """Numbers of questions by role, and of all their videos; see ``question_counts``."""
        return question_counts(self.study, self.folder)

    @property
    def sources(self) -> dict[str, str]:
        """What the numbers of videos of each data set are based on."""
        return {name: self.dataset(name).source for name in self.study.data}


class DatasetSize:
    """Numbers of videos and frames of one data set.

    All properties raise ValueError if neither a frame store nor lists exist, or if they cannot be read.

    Args:
        study: The study's configuration.
        folder: The study's folder.
        dataset: Name of the data set, as in the configuration.
    """

    def __init__(self, study: Study, folder: Path, dataset: str) -> None:
        self.study, self.folder, self.dataset = study, folder, dataset
        self.store_file = folder / "results/frames" / f"{dataset}.h5"
        self.stored = self.store_file.exists()

    @property
    def source(self) -> str:
        """What the numbers are based on."""
        if self.stored:
            return FROM_STORE
        return OFFICIAL if self._official else FROM_LISTS

    @cached_property
    def _official(self) -> bool:
        """Whether the lists are the official ones."""
        return self._lists.digest() == official_counts.DIGESTS.get(self.dataset)

    @cached_property
    def _lists(self) -> OfficialSplits:
        """The lists of the data set."""
        where = self.study.data[self.dataset]
        if self.dataset in self.study.own_data and (where.table or not where.lists):
            written = self.folder / "results/lists" / f"{self.dataset}.csv"
            videos = (
                read_video_list(written) if written.exists() else list_videos(self.folder / where.videos, where, self.folder)
            )
            return splits_of(videos)
        path = self.folder / where.lists
        _require_generated(self.study, path, self.dataset)
        return read_splits(self.dataset, path)

    @cached_property
    def _rows(self) -> list[tuple[tuple[int, ...], int | None]]:
        """The roles of every video in the splits, and its number of frames if it is known."""
        if not self.stored:
            return [(tuple(roles), None) for roles in self._lists.roles.values()]
        from vcop.storage.frame_store import FrameStore

        store = FrameStore(self.store_file)
        return [(tuple(roles), video.count) for video, roles in zip(store.videos, store.roles.tolist(), strict=True)]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self._lists.classes)

    @property
    def videos(self) -> int:
        """Number of all videos, which are decoded."""
        return len(self._rows)

    @property
    def frames(self) -> float | None:
        """Number of all frames, which are stored; None if it is not known."""
        if self.stored:
            return float(sum(count or 0 for _, count in self._rows))
        return self.videos * FRAMES_PER_VIDEO[self.dataset] if self._official else None

    def split(self, number: int) -> SplitSize:
        """Return the numbers of training and test videos of split 1, 2 or 3."""
        return _split_size([roles[number - 1] for roles, _ in self._rows])

    def usable(self, task: Drawing) -> SplitSize:
        """Return the numbers of videos of split 1 that are long enough for a tuple of the task."""
        if not self.stored and self._official and self.dataset == "ucf101":
            return _official_usable(task.window, self.split(1))
        roles = [roles[0] for roles, count in self._rows if count is None or count >= task.window]
        return _split_size(roles)


def _split_size(roles: Sequence[int]) -> SplitSize:
    """Count the videos of each list by their roles."""
    return SplitSize(roles.count(TRAIN), roles.count(TEST), roles.count(VALIDATION))


def _official_usable(window: int, every: SplitSize) -> SplitSize:
    """Return UCF101's usable videos of split 1 by the published counts, interpolated between the windows of the papers' tasks."""
    known = {Task.parse(name).window: counts for name, (counts, _) in official_counts.TASKS.items()} | {
        1: (every.training, every.test)
    }
    windows = sorted(known)
    index = bisect_right(windows, window) - 1
    low, high = windows[index], windows[min(index + 1, len(windows) - 1)]
    share = (window - low) / (high - low) if high > low else 0.0
    training, test = (round(a + share * (b - a)) for a, b in zip(known[low], known[high], strict=True))
    return SplitSize(training, test)


def question_counts(study: Study, folder: Path) -> tuple[SplitSize, int]:
    """Return the numbers of questions by role, and the number of all videos that they are about.

    Raises:
        ValueError: If the annotations do not exist yet or cannot be read.
    """
    assert study.questions is not None
    _require_generated(study, folder / study.questions.annotations, QUESTIONS)
    questions = read_questions(folder / study.questions.annotations)
    videos = len({question.video for group in questions.values() for question in group})
    return SplitSize(len(questions[TRAIN]), len(questions[TEST]), len(questions[VALIDATION])), videos


def _require_generated(study: Study, lists: Path, dataset: str) -> None:
    """Raise ValueError if the study has still to generate its videos: their number is not known before."""
    if study.synthesise and not lists.is_dir():
        raise ValueError(
            f"{lists}: the videos of {dataset} are not made yet, so their number is not known: "
            f"run snakemake --cores all results/synthetic/{dataset}.csv"
        )
