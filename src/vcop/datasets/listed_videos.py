"""Lists and video files of any data set: UCF101, HMDB51 or ActivityNet-QA."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.datasets.activitynet_qa import find_video_files, video_splits
from vcop.datasets.splits import OfficialSplits, ReportProblem, raise_error, read_splits
from vcop.datasets.video_files import locate_videos


def read_lists(dataset: str, lists: Path) -> OfficialSplits:
    """Read the official lists of a data set (ActivityNet-QA: its annotations).

    Raises:
        ValueError: If a list is missing or wrong; it names file and line.
    """
    return video_splits(lists) if dataset == QUESTIONS else read_splits(dataset, lists)


def find_files(dataset: str, videos: Path, names: Iterable[str], report: ReportProblem = raise_error) -> dict[str, Path]:
    """Return the path of each video by its name, in the order of the names. There may be no file at it.

    Args:
        dataset: Name of the data set, which says how videos are laid out.
        videos: Directory of the videos.
        names: Names of the videos in the lists.
        report: Called with a message for each video of ActivityNet-QA that has several files.

    Raises:
        ValueError: If the directory of ActivityNet-QA's videos is missing; by default also for a video with several files.
    """
    if dataset == QUESTIONS:
        return find_video_files(videos, sorted(names), report)
    return locate_videos(videos, sorted(names))
