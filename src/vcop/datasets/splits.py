"""The official lists of UCF101 and HMDB51 (CVPR 2019, 4; SPEC section 2).

UCF101: ``classInd.txt`` (``1 ApplyEyeMakeup``), ``trainlist01.txt`` (``Class/video.avi 1``), ``testlist01.txt`` (no number).
HMDB51: ``<class>_test_split1.txt`` (``video.avi 1``; 1 train, 2 test, 0 unused). Both come with blanks and CRLF at line ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SPLITS = (1, 2, 3)
UNUSED, TRAIN, TEST = 0, 1, 2
VALIDATION = 3  # a list of its own, which ActivityNet-QA alone has
UCF101_LISTS = ("classInd.txt", *(f"{role}list0{k}.txt" for role in ("train", "test") for k in SPLITS))
HMDB51_SUFFIX = "_test_split{split}.txt"
ReportProblem = Callable[[str], None]


def raise_error(problem: str) -> None:
    """What readers do about a fault unless they are told to go on."""
    raise ValueError(problem)


@dataclass
class OfficialSplits:
    """Every listed video: its class (index into ``classes``) and its role in each of the three splits."""

    classes: list[str]
    labels: dict[str, int] = field(default_factory=dict)
    roles: dict[str, list[int]] = field(default_factory=dict)

    def add(self, video: str, label: int, split: int, role: int, where: str, complain: ReportProblem = raise_error) -> None:
        """Enter one line; ``complain`` gets one that contradicts another, which by default raises ValueError."""
        roles = self.roles.setdefault(video, [UNUSED] * len(SPLITS))
        if self.labels.setdefault(video, label) != label:
            complain(f"{where}: {video} has two classes, {self.classes[self.labels[video]]} and another")
        elif roles[split - 1] != UNUSED:
            complain(f"{where}: {video} is listed twice in split {split}: each video is in train or test, once")
        else:
            roles[split - 1] = role

    def digest(self) -> str:
        """A digest of all that the lists say."""
        lines = [f"{v}\t{self.classes[self.labels[v]]}\t{self.roles[v]}" for v in sorted(self.labels)]
        return hashlib.sha256("\n".join([*self.classes, *lines]).encode()).hexdigest()


def read_splits(dataset: str, folder: Path, complain: ReportProblem = raise_error) -> OfficialSplits:
    """The lists of ``dataset`` ("ucf101" or "hmdb51").

    ``complain`` gets each fault, with file and line; if it returns, the line is passed over. By default the first one raises
    ValueError.
    """
    lists = {"ucf101": _read_ucf101, "hmdb51": _read_hmdb51}[dataset](folder, complain)
    if not lists.labels:
        complain(f"{folder}: the lists name no video")
    return lists


def _lines(path: Path, complain: ReportProblem) -> list[tuple[str, str]]:
    """The non-empty lines with ``file:number`` before each."""
    if not path.is_file():
        complain(f"{path}: this official list is missing; docs/data.md says where to put the lists")
        return []
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    return [(f"{path}:{i}", line.strip()) for i, line in enumerate(text.splitlines(), 1) if line.strip()]


def _read_ucf101(folder: Path, complain: ReportProblem) -> OfficialSplits:
    classes: dict[str, int] = {}
    for where, line in _lines(folder / "classInd.txt", complain):
        number, _, name = line.partition(" ")
        if not number.isdigit() or int(number) != len(classes) + 1 or not name or name in classes:
            complain(f"{where}: expected '{len(classes) + 1} ClassName', found {line!r}")
            continue
        classes[name] = len(classes)
    lists = OfficialSplits(list(classes))
    for split in SPLITS:
        for prefix, role in (("train", TRAIN), ("test", TEST)):
            for where, line in _lines(folder / f"{prefix}list0{split}.txt", complain):
                video, number = line, ""
                if role == TRAIN:
                    video, _, number = line.rpartition(" ")
                label = classes.get(video.split("/")[0])
                if label is None or "/" not in video:
                    complain(f"{where}: {line!r} is not 'Class/video' of a class in classInd.txt")
                elif role == TRAIN and number != str(label + 1):
                    complain(f"{where}: class number {number!r}, but classInd.txt gives {label + 1}")
                else:
                    lists.add(video, label, split, role, where, complain)
    return lists


def hmdb51_list_files(folder: Path) -> list[Path]:
    """The list files, sorted by class, then split."""
    return sorted(p for k in SPLITS for p in folder.glob("*" + HMDB51_SUFFIX.format(split=k)))


def _read_hmdb51(folder: Path, complain: ReportProblem) -> OfficialSplits:
    ending = len(HMDB51_SUFFIX.format(split=1))
    names = sorted({p.name[:-ending] for p in hmdb51_list_files(folder)})
    if not names:
        complain(f"{folder}: no *{HMDB51_SUFFIX.format(split=1)} is there; docs/data.md says where to put the lists")
    lists = OfficialSplits(names)
    for label, name in enumerate(names):
        for split in SPLITS:
            for where, line in _lines(folder / (name + HMDB51_SUFFIX.format(split=split)), complain):
                video, _, flag = line.rpartition(" ")
                if not video or flag not in {"0", "1", "2"}:
                    complain(f"{where}: {line!r} is not 'video flag' with flag 0, 1 or 2")
                else:
                    lists.add(f"{name}/{video.strip()}", label, split, int(flag), where, complain)
    return lists
