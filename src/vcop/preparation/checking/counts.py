"""The table of ``vcop check``: what is official, listed, found and readable, of videos, splits, classes, tasks and questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from vcop.config.names import QUESTIONS
from vcop.datasets import official_counts
from vcop.datasets.activitynet_qa import FILES, TYPES
from vcop.datasets.splits import SPLITS
from vcop.preparation.checking.inventory import Inventory
from vcop.sampling.tasks import Task


class CountRow(NamedTuple):
    """One line of the table; None where a number means nothing."""

    what: str
    official: int | None = None
    listed: int | None = None
    found: int | None = None
    readable: int | None = None


def video_groups(made: Inventory) -> dict[str, list[str]]:
    """The listed videos of everything that is counted (questions: the video of each), by the names of ``official.counts``."""
    lists, found = made.lists, {official_counts.VIDEOS: list(made.lists.labels)}
    if made.dataset == QUESTIONS:
        for role, questions in made.questions.items():
            found[f"{official_counts.VIDEOS} {FILES[role]}"] = list(dict.fromkeys(q.video for q in questions))
        for role, questions in made.questions.items():
            found[f"questions {FILES[role]}"] = [q.video for q in questions]
            for number, kind in enumerate(TYPES):
                found[f"questions {FILES[role]}, {kind}"] = [q.video for q in questions if q.type == number]
        return found
    found[official_counts.CLASSES] = []  # counted by their videos' labels
    for video, roles in lists.roles.items():
        name = lists.classes[lists.labels[video]]
        found.setdefault(f"class {name}", []).append(video)
        for split, role in zip(SPLITS, roles, strict=True):
            listed = f"split {split} {official_counts.ROLE_NAMES[role]}"
            found.setdefault(listed, []).append(video)
            if role in official_counts.ROLES:
                found.setdefault(f"class {name}, {listed}", []).append(video)
    return found


def group_rows(
    made: Inventory, compare: bool, found: Collection[str] | None, readable: Collection[str] | None
) -> list[CountRow]:
    """The table of videos, splits, classes and questions; ``found`` and ``readable`` videos, None where nobody looked."""
    counts, members = official_counts.official_counts(made.dataset) if compare else {}, video_groups(made)
    out = []
    for what in [*counts, *sorted(members.keys() - counts.keys(), key=_order)]:
        numbers = [_count(made, what, members.get(what, []), videos) for videos in (made.lists.labels, found, readable)]
        out.append(CountRow(what, counts.get(what), *numbers))
    return out


def _count(made: Inventory, what: str, members: list[str], videos: Collection[str] | None) -> int | None:
    """How many of the members are among the videos; of classes, how many have one that is."""
    if videos is None:
        return None
    if what == official_counts.CLASSES:
        return len({made.lists.labels[video] for video in videos})
    return sum(video in videos for video in members)


def _order(what: str) -> tuple[int, str]:
    """Totals first, then lists, classes last."""
    ranks = {official_counts.CLASSES: 0, official_counts.VIDEOS: 1}
    return ranks.get(what, 3 if what.startswith("class ") else 2), what


def task_rows(made: Inventory, compare: bool, frames: Mapping[str, int]) -> list[CountRow]:
    """How many videos of split 1 are long enough for each pretext task (CVPR 2019, 4; TMM 2020, IV)."""
    found = []
    for task, (counts, _) in official_counts.TASKS.items():
        window = Task.parse(task).window
        for place, (role, name) in enumerate(official_counts.ROLES.items()):
            long = sum(frames.get(v, 0) >= window for v, roles in made.lists.roles.items() if roles[0] == role)
            found.append(CountRow(f"task {task} {name}", counts[place] if compare else None, readable=long))
    return found


def table_lines(found: Sequence[CountRow]) -> list[str]:
    """The lines of an aligned table."""
    cells = [CountRow._fields, *((row.what, *("" if n is None else f"{n:,}" for n in row[1:])) for row in found)]
    cells[0] = ("", *cells[0][1:])
    widths = [max(len(row[k]) for row in cells) for k in range(len(CountRow._fields))]
    return ["  ".join(f"{c:{'>' if k else '<'}{widths[k]}}" for k, c in enumerate(row)).rstrip() for row in cells]


def frame_sizes(found: Iterable[tuple[int, int]]) -> str:
    """Widths and heights of videos, the most frequent first."""
    counted = Counter(found).most_common()
    text = ", ".join(f"{w}x{h} {n:,}" for (w, h), n in counted[:6])
    return text + (f", {len(counted) - 6} other sizes" if len(counted) > 6 else "")
