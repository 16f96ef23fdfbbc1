"""What a data set should hold, by its lists, and what lies in its folder: the things that ``vcop check`` counts and names."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from vcop.config.names import DATASETS, QUESTIONS
from vcop.datasets.activitynet_qa import NO_VIDEO, Question, find_video_files, read_questions, video_splits
from vcop.datasets.splits import OfficialSplits, ReportProblem, read_splits
from vcop.storage.frame_store import FrameStore

KNOWN = (*DATASETS, QUESTIONS)
FAULTS = ("list", "official", "missing", "misplaced", "empty", "unreadable", "cut short")
NOTES = ("no count", "surplus", "too short", "header", "size", "same bytes", "same pictures")
FEWER = {"header": 3}  # printed of kinds that most videos of a set may be of
LISTS = {"ucf101": "ucfTrainTestlist", "hmdb51": "testTrainMulti_7030_splits", QUESTIONS: "activitynet-qa"}
PLAIN = {"ucf101": "lists", "hmdb51": "lists", QUESTIONS: "annotations"}  # as `synthesise` calls them
A_LIST = {"ucf101": "trainlist0?.txt", "hmdb51": "*_test_split?.txt", QUESTIONS: "*_q.json"}


class Finding(NamedTuple):
    """Something to be named: what kind it is (of FAULTS or NOTES), of which video or list, and what is the matter."""

    kind: str
    name: str
    reason: str


@dataclass
class Inventory:
    """A data set: its lists, questions, the file of every listed video, the files that no list names, what is wrong so far."""

    dataset: str
    lists: OfficialSplits
    questions: dict[int, list[Question]] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    surplus: dict[str, Path] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def find_folders(dataset: str, videos: Path | None, lists: Path | None) -> tuple[Path | None, Path]:
    """The folders of videos and lists. Lists are looked for beside the videos, by their usual names; a folder of lists alone is one.

    Raises ValueError where no lists are found.
    """
    if lists is not None:
        return videos, lists
    if videos is not None and any(videos.glob(A_LIST[dataset])):
        return None, videos
    beside = [videos.absolute().parent / name for name in (LISTS[dataset], PLAIN[dataset])] if videos else []
    for folder in beside:
        if folder.is_dir():
            return videos, folder
    flag = "--annotations" if dataset == QUESTIONS else "--lists"
    raise ValueError(f"{flag} FOLDER: say where the lists of {dataset} are" + (f", not {beside[0]}" if beside else ""))


def take_inventory(dataset: str, videos: Path | None, lists: Path) -> Inventory:
    """Read lists and folders; what is wrong with them becomes findings. Raises ValueError where nothing can be checked."""
    findings: list[Finding] = []

    def complain(problem: str) -> None:
        findings.append(Finding("list", problem.removeprefix(f"{lists}{os.sep}"), ""))

    questions: dict[int, list[Question]] = {}
    if dataset == QUESTIONS:
        questions, read = read_questions(lists), video_splits(lists)
    else:
        read = read_splits(dataset, lists, complain)
    if not read.labels:
        raise ValueError("; ".join(finding.name for finding in findings[:3]))
    made = Inventory(dataset, read, questions, findings=findings)
    if videos is not None:
        if not videos.is_dir():
            raise ValueError(f"{videos}: the folder of the videos is not there; docs/data.md says where from")
        _look(made, videos, complain)
    return made


def _look(made: Inventory, videos: Path, complain: ReportProblem) -> None:
    """Where every listed video lies, and what lies there besides."""
    names = sorted(made.lists.labels)
    asked = made.dataset == QUESTIONS
    made.files = find_video_files(videos, names, complain) if asked else {name: videos / name for name in names}
    expected = set(made.files.values())
    made.surplus = {name: path for name, path in video_files(videos).items() if path not in expected}


def video_files(folder: Path) -> dict[str, Path]:
    """Every file in a folder that may be a video, by its path in it. Links to folders are followed, each folder once."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    for place, inner, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            inner.clear()
            continue
        seen.add(real)
        inner.sort()
        for path in (Path(place, name) for name in sorted(names)):
            if path.suffix.lower() not in NO_VIDEO and not path.name.startswith("."):
                found[path.relative_to(folder).as_posix()] = path
    return found


def find_misplaced(made: Inventory, missing: Iterable[str]) -> dict[str, str]:
    """Of the missing videos those that lie in another folder: where."""
    by_name: dict[str, str] = {PurePosixPath(name).name: name for name in made.surplus}
    return {video: by_name[base] for video in missing if (base := PurePosixPath(video).name) in by_name}


def read_frame_counts(path: Path, names: Iterable[str]) -> dict[str, int]:
    """Frames of the named videos, from a frame store or a table with the columns video, frames and perhaps class (.csv).

    In a table a video may lack its extension. Raises ValueError where it is neither.
    """
    if path.suffix == ".h5":
        known = {video.name: video.count for video in FrameStore(path).videos}
    else:
        with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
            table = list(csv.DictReader(file))
        if not table or not {"video", "frames"} <= table[0].keys():
            raise ValueError(f"{path}: expected a frame store (.h5) or a table with the columns video and frames (.csv)")
        known = {}
        for line, row in enumerate(table, 2):
            if not row["frames"]:
                continue
            if not row["frames"].strip().isdigit():
                raise ValueError(f"{path}:{line}: frames is {row['frames']!r}, expected a whole number")
            video = row["video"] if "/" in row["video"] or not row.get("class") else f"{row['class']}/{row['video']}"
            known[video] = int(row["frames"])
    bare = {name: os.path.splitext(name)[0] for name in names}
    return {name: known.get(name, known.get(stem)) or 0 for name, stem in bare.items() if name in known or stem in known}


def finding_lines(findings: Sequence[Finding], most: int) -> list[str]:
    """A line a finding, faults first, at most so many of each kind."""
    lines = []
    for kind in (*FAULTS, *NOTES):
        of, most_of = [f for f in findings if f.kind == kind], FEWER.get(kind, most)
        prefix = kind if kind in FAULTS else f"note: {kind}"
        lines += [f"{prefix}: {f.name}{f': {f.reason}' if f.reason else ''}" for f in of[:most_of]]
        lines += [f"{prefix}: ... and {len(of) - most_of:,} more (--out FILE names all)"] if len(of) > most_of else []
    return [line.encode(errors="surrogateescape").decode(errors="replace") for line in lines]
