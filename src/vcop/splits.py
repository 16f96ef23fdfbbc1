"""The official lists of UCF101 and HMDB51 (CVPR 2019, 4; SPEC section 2).

UCF101: ``classInd.txt`` (``1 ApplyEyeMakeup``), ``trainlist01.txt`` (``Class/video.avi 1``), ``testlist01.txt`` (no number).
HMDB51: ``<class>_test_split1.txt`` (``video.avi 1``; 1 train, 2 test, 0 unused). Both come with blanks and CRLF at line ends.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

SPLITS = (1, 2, 3)
UNUSED, TRAIN, TEST = 0, 1, 2
VALIDATION = 3  # a list of its own, which ActivityNet-QA alone has
UCF101_LISTS = ("classInd.txt", *(f"{role}list0{k}.txt" for role in ("train", "test") for k in SPLITS))
HMDB51_SUFFIX = "_test_split{split}.txt"


@dataclass
class Lists:
    """Every listed video: its class (index into ``classes``) and its role in each of the three splits."""

    classes: list[str]
    labels: dict[str, int] = field(default_factory=dict)
    roles: dict[str, list[int]] = field(default_factory=dict)

    def add(self, video: str, label: int, split: int, role: int, where: str) -> None:
        """Enter one line. Raises ValueError where two lines contradict each other."""
        if self.labels.setdefault(video, label) != label:
            raise ValueError(f"{where}: {video} has two classes, {self.classes[self.labels[video]]} and another")
        roles = self.roles.setdefault(video, [UNUSED] * len(SPLITS))
        if roles[split - 1] != UNUSED:
            raise ValueError(f"{where}: {video} is listed twice in split {split}: each video is in train or test, once")
        roles[split - 1] = role

    def digest(self) -> str:
        """A digest of all that the lists say."""
        lines = [f"{v}\t{self.classes[self.labels[v]]}\t{self.roles[v]}" for v in sorted(self.labels)]
        return hashlib.sha256("\n".join([*self.classes, *lines]).encode()).hexdigest()


def read_lists(dataset: str, folder: Path) -> Lists:
    """The lists of ``dataset`` ("ucf101" or "hmdb51"). Raises ValueError that names the file and line at fault."""
    lists = {"ucf101": _read_ucf101, "hmdb51": _read_hmdb51}[dataset](folder)
    if not lists.labels:
        raise ValueError(f"{folder}: the lists name no video")
    return lists


def _lines(path: Path) -> list[tuple[str, str]]:
    """The non-empty lines with ``file:number`` before each."""
    if not path.is_file():
        raise ValueError(f"{path}: this official list is missing; docs/data.md says where to put the lists")
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    return [(f"{path}:{i}", line.strip()) for i, line in enumerate(text.splitlines(), 1) if line.strip()]


def _read_ucf101(folder: Path) -> Lists:
    classes: dict[str, int] = {}
    for where, line in _lines(folder / "classInd.txt"):
        number, _, name = line.partition(" ")
        if not number.isdigit() or int(number) != len(classes) + 1 or not name or name in classes:
            raise ValueError(f"{where}: expected '{len(classes) + 1} ClassName', found {line!r}")
        classes[name] = len(classes)
    lists = Lists(list(classes))
    for split in SPLITS:
        for prefix, role in (("train", TRAIN), ("test", TEST)):
            for where, line in _lines(folder / f"{prefix}list0{split}.txt"):
                video, number = line, ""
                if role == TRAIN:
                    video, _, number = line.rpartition(" ")
                label = classes.get(video.split("/")[0])
                if label is None or "/" not in video:
                    raise ValueError(f"{where}: {line!r} is not 'Class/video' of a class in classInd.txt")
                if role == TRAIN and number != str(label + 1):
                    raise ValueError(f"{where}: class number {number!r}, but classInd.txt gives {label + 1}")
                lists.add(video, label, split, role, where)
    return lists


def hmdb51_lists(folder: Path) -> list[Path]:
    """The list files, sorted by class, then split."""
    return sorted(p for k in SPLITS for p in folder.glob("*" + HMDB51_SUFFIX.format(split=k)))


def _read_hmdb51(folder: Path) -> Lists:
    suffix = HMDB51_SUFFIX.format(split=1)
    names = sorted({p.name.removesuffix(suffix) for p in folder.glob("*" + suffix)})
    if not names:
        raise ValueError(f"{folder}: no *{suffix} is there; docs/data.md says where to put the lists")
    lists = Lists(names)
    for label, name in enumerate(names):
        for split in SPLITS:
            for where, line in _lines(folder / (name + HMDB51_SUFFIX.format(split=split))):
                video, _, flag = line.rpartition(" ")
                if not video or flag not in ("0", "1", "2"):
                    raise ValueError(f"{where}: {line!r} is not 'video flag' with flag 0, 1 or 2")
                lists.add(f"{name}/{video.strip()}", label, split, int(flag), where)
    return lists
