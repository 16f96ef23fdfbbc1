"""Survey of a data set: the check of every video file, of this set and of others that may hold duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.preparation.checking.inventory import KNOWN, Inventory, list_video_files, read_frame_counts
from vcop.preparation.checking.video_check import VideoCheck, check_presence, check_video
from vcop.runtime import process_pool
from vcop.video import ffmpeg_program

KILLED = "a process that checked videos was killed (probably out of memory): run again with fewer processes"


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """How thoroughly a data set is checked.

    Attributes:
        official: Whether the lists are compared with the official counts. None: if classes or videos have the official names.
        deep: Whether every frame is decoded, rather than a few per video. None: for all data sets but ActivityNet-QA.
        frame_counts: Frame store (.h5) or table (.csv) from which numbers of frames are taken; no video is decoded then.
        duplicates: Whether equal files and videos of the same recording are looked for.
        against: Other data sets in which duplicates are looked for, too: pairs of name and directory of the videos.
        processes: Number of videos that are checked at the same time.
    """

    official: bool | None = None
    deep: bool | None = None
    frame_counts: Path | None = None
    duplicates: bool = True
    against: Sequence[tuple[str, Path]] = ()
    processes: int = 1


@dataclass
class SurveyResult:
    """Checks of all video files of a data set.

    Attributes:
        videos: Check of every listed video, by its name.
        others: Check of every file of other data sets, by "dataset: path".
        paths: File of each of these.
        frames: Number of frames by video, for those that are readable or in ``CheckOptions.frame_counts``.
        deep: Whether every frame was decoded.
    """

    videos: dict[str, VideoCheck]
    others: dict[str, VideoCheck]
    paths: dict[str, Path]
    frames: dict[str, int]
    deep: bool


def survey_videos(inventory: Inventory, options: CheckOptions) -> SurveyResult:
    """Check every video file of a data set, and of the other data sets of ``options.against``.

    Raises:
        ValueError: If another data set or its directory does not exist, if the file of frame counts cannot be read, if ffmpeg does
            not work, or if a process was killed.
    """
    deep = inventory.dataset != QUESTIONS if options.deep is None else options.deep
    others = _other_files(inventory, options.against)
    if options.frame_counts:
        frames = read_frame_counts(options.frame_counts, inventory.splits.labels)
        present = {video: check_presence(path) for video, path in inventory.files.items()}
        return SurveyResult(present, {}, inventory.files, frames, deep)
    paths = inventory.files | others
    ffmpeg_program.executable()  # before the processes start, which then know it: a broken program is no fault of the videos
    jobs = {name: (path, deep) for name, path in paths.items()}
    checks = process_pool.map_videos("check", check_video, jobs, options.processes, KILLED)
    videos = {name: checks[name] for name in inventory.files}
    frames = {name: check.count for name, check in videos.items() if not check.kind}
    return SurveyResult(videos, {name: checks[name] for name in others}, paths, frames, deep)


def _other_files(inventory: Inventory, against: Sequence[tuple[str, Path]]) -> dict[str, Path]:
    """Return the video files of other data sets by "dataset: path", without those that are also files of this one."""
    own, files = set(inventory.files.values()), dict[str, Path]()
    for dataset, folder in against:
        if dataset not in KNOWN or not folder.is_dir():
            raise ValueError(f"--against {dataset} {folder}: expected one of {', '.join(KNOWN)} and an existing directory")
        files |= {f"{dataset}: {name}": path for name, path in list_video_files(folder).items() if path not in own}
    return files
