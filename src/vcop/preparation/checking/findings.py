"""What ``vcop check`` makes of what it has seen: the table, and everything that is to be named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vcop.datasets import official_counts
from vcop.datasets.splits import SPLITS, TEST, TRAIN, OfficialSplits
from vcop.preparation.checking import counts, duplicates, inventory
from vcop.preparation.checking.counts import CountRow
from vcop.preparation.checking.inventory import Finding, Inventory
from vcop.preparation.checking.video_check import STEP, VideoCheck
from vcop.runtime.progress import Progress

CLIP_LENGTH = 16  # frames (CVPR 2019, 4)
SIDES = "training and test of split"
MAY_LACK = {"missing", "misplaced", "empty", "unreadable", "cut short"}


@dataclass
class SurveyResult:
    """What was seen of a data set: of every listed video and of the files of other sets; frames by video; whether decoded whole."""

    videos: dict[str, VideoCheck]
    others: dict[str, VideoCheck]
    paths: dict[str, Path]
    frames: dict[str, int]
    deep: bool


def video_findings(made: Inventory, looked: SurveyResult, compare: bool) -> Iterator[Finding]:
    """What is wrong with single files, and what lies there that no list names."""
    elsewhere = inventory.find_misplaced(made, [v for v, e in looked.videos.items() if e.kind == "missing"])
    for video, seen in looked.videos.items():
        if video in elsewhere:
            yield Finding("misplaced", video, f"lies in {elsewhere[video]}")
        elif seen.kind:
            yield Finding(seen.kind, video, seen.reason)
        else:
            yield from _notes(made.dataset, video, seen, compare)
    for name in sorted(made.surplus.keys() - elsewhere.values()):
        yield Finding("surplus", name, "no list names it")


def _notes(dataset: str, video: str, seen: VideoCheck, compare: bool) -> Iterator[Finding]:
    """What is worth knowing of a readable video."""
    about = seen.header
    if about is None:
        return
    if seen.count < CLIP_LENGTH:
        yield Finding("too short", video, f"{seen.count} frames, a clip has {CLIP_LENGTH}: it will be looped")
    if seen.reason:
        yield Finding("header", video, seen.reason)
    # Other containers than AVI say seconds, rounded, and those of the sound if it is longer.
    elif about.format == "avi" and about.frames and about.frames != seen.count:
        yield Finding("header", video, f"{seen.count} frames, its header says {about.frames}")
    width, height = official_counts.SIZES.get(dataset, (None, None)) if compare else (None, None)
    if about.width != (width or about.width) or about.height != (height or about.height):
        yield Finding("size", video, f"{about.width}x{about.height} pixels, usual are {width or 'any'}x{height}")


def frame_count_findings(path: Path | None, made: Inventory, looked: SurveyResult) -> Iterator[Finding]:
    """Videos that a table of frames does not know."""
    if path is not None:
        for video in made.lists.labels:
            if not looked.frames.get(video):
                yield Finding("no count", video, "0 frames" if video in looked.frames else f"not in {path}")


def count_rows(made: Inventory, looked: SurveyResult, compare: bool) -> list[CountRow]:
    """The table."""
    found = {v for v, e in looked.videos.items() if e.size} if made.files else None
    readable = {v for v, n in looked.frames.items() if n} if looked.frames or made.files else None
    if found is not None and readable is not None:
        readable &= {v for v in found if not looked.videos[v].kind}
    rows = counts.group_rows(made, compare, found, readable)
    if made.dataset == "ucf101" and readable:
        rows += counts.task_rows(made, compare, {v: looked.frames[v] for v in readable})
    return rows


def count_findings(made: Inventory, rows: Sequence[CountRow], compare: bool) -> Iterator[Finding]:
    """Where the lists, or videos that are long enough for a task, are not as many as officially."""
    if not compare:
        return
    lacking = any(f.kind in {*MAY_LACK, "no count"} for f in made.findings)
    differing = False
    for row in rows:
        task = row.what.startswith("task ")
        number = row.readable if task else row.listed
        if row.official is not None and number != row.official and not (task and (lacking or differing)):
            differing |= not task
            hint = (
                ", as where every video is counted one frame short"
                if task and official_counts.count_one_frame_short(row.what) == number
                else ""
            )
            yield Finding("official", row.what, f"{number:,}, officially {row.official:,}{hint}")
    if not differing and made.lists.digest() != official_counts.DIGESTS[made.dataset]:
        yield Finding("official", "lists", "as many as officially, but not the same videos in the same lists")


def duplicate_findings(made: Inventory, looked: SurveyResult, threads: int) -> Iterator[Finding]:
    """Equal files, and other files of one recording; at least one of them of this set."""
    seen = looked.videos | looked.others
    names = {looked.paths[name]: name for name in seen}
    copies: dict[str, int] = {}
    for number, paths in enumerate(duplicates.equal_files({looked.paths[name]: e.size for name, e in seen.items() if e.size})):
        equal = sorted((names[path] for path in paths), key=lambda name: (name in looked.others, name))
        copies |= dict.fromkeys(equal, number)
        if equal[0] in looked.videos:
            yield Finding("same bytes", equal[0], _with(made, equal[0], equal[1:]))
    whole = {name: e.pictures for name, e in seen.items() if not e.kind}
    order, pictures, own = list(whole), list(whole.values()), sum(name in looked.videos for name in whole)
    with Progress("compare", duplicates.count_lookups(pictures[:own]), "picture") as progress:
        for pair in duplicates.same_recordings(pictures, own, threads, progress.advance):
            first, second = order[pair.first], order[pair.second]
            if first not in copies or copies[first] != copies.get(second):
                shift = f", {abs(pair.shift) * STEP:.1f} s apart" if looked.deep and pair.shift else ""
                yield Finding("same pictures", first, f"{_with(made, first, [second])}, likeness {pair.likeness:.2f}{shift}")


def crossed_splits(lists: OfficialSplits, first: str, second: str) -> list[int]:
    """The splits in which one of two videos is in the training list and the other in the test list."""
    pairs = zip(SPLITS, lists.roles.get(first, ()), lists.roles.get(second, ()), strict=False)
    return [split for split, a, b in pairs if {a, b} == {TRAIN, TEST}]


def _with(made: Inventory, first: str, others: Sequence[str]) -> str:
    """Other videos, and whether they and the first are on different sides of a split."""
    splits = sorted({split for other in others for split in crossed_splits(made.lists, first, other)})
    text = f"as {', '.join(others)}"
    return text + (f" ({SIDES} {', '.join(map(str, splits))})" if splits else "")
