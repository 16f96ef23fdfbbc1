"""Numbers of classes, videos and questions in the official lists, to compare a user's data with.

The file ``official_counts.csv`` holds the videos of every class, in total and in each split, counted in the official lists of
UCF101 (ucfTrainTestlist) and HMDB51 (testTrainMulti_7030_splits). The papers name the same numbers for UCF101 (13,320 videos of
101 classes) and for ActivityNet-QA (58,000 questions on 5,800 videos). Their 6,849 clips of HMDB51 are of an older release: its
lists name 6,766.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from vcop.config.names import QUESTIONS
from vcop.datasets.activitynet_qa import FILES, TYPES
from vcop.datasets.splits import SPLITS, TEST, TRAIN, UNUSED, VALIDATION, OfficialSplits

# Names of the roles in counts and messages.
ROLES = {TRAIN: "train", TEST: "test"}
ROLE_NAMES = {UNUSED: "unused", VALIDATION: FILES[VALIDATION]} | ROLES
CLASSES = "classes"
VIDEOS = "videos"
# By pretext task: training and test videos of UCF101's split 1 that are long enough, by published frame counts; and the same for
# decoders that count every video one frame short, where published.
TASKS = {
    "16-8-2": ((9534, 3777), None),
    "16-8-3": ((9364, 3674), (9348, 3668)),
    "16-8-4": ((8505, 3329), (8459, 3313)),
    "16-8-5": ((7257, 2821), (7218, 2800)),
    "16-16-3": ((8834, 3461), (8806, 3443)),
    "16-16-4": ((7257, 2821), (7218, 2800)),
    "16-16-5": ((5780, 2203), (5748, 2182)),
}
UNUSED_VIDEOS = {"ucf101": 0, "hmdb51": 1666}  # in each split
# ActivityNet-QA: videos, and questions of each type in the order of activitynet_qa.TYPES (Yu et al., AAAI 2019).
QUESTIONS_OF = {
    TRAIN: (3200, (3200, 3200, 3200, 7242, 2833, 1338, 761, 2684, 7542)),
    VALIDATION: (1800, (1800, 1800, 1800, 4041, 1565, 961, 473, 1479, 4081)),
    TEST: (800, (800, 800, 800, 2094, 697, 318, 386, 606, 1499)),
}
# OfficialSplits.digest() of the official lists, which tells other videos of the same number apart.
DIGESTS = {
    "ucf101": "774b132d83d7de08626ee951628dc3aaadcee49251f7ac3dd6fc09d29c8f64e7",
    "hmdb51": "9e9f23817934c93235f8a6c6794b8834334a1cea3095eeebbfce6af961f761d5",
    QUESTIONS: "0680863e84b86684962e86dc495a7552645c9c6142e33476b0394cabde2c18d7",
}
SIZES = {"ucf101": (320, 240), "hmdb51": (None, 240)}  # width and height in pixels; None: any
# A few videos of ActivityNet-QA, by which its lists are recognised.
KNOWN_VIDEOS = {"okC18bPTils", "r10jGF9lQYM", "TIEzvhv6xaI", "ekbZecn088U", "1QIUV7WYKXg", "H33jSILKmfI"}


@cache
def class_counts(dataset: str) -> dict[str, dict[str, int]]:
    """Read the counts of each class: "videos", "train1", "test1", "train2" and so on. Empty for ActivityNet-QA."""
    with (files("vcop.datasets") / "official_counts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.pop("dataset") == dataset]
    return {row.pop("class"): {key: int(value) for key, value in row.items()} for row in rows}


def official_counts(dataset: str) -> dict[str, int]:
    """Return the official number of everything that ``vcop check`` counts.

    Args:
        dataset: "ucf101", "hmdb51" or "activitynet-qa".

    Returns:
        Numbers by name, such as "videos", "split 1 train", "class Archery, split 2 test" or "questions test, Y/N".
    """
    if dataset == QUESTIONS:
        return _question_counts()
    classes = class_counts(dataset)
    counts = {CLASSES: len(classes), VIDEOS: sum(row[VIDEOS] for row in classes.values())}
    for split in SPLITS:
        for role in ROLES.values():
            counts[f"split {split} {role}"] = sum(row[f"{role}{split}"] for row in classes.values())
        if UNUSED_VIDEOS[dataset]:
            counts[f"split {split} unused"] = UNUSED_VIDEOS[dataset]
    for name, row in classes.items():
        counts[f"class {name}"] = row[VIDEOS]
        for split in SPLITS:
            counts |= {f"class {name}, split {split} {role}": row[f"{role}{split}"] for role in ROLES.values()}
    return counts


def _question_counts() -> dict[str, int]:
    """Return the official numbers of ActivityNet-QA."""
    counts = {VIDEOS: sum(videos for videos, _ in QUESTIONS_OF.values())}
    for role, (videos, _) in QUESTIONS_OF.items():
        counts[f"{VIDEOS} {FILES[role]}"] = videos
    for role, (_, types) in QUESTIONS_OF.items():
        counts[f"questions {FILES[role]}"] = sum(types)
        counts |= {f"questions {FILES[role]}, {kind}": n for kind, n in zip(TYPES, types, strict=True)}
    return counts


def looks_official(dataset: str, lists: OfficialSplits) -> bool:
    """Return whether lists are meant to be the official ones: more than half of the classes, or some videos, have their names."""
    if dataset == QUESTIONS:
        return bool(KNOWN_VIDEOS & lists.labels.keys())
    return 2 * len(class_counts(dataset).keys() & set(lists.classes)) > len(lists.classes)


def count_one_frame_short(name: str) -> int | None:
    """Return the number of videos, such as "task 16-8-3 train", if every video is counted one frame short; None if unknown."""
    _, task, role = name.split()
    short = TASKS[task][1]
    return None if short is None else short[role == "test"]
