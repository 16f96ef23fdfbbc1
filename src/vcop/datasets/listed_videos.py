"""Lists and video files of any data set: UCF101, HMDB51, ActivityNet-QA or one's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.datasets.activitynet_qa import find_video_files, video_splits
from vcop.datasets.splits import OfficialSplits, ReportProblem, raise_error, read_splits
from vcop.datasets.video_files import locate_videos
from vcop.datasets.video_list import as_splits


def read_lists(dataset: str, lists: Path, report: ReportProblem = raise_error) -> OfficialSplits:
    """Read the lists of a data set.

    Args:
        dataset: Name of the data set.
        lists: Directory of the official lists (ActivityNet-QA: of its annotations); or a table of videos (.csv).
        report: Called with each problem of lists or table, which names file and line. If it returns, the line is skipped.

    Raises:
        ValueError: If a list is missing or wrong; it names file and line.
    """
    if dataset == QUESTIONS:
        return video_splits(lists)
    return as_splits(lists, report) if lists.suffix.lower() == ".csv" else read_splits(dataset, lists, report)


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
