"""Findings of ``vcop check``: faults and notes about lists and videos, derived from an inventory and a survey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from vcop.datasets import official_counts
from vcop.datasets.splits import SPLITS, UNUSED, OfficialSplits
from vcop.preparation.checking import counts, duplicates
from vcop.preparation.checking.counts import CountRow
from vcop.preparation.checking.inventory import Finding, Inventory, find_misplaced
from vcop.preparation.checking.survey import SurveyResult
from vcop.preparation.checking.video_check import THUMBNAIL_STEP, VideoCheck
from vcop.runtime.progress import Progress

CLIP_LENGTH = 16  # frames (CVPR 2019, 4)
CROSSES_SPLIT = "training and test of split"  # part of the text of a finding about duplicates
VIDEO_FAULTS = {"missing", "misplaced", "empty", "unreadable", "cut short"}  # those that --allow-unreadable allows


def video_findings(inventory: Inventory, survey: SurveyResult, compare: bool) -> Iterator[Finding]:
    """Yield faults and notes about single files, and files that no list names.

    Args:
        inventory: Lists and files.
        survey: Check of each file.
        compare: Whether these are official videos, whose size is known.
    """
    misplaced = find_misplaced(inventory, [video for video, check in survey.videos.items() if check.kind == "missing"])
    for video, check in survey.videos.items():
        if video in misplaced:
            yield Finding("misplaced", video, f"lies in {misplaced[video]}")
        elif check.kind:
            yield Finding(check.kind, video, check.reason)
        else:
            yield from _notes(inventory.dataset, video, check, compare)
    for name in sorted(inventory.surplus.keys() - misplaced.values()):
        yield Finding("surplus", name, "no list names it")


def _notes(dataset: str, video: str, check: VideoCheck, compare: bool) -> Iterator[Finding]:
    """Yield what is worth knowing about a readable video."""
    header = check.header
    if header is None:
        return
    if check.count < CLIP_LENGTH:
        yield Finding("too short", video, f"{check.count} frames, a clip has {CLIP_LENGTH}: it will be looped")
    if check.reason:
        yield Finding("header", video, check.reason)
    # Only AVI counts frames. Other containers give a duration, rounded, and that of the sound if it is longer.
    elif header.format == "avi" and header.frames and header.frames != check.count:
        yield Finding("header", video, f"{check.count} frames, its header says {header.frames}")
    width, height = official_counts.SIZES.get(dataset, (None, None)) if compare else (None, None)
    if header.width != (width or header.width) or header.height != (height or header.height):
        yield Finding("size", video, f"{header.width}x{header.height} pixels, usual are {width or 'any'}x{height}")


def frame_count_findings(path: Path | None, inventory: Inventory, survey: SurveyResult) -> Iterator[Finding]:
    """Yield the listed videos that a file of frame counts does not know (nothing if ``path`` is None)."""
    if path is not None:
        for video in inventory.splits.labels:
            if not survey.frames.get(video):
                yield Finding("no count", video, "0 frames" if video in survey.frames else f"not in {path}")


def count_rows(inventory: Inventory, survey: SurveyResult, compare: bool) -> list[CountRow]:
    """Return the table of counts: of videos and classes, and for UCF101 of the pretext tasks."""
    found = {video for video, check in survey.videos.items() if check.size} if inventory.files else None
    readable = {video for video, n in survey.frames.items() if n} if survey.frames or inventory.files else None
    if found is not None and readable is not None:
        readable &= {video for video in found if not survey.videos[video].kind}
    rows = counts.group_rows(inventory, compare, found, readable)
    if inventory.dataset == "ucf101" and readable:
        rows += counts.task_rows(inventory, compare, {video: survey.frames[video] for video in readable})
    return rows


def count_findings(inventory: Inventory, rows: Sequence[CountRow], known: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the numbers that differ from the official ones.

    Args:
        inventory: Lists to compare.
        rows: Table of counts.
        known: Findings so far. If videos or lists are missing, the numbers of the pretext tasks differ for that reason, and are
            not reported as well.
    """
    lists_differ = False
    videos_missing = any(finding.kind in {*VIDEO_FAULTS, "no count"} for finding in known)
    for row in rows:
        task = row.what.startswith("task ")
        number = row.readable if task else row.listed
        if row.official is None or number == row.official or (task and (videos_missing or lists_differ)):
            continue
        lists_differ |= not task
        one_short = task and official_counts.count_one_frame_short(row.what) == number
        hint = ", as where every video is counted one frame short" if one_short else ""
        yield Finding("official", row.what, f"{number:,}, officially {row.official:,}{hint}")
    if not lists_differ and inventory.splits.digest() != official_counts.DIGESTS[inventory.dataset]:
        yield Finding("official", "lists", "as many as officially, but not the same videos in the same lists")


def duplicate_findings(inventory: Inventory, survey: SurveyResult, threads: int) -> Iterator[Finding]:
    """Yield equal files, and different files of the same recording. At least one of each group belongs to this data set."""
    checks = survey.videos | survey.others
    copies: dict[str, int] = {}
    for number, names in enumerate(_equal_names(survey, checks)):
        copies |= dict.fromkeys(names, number)
        if names[0] in survey.videos:
            yield Finding("same bytes", names[0], _describe_copies(inventory, names[0], names[1:]))
    sound = {name: check.thumbnails for name, check in checks.items() if not check.kind}
    names, thumbnails, own = list(sound), list(sound.values()), sum(name in survey.videos for name in sound)
    with Progress("compare", duplicates.count_lookups(thumbnails[:own]), "picture") as progress:
        found = duplicates.find_same_recordings(thumbnails, own, threads, progress.advance)
        for number in found.skipped:
            yield Finding(
                "not compared", names[number], f"its pictures resemble those of over {duplicates.MOST_VIDEOS} videos"
            )
        for pair in found.pairs:
            first, second = names[pair.first], names[pair.second]
            if first in copies and copies[first] == copies.get(second):
                continue  # equal files have been reported above
            shift = f", {abs(pair.shift) * THUMBNAIL_STEP:.1f} s apart" if survey.deep and pair.shift else ""
            text = f"{_describe_copies(inventory, first, [second])}, correlation {pair.correlation:.2f}{shift}"
            yield Finding("same pictures", first, text)


def _equal_names(survey: SurveyResult, checks: dict[str, VideoCheck]) -> Iterator[list[str]]:
    """Yield groups of videos with equal files, those of this data set first."""
    names = {survey.paths[name]: name for name in checks}
    sizes = {survey.paths[name]: check.size for name, check in checks.items() if check.size}
    for paths in duplicates.find_equal_files(sizes):
        yield sorted((names[path] for path in paths), key=lambda name: (name in survey.others, name))


def crossed_splits(splits: OfficialSplits, first: str, second: str) -> list[int]:
    """Return the splits (1 to 3) in which two videos are in different lists: training and test, or validation."""
    pairs = zip(SPLITS, splits.roles.get(first, ()), splits.roles.get(second, ()), strict=False)
    return [split for split, a, b in pairs if a != b and UNUSED not in (a, b)]


def _describe_copies(inventory: Inventory, first: str, others: Sequence[str]) -> str:
    """Name the other videos, and the splits in which they and the first are in training and test."""
    splits = sorted({split for other in others for split in crossed_splits(inventory.splits, first, other)})
    text = f"as {', '.join(others)}"
    return text + (f" ({CROSSES_SPLIT} {', '.join(map(str, splits))})" if splits else "")
