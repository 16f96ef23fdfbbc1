"""Official training and test lists of UCF101 and HMDB51 (CVPR 2019, 4).

The lines of UCF101's files are ``1 ApplyEyeMakeup`` (``classInd.txt``), ``Class/video.avi 1`` (``trainlist01.txt``) and
``Class/video.avi`` (``testlist01.txt``, where some editions have the number, too). Those of HMDB51's ``<class>_test_split1.txt`` are ``video.avi 1``, where 1 is training,
2 test and 0 unused. Both come with blanks and CRLF at the ends of the lines.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SPLITS = (1, 2, 3)
# Roles of a video in a split. ActivityNet-QA alone has a validation list.
UNUSED, TRAIN, TEST, VALIDATION = 0, 1, 2, 3
UCF101_LISTS = ("classInd.txt", *(f"{role}list0{k}.txt" for role in ("train", "test") for k in SPLITS))
HMDB51_SUFFIX = "_test_split{split}.txt"
ReportProblem = Callable[[str], None]  # takes the message of a problem; reading goes on if it returns


def raise_error(problem: str) -> None:
    """Raise ValueError: what readers do about a problem unless they are given another function."""
    raise ValueError(problem)


@dataclass
class OfficialSplits:
    """Class and roles of every listed video.

    Attributes:
        classes: Names of the classes.
        labels: Class of each video, an index into ``classes``.
        roles: Role of each video in the splits 1, 2 and 3: UNUSED, TRAIN, TEST or VALIDATION.
    """

    classes: list[str]
    labels: dict[str, int] = field(default_factory=dict)
    roles: dict[str, list[int]] = field(default_factory=dict)

    def add(self, video: str, label: int, split: int, role: int, source: str, report: ReportProblem = raise_error) -> None:
        """Add a line of a list; report one that contradicts another line. ``source`` is file and line for the message."""
        roles = self.roles.setdefault(video, [UNUSED] * len(SPLITS))
        if self.labels.setdefault(video, label) != label:
            report(f"{source}: {video} has two classes, {self.classes[self.labels[video]]} and {self.classes[label]}")
        elif roles[split - 1] != UNUSED:
            report(f"{source}: {video} is listed twice in split {split}: each video is in train or test, once")
        else:
            roles[split - 1] = role

    def digest(self) -> str:
        """Return a digest of all classes, labels and roles."""
        lines = [f"{v}\t{self.classes[self.labels[v]]}\t{self.roles[v]}" for v in sorted(self.labels)]
        return hashlib.sha256("\n".join([*self.classes, *lines]).encode("utf-8", "surrogateescape")).hexdigest()


def read_splits(dataset: str, folder: Path, report: ReportProblem = raise_error) -> OfficialSplits:
    """Read the official lists of a data set.

    Args:
        dataset: "ucf101" or "hmdb51". Of a data set of another name the files in the folder tell whose form they have.
        folder: Folder of the lists.
        report: Called with each problem, which names file and line. If it returns, the line is skipped.

    Raises:
        ValueError: At the first problem, unless ``report`` is given.
    """
    of_hmdb51 = dataset == "hmdb51" or (dataset != "ucf101" and hmdb51_list_files(folder))
    lists = (_read_hmdb51 if of_hmdb51 else _read_ucf101)(folder, report)
    if not lists.labels:
        report(f"{folder}: the lists name no video")
    return lists


def _lines(path: Path, report: ReportProblem) -> list[tuple[str, str]]:
    """Read the lines that are not empty, each with ``file:number``."""
    if not path.is_file():
        report(f"{path}: this official list is missing; docs/data.md says where to put the lists")
        return []
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    return [(f"{path}:{i}", line.strip()) for i, line in enumerate(text.splitlines(), 1) if line.strip()]


def _split_last_word(line: str) -> tuple[str, str]:
    """Return what stands before the last blank and after it; the first is empty if there is no blank."""
    *path, word = line.rsplit(None, 1)
    return "".join(path), word


def _read_ucf101(folder: Path, report: ReportProblem) -> OfficialSplits:
    """Read the lists of UCF101."""
    classes: dict[str, int] = {}
    for source, line in _lines(folder / "classInd.txt", report):
        number, *rest = line.split(None, 1)
        name = "".join(rest)
        if number.lstrip("0") != str(len(classes) + 1) or not name or name in classes:
            report(f"{source}: expected '{len(classes) + 1} ClassName', found {line!r}")
            continue
        classes[name] = len(classes)
    lists = OfficialSplits(list(classes))
    for split in SPLITS:
        for prefix, role in (("train", TRAIN), ("test", TEST)):
            for source, line in _lines(folder / f"{prefix}list0{split}.txt", report):
                path, number = _split_last_word(line)
                if role == TEST and not (number.isdigit() and posixpath.splitext(path)[1]):
                    path, number = line, ""  # without an extension, "Class/video 2" may be the name of a file
                video = posixpath.normpath(path)  # one file, one name: Class//video and Class/../Class/video are Class/video
                label = classes.get(video.split("/")[0])
                if label is None or "/" not in video:
                    report(f"{source}: {line!r} is not 'Class/video' of a class in classInd.txt")
                elif (role == TRAIN or number) and number != str(label + 1):
                    report(f"{source}: class number {number!r}, but classInd.txt gives {label + 1}")
                else:
                    lists.add(video, label, split, role, source, report)
    return lists


def hmdb51_list_files(folder: Path) -> list[Path]:
    """Return the list files of HMDB51 in a folder, sorted."""
    return sorted(p for k in SPLITS for p in folder.glob("*" + HMDB51_SUFFIX.format(split=k)))


def _read_hmdb51(folder: Path, report: ReportProblem) -> OfficialSplits:
    """Read the lists of HMDB51."""
    ending = len(HMDB51_SUFFIX.format(split=1))
    names = sorted({p.name[:-ending] for p in hmdb51_list_files(folder)})
    if not names:
        report(f"{folder}: no *{HMDB51_SUFFIX.format(split=1)} is there; docs/data.md says where to put the lists")
    lists = OfficialSplits(names)
    for label, name in enumerate(names):
        for split in SPLITS:
            for source, line in _lines(folder / (name + HMDB51_SUFFIX.format(split=split)), report):
                path, flag = _split_last_word(line)
                video = posixpath.normpath(f"{name}/{path}")
                if not path or not video.startswith(f"{name}/") or flag not in {"0", "1", "2"}:
                    report(f"{source}: {line!r} is not 'video flag' with flag 0, 1 or 2")
                else:
                    lists.add(video, label, split, int(flag), source, report)
    return lists
