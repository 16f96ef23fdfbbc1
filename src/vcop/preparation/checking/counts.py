"""Table of ``vcop check``: official, listed, found and readable numbers of videos, splits, classes, questions and pretext tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from vcop.config.names import QUESTIONS
from vcop.datasets import official_counts
from vcop.datasets.activitynet_qa import FILES, TYPES
from vcop.datasets.splits import SPLITS
from vcop.preparation.checking.inventory import Inventory
from vcop.runtime.text_table import aligned_lines
from vcop.sampling.tasks import Task


class CountRow(NamedTuple):
    """One row of the table; None where a number has no meaning.

    Attributes:
        what: What is counted, by the names of ``official_counts``: "videos", "split 1 train", "class Archery", ...
        official: Published number.
        listed: Number in the lists.
        found: Number of these with a file that is not empty.
        readable: Number of these whose video is sound; for pretext tasks, long enough.
    """

    what: str
    official: int | None = None
    listed: int | None = None
    found: int | None = None
    readable: int | None = None


def video_groups(inventory: Inventory) -> dict[str, list[str]]:
    """Return the listed videos of everything that is counted, by the names of ``official_counts``.

    Questions are represented by their videos: a question counts as readable if its video is. "classes" is empty here, since
    classes are counted by the labels of their videos.
    """
    groups = {official_counts.VIDEOS: list(inventory.splits.labels)}
    return groups | (_question_groups(inventory) if inventory.dataset == QUESTIONS else _class_groups(inventory))


def _question_groups(inventory: Inventory) -> dict[str, list[str]]:
    groups = {}
    for role, questions in inventory.questions.items():
        groups[f"{official_counts.VIDEOS} {FILES[role]}"] = list(dict.fromkeys(q.video for q in questions))
    for role, questions in inventory.questions.items():
        groups[f"questions {FILES[role]}"] = [q.video for q in questions]
        for number, kind in enumerate(TYPES):
            groups[f"questions {FILES[role]}, {kind}"] = [q.video for q in questions if q.type == number]
    return groups


def _class_groups(inventory: Inventory) -> dict[str, list[str]]:
    splits, groups = inventory.splits, dict[str, list[str]]()
    groups[official_counts.CLASSES] = []
    for video, roles in splits.roles.items():
        name = splits.classes[splits.labels[video]]
        groups.setdefault(f"class {name}", []).append(video)
        for split, role in zip(SPLITS, roles, strict=True):
            list_name = f"split {split} {official_counts.ROLE_NAMES[role]}"
            groups.setdefault(list_name, []).append(video)
            if role in official_counts.ROLES:
                groups.setdefault(f"class {name}, {list_name}", []).append(video)
    return groups


def group_rows(
    inventory: Inventory, compare: bool, found: Collection[str] | None, readable: Collection[str] | None
) -> list[CountRow]:
    """Count videos, splits, classes and questions.

    Args:
        inventory: What the lists say.
        compare: Whether the official numbers are shown.
        found: Videos with a file; None if nobody looked for files.
        readable: Videos that are sound; None if nobody read them.
    """
    official, groups = official_counts.official_counts(inventory.dataset) if compare else {}, video_groups(inventory)
    rows = []
    for what in [*official, *sorted(groups.keys() - official.keys(), key=_order)]:
        members = groups.get(what, [])
        numbers = [_count(inventory, what, members, videos) for videos in (inventory.splits.labels, found, readable)]
        rows.append(CountRow(what, official.get(what), *numbers))
    return rows


def _count(inventory: Inventory, what: str, members: list[str], videos: Collection[str] | None) -> int | None:
    """Return how many of the members are among the videos; for "classes", how many classes the videos have."""
    if videos is None:
        return None
    if what == official_counts.CLASSES:
        return len({inventory.splits.labels[video] for video in videos})
    return sum(video in videos for video in members)


def _order(what: str) -> tuple[int, str]:
    """Sort totals first, then lists, single classes last."""
    ranks = {official_counts.CLASSES: 0, official_counts.VIDEOS: 1}
    return ranks.get(what, 3 if what.startswith("class ") else 2), what


def task_rows(inventory: Inventory, compare: bool, frames: Mapping[str, int]) -> list[CountRow]:
    """Count the videos of split 1 that are long enough for each pretext task (CVPR 2019, 4; TMM 2020, IV)."""
    rows = []
    for task, (official, _) in official_counts.TASKS.items():
        window = Task.parse(task).window
        for number, (role, name) in zip(official, official_counts.ROLES.items(), strict=True):
            videos = [video for video, roles in inventory.splits.roles.items() if roles[0] == role]
            long_enough = sum(frames.get(video, 0) >= window for video in videos)
            rows.append(CountRow(f"task {task} {name}", number if compare else None, readable=long_enough))
    return rows


def table_lines(rows: Sequence[CountRow]) -> list[str]:
    """Return the table as aligned lines of text, with a header."""
    header = ("", *CountRow._fields[1:])
    return aligned_lines([header, *((row.what, *("" if n is None else f"{n:,}" for n in row[1:])) for row in rows)])


def size_line(sizes: Iterable[tuple[int, int]]) -> str:
    """List widths and heights of videos with how many videos have them, the most frequent first."""
    counter = Counter(sizes).most_common()
    text = ", ".join(f"{w}x{h} {n:,}" for (w, h), n in counter[:6])
    return text + (f", {len(counter) - 6} other sizes" if len(counter) > 6 else "")
