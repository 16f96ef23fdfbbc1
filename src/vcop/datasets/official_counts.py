"""What the official lists of the three data sets hold, as numbers to compare with.

``official_counts.csv``: videos of every class, in all and in the lists of each split, counted in the official lists of UCF101
(ucfTrainTestlist) and HMDB51 (testTrainMulti_7030_splits). CVPR 2019, 4 and TMM 2020, IV print 13,320 videos of 101 classes and
58,000 questions on 5,800 videos, too; the 6,849 clips that they print of HMDB51 are an older release, its lists name 6,766. Pretext
tasks: videos of UCF101's split 1 with at least the frames that a tuple needs, by the frame counts that others have published.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from vcop.config.names import QUESTIONS
from vcop.datasets.activitynet_qa import FILES, TYPES
from vcop.datasets.splits import SPLITS, TEST, TRAIN, UNUSED, VALIDATION, OfficialSplits

ROLES = {TRAIN: "train", TEST: "test"}
ROLE_NAMES = {UNUSED: "unused", VALIDATION: FILES[VALIDATION]} | ROLES
CLASSES = "classes"
VIDEOS = "videos"
# Pretext task: training and test videos of UCF101's split 1; the same where every video is counted one frame short.
TASKS = {
    "16-8-2": ((9534, 3777), None),
    "16-8-3": ((9364, 3674), (9348, 3668)),
    "16-8-4": ((8505, 3329), (8459, 3313)),
    "16-8-5": ((7257, 2821), (7218, 2800)),
    "16-16-3": ((8834, 3461), (8806, 3443)),
    "16-16-4": ((7257, 2821), (7218, 2800)),
    "16-16-5": ((5780, 2203), (5748, 2182)),
}
UNUSED_VIDEOS = {"ucf101": 0, "hmdb51": 1666}  # of each split
# ActivityNet-QA: videos, and questions of the nine types in the order of annotations.TYPES (Yu et al., AAAI 2019).
QUESTIONS_OF = {
    TRAIN: (3200, (3200, 3200, 3200, 7242, 2833, 1338, 761, 2684, 7542)),
    VALIDATION: (1800, (1800, 1800, 1800, 4041, 1565, 961, 473, 1479, 4081)),
    TEST: (800, (800, 800, 800, 2094, 697, 318, 386, 606, 1499)),
}
# splits.Lists.digest of the official lists: which video is where, not only how many.
DIGESTS = {
    "ucf101": "774b132d83d7de08626ee951628dc3aaadcee49251f7ac3dd6fc09d29c8f64e7",
    "hmdb51": "9e9f23817934c93235f8a6c6794b8834334a1cea3095eeebbfce6af961f761d5",
    QUESTIONS: "0680863e84b86684962e86dc495a7552645c9c6142e33476b0394cabde2c18d7",
}
SIZES = {"ucf101": (320, 240), "hmdb51": (None, 240)}  # width and height, None: any
KNOWN_VIDEOS = {"okC18bPTils", "r10jGF9lQYM", "TIEzvhv6xaI", "ekbZecn088U", "1QIUV7WYKXg", "H33jSILKmfI"}


@cache
def class_counts(dataset: str) -> dict[str, dict[str, int]]:
    """By class, the row of ``official_counts.csv``: videos, train1, test1, train2, ... Empty for ActivityNet-QA."""
    with (files("vcop.datasets") / "official_counts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.pop("dataset") == dataset]
    return {row.pop("class"): {key: int(value) for key, value in row.items()} for row in rows}


def official_counts(dataset: str) -> dict[str, int]:
    """The official number of everything that is counted, by the names that ``inventory.groups`` gives."""
    if dataset == QUESTIONS:
        return _question_counts()
    classes = class_counts(dataset)
    found = {CLASSES: len(classes), VIDEOS: sum(row[VIDEOS] for row in classes.values())}
    for split in SPLITS:
        for role in ROLES.values():
            found[f"split {split} {role}"] = sum(row[f"{role}{split}"] for row in classes.values())
        if UNUSED_VIDEOS[dataset]:
            found[f"split {split} unused"] = UNUSED_VIDEOS[dataset]
    for name, row in classes.items():
        found[f"class {name}"] = row[VIDEOS]
        for split in SPLITS:
            found |= {f"class {name}, split {split} {role}": row[f"{role}{split}"] for role in ROLES.values()}
    return found


def _question_counts() -> dict[str, int]:
    found = {VIDEOS: sum(videos for videos, _ in QUESTIONS_OF.values())}
    for role, (videos, _) in QUESTIONS_OF.items():
        found[f"{VIDEOS} {FILES[role]}"] = videos
    for role, (_, types) in QUESTIONS_OF.items():
        found[f"questions {FILES[role]}"] = sum(types)
        found |= {f"questions {FILES[role]}, {kind}": n for kind, n in zip(TYPES, types, strict=True)}
    return found


def looks_official(dataset: str, lists: OfficialSplits) -> bool:
    """Whether these are meant to be the official lists: more than half of the classes, or a few videos, have their names."""
    if dataset == QUESTIONS:
        return bool(KNOWN_VIDEOS & lists.labels.keys())
    return 2 * len(class_counts(dataset).keys() & set(lists.classes)) > len(lists.classes)


def count_one_frame_short(what: str) -> int | None:
    """The number of videos for "task 16-8-3 train" by those who count every video one frame short; None where none is known."""
    _, task, role = what.split()
    short = TASKS[task][1]
    return None if short is None else short[role == "test"]
