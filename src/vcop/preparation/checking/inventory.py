"""Inventory of a data set: what its lists say it has, and which files are in its directory."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from vcop.config.names import PAPER_DATASETS, QUESTIONS
from vcop.datasets.activitynet_qa import NO_VIDEO, Question, find_video_files, read_questions, video_splits
from vcop.datasets.listed_videos import read_lists
from vcop.datasets.splits import OfficialSplits
from vcop.datasets.video_files import locate_videos
from vcop.datasets.video_folder import folders_below
from vcop.storage.frame_store import FrameStore

KNOWN = (*PAPER_DATASETS, QUESTIONS)
FAULTS = ("list", "official", "missing", "misplaced", "empty", "unreadable", "cut short")
NOTES = ("no count", "surplus", "too short", "header", "size", "same bytes", "same pictures", "not compared")
# Usual names of the directory of lists, beside that of the videos: as downloaded, and as `synthesise` writes them.
LIST_FOLDERS = {"ucf101": "ucfTrainTestlist", "hmdb51": "testTrainMulti_7030_splits", QUESTIONS: "activitynet-qa"}
SYNTHETIC_LIST_FOLDERS = {"ucf101": "lists", "hmdb51": "lists", QUESTIONS: "annotations"}
LIST_PATTERN = {"ucf101": "trainlist0?.txt", "hmdb51": "*_test_split?.txt", QUESTIONS: "*_q.json"}


class Finding(NamedTuple):
    """Fault or note: its kind (one of FAULTS or NOTES), the video or list it concerns, and what is the matter."""

    kind: str
    name: str
    reason: str


@dataclass
class Inventory:
    """Contents of a data set.

    Attributes:
        dataset: Name of the data set.
        splits: What the official lists say.
        questions: Questions by role (training, validation, test); empty except for ActivityNet-QA.
        files: Path of every listed video, whether it exists or not; empty if only lists are checked.
        surplus: Files that no list names, by their path in the directory of the videos.
        findings: Faults of the lists, and of the layout of the files.
    """

    dataset: str
    splits: OfficialSplits
    questions: dict[int, list[Question]] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    surplus: dict[str, Path] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def find_folders(dataset: str, videos: Path | None, lists: Path | None) -> tuple[Path | None, Path]:
    """Find the directory of the lists beside that of the videos, if it is not given.

    Args:
        dataset: Name of the data set.
        videos: Directory of the videos; or of the lists, if only these are to be checked.
        lists: Directory of the lists, if known.

    Returns:
        Directories of the videos (None: only lists are checked) and of the lists.

    Raises:
        ValueError: If no lists are found.
    """
    if lists is not None:
        return videos, lists
    if dataset not in KNOWN:
        raise ValueError(
            f"the videos of {dataset} are a data set of your own: name its table or directory of lists with --lists"
        )
    if videos is not None and any(videos.glob(LIST_PATTERN[dataset])):
        return None, videos
    names = (LIST_FOLDERS[dataset], SYNTHETIC_LIST_FOLDERS[dataset])
    usual = [videos.absolute().parent / name for name in names] if videos else []
    for folder in usual:
        if folder.is_dir():
            return videos, folder
    flag = "--annotations" if dataset == QUESTIONS else "--lists"
    tried = f" (neither {usual[0]} nor {usual[1]} exists)" if usual else ""
    raise ValueError(f"the lists of {dataset} were not found{tried}: name their directory with {flag}")


def take_inventory(dataset: str, videos: Path | None, lists: Path) -> Inventory:
    """Read the lists and the names of the files.

    Args:
        dataset: Name of the data set.
        videos: Directory of the videos; None if only lists are checked.
        lists: Directory of the official lists.

    Returns:
        The inventory; what is wrong with the lists is among its findings.

    Raises:
        ValueError: If the lists name no video, or the directory of the videos does not exist.
    """
    findings: list[Finding] = []

    def add_finding(problem: str) -> None:
        findings.append(Finding("list", problem.removeprefix(f"{lists}{os.sep}"), ""))

    questions: dict[int, list[Question]] = {}
    if dataset == QUESTIONS:
        questions, splits = read_questions(lists), video_splits(lists)
    else:
        splits = read_lists(dataset, lists, add_finding)
    if not splits.labels:
        raise ValueError("; ".join(finding.name for finding in findings[:3]))
    inventory = Inventory(dataset, splits, questions, findings=findings)
    if videos is None:
        return inventory
    if not videos.is_dir():
        raise ValueError(f"{videos}: the folder of the videos does not exist; docs/data.md says where to get them")
    names = sorted(splits.labels)
    inventory.files = find_video_files(videos, names, add_finding) if dataset == QUESTIONS else locate_videos(videos, names)
    expected = set(inventory.files.values())
    inventory.surplus = {name: path for name, path in list_video_files(videos).items() if path not in expected}
    return inventory


def list_video_files(folder: Path) -> dict[str, Path]:
    """List every file below a directory that may be a video, by its relative path. Links to directories are followed."""
    files: dict[str, Path] = {}
    for parent, _, names in folders_below(folder):
        for path in (parent / name for name in sorted(names)):
            if path.suffix.lower() not in NO_VIDEO and not path.name.startswith("."):
                files[path.relative_to(folder).as_posix()] = path
    return files


def find_misplaced(inventory: Inventory, missing: Iterable[str]) -> dict[str, str]:
    """Return those of the missing videos that lie in another directory, with the path where they are."""
    by_name = {PurePosixPath(name).name: name for name in inventory.surplus}
    return {video: by_name[base] for video in missing if (base := PurePosixPath(video).name) in by_name}


def read_frame_counts(path: Path, names: Iterable[str]) -> dict[str, int]:
    """Read the numbers of frames of the named videos.

    Args:
        path: Frame store (.h5), or table (.csv) with the columns video, frames and perhaps class. In a table, videos may lack
            their extension.
        names: Names of the listed videos.

    Returns:
        Number of frames by video, for those that the file knows.

    Raises:
        ValueError: If the file is neither, or a number of frames is not a number.
    """
    known = {video.name: video.count for video in FrameStore(path).videos} if path.suffix == ".h5" else _read_table(path)
    stems = {name: os.path.splitext(name)[0] for name in names}
    return {name: known.get(name, known.get(stem)) or 0 for name, stem in stems.items() if name in known or stem in known}


def _read_table(path: Path) -> dict[str, int]:
    """Read a table of frames; rows without a number are skipped."""
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"video", "frames"} <= rows[0].keys():
        raise ValueError(f"{path}: expected a frame store (.h5) or a table with the columns video and frames (.csv)")
    counts = {}
    for line, row in enumerate(rows, 2):
        if not row["frames"]:
            continue
        if not row["frames"].strip().isdecimal():
            raise ValueError(f"{path}:{line}: frames is {row['frames']!r}, expected a whole number")
        video = row["video"] if "/" in row["video"] or not row.get("class") else f"{row['class']}/{row['video']}"
        counts[video] = int(row["frames"])
    return counts
