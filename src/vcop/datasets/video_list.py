"""Table of the videos of a data set of one's own: path, label, role and group of each (.csv).

A user may write such a table, with the column ``path`` alone or with some of the others; the workflow writes a whole one
(``vcop.datasets.listing``), in which every video has a role.
"""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from vcop.datasets.splits import SPLITS, TEST, TRAIN, UNUSED, VALIDATION, OfficialSplits, ReportProblem, raise_error
from vcop.runtime.atomic_files import write_csv

ROLES = {"": UNUSED, "training": TRAIN, "test": TEST, "validation": VALIDATION}
SHORT = {"train": "training", "val": "validation"}  # also understood
UNLABELLED = "unlabelled"  # class of all videos of a data set without labels


class ListedVideo(NamedTuple):
    """A row of the table.

    Attributes:
        path: Path of the video below the directory of the videos.
        label: Class; "" if the data set has no labels.
        role: ``training``, ``validation``, ``test``, or "" if it is still to be drawn.
        group: Videos of one group are never divided between training, validation and test; "" if it is still to be derived.
    """

    path: str
    label: str = ""
    role: str = ""
    group: str = ""


HEADER = ListedVideo._fields


def read_video_list(path: Path, report: ReportProblem = raise_error) -> list[ListedVideo]:
    """Read a table of videos.

    Args:
        path: The table (.csv, UTF-8), with a header. Columns of other names are ignored.
        report: Called with each problem, which names file and line. If it returns, the row is skipped.

    Raises:
        ValueError: If the file is missing or has no column ``path``; at any other problem unless ``report`` is given.
    """
    if not path.is_file():
        raise ValueError(f"{path}: this table of videos is missing (columns: {', '.join(HEADER)})")
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    table = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    rows: dict[str, ListedVideo] = {}
    for row in _rows(path, table):
        source = f"{path}:{table.line_num}"
        video = ListedVideo(*((row.get(name) or "").strip() for name in HEADER))
        name, role = posixpath.normpath(video.path), video.role.lower()
        if not video.path or name.startswith(("/", "../")) or name in {".", ".."}:
            report(f"{source}: {video.path!r} is not a path below the directory of the videos")
        elif SHORT.get(role, role) not in ROLES:
            report(f"{source}: role {video.role!r} is not one of training, validation and test, or empty")
        elif name in rows:
            report(f"{source}: {name} is listed twice")
        else:
            rows[name] = video._replace(path=name, role=SHORT.get(role, role))
    if not rows:
        report(f"{path}: names no video")
    unlabelled = [video.path for video in rows.values() if not video.label]
    if 0 < len(unlabelled) < len(rows):
        report(f"{path}: {len(unlabelled)} of {len(rows)} videos have no label ({unlabelled[0]}): label all videos or none")
    return list(rows.values())


def _rows(path: Path, table: csv.DictReader[str]) -> Iterator[dict[str, str | None]]:
    """Yield the rows of a table, by lower-case names of its columns. Raises ValueError if it is no table with a column ``path``."""
    line = 0
    try:
        columns = [name.strip().lower() for name in table.fieldnames or []]
        if "path" not in columns:
            other = next((mark for mark in (";", "\t") if any(mark in name for name in columns)), "")
            separated = (
                f"its columns are separated by {other!r}, and commas are expected"
                if other
                else "its first line names no column path"
            )
            raise ValueError(f"{path}: {separated} (columns: {', '.join(HEADER)}; only path is needed)")
        table.fieldnames = columns
        line = table.line_num
        for row in table:
            line = table.line_num
            yield row
    except csv.Error as problem:
        raise ValueError(
            f"{path}:{line + 1}: is no row of a table ({problem}): a value that begins with a quotation mark ends with one, a mark "
            "inside it is written twice, and nothing stands between the closing mark and the comma"
        ) from None


def write_video_list(path: Path, videos: Iterable[ListedVideo]) -> None:
    """Write a table of videos."""
    write_csv(path, HEADER, videos)


def has_labels(videos: Iterable[ListedVideo]) -> bool:
    """Return whether the videos have labels of at least two classes."""
    return len({video.label for video in videos}) > 1


def group_index(videos: Iterable[ListedVideo]) -> dict[str, str]:
    """Return the group of each video as intervals take it: label/group. Groups vary within their label only (docs/intervals.md)."""
    return {video.path: f"{video.label}/{video.group.replace('/', '|')}" for video in videos}


def read_groups(path: Path, videos: Iterable[str]) -> dict[str, str]:
    """Read the groups of a table, see ``group_index``.

    Raises:
        ValueError: If the file is not a table of videos, if any of ``videos`` is missing in it, or if a row has no group.
    """
    listed = read_video_list(path)
    groups = group_index(listed)
    missing = [video for video in videos if video not in groups]
    if missing:
        raise ValueError(f"{path}: it does not list {missing[0]}: give the table of these videos, as vcop list writes it")
    without = [video.path for video in listed if not video.group]
    if without:
        raise ValueError(
            f"{path}: {without[0]} has no group: give the table that vcop list writes, which has the group of every video"
        )
    return groups


def as_splits(path: Path, report: ReportProblem = raise_error) -> OfficialSplits:
    """Read a table as the lists of a data set. Raises ValueError as ``read_video_list`` does."""
    return splits_of(read_video_list(path, report))


def splits_of(videos: Sequence[ListedVideo]) -> OfficialSplits:
    """Return videos as the lists of a data set, of which split 1 alone is used; a video without a role is in no list."""
    labels = {video.path: video.label or UNLABELLED for video in videos}
    splits = OfficialSplits(sorted(set(labels.values())))
    for video in videos:
        label = splits.classes.index(labels[video.path])
        splits.labels[video.path] = label
        splits.roles[video.path] = [ROLES[video.role], *[UNUSED] * (len(SPLITS) - 1)]
    return splits


def videos_of(splits: OfficialSplits) -> list[ListedVideo]:
    """Return the training and test videos of split 1 of a data set's lists; the inverse of ``splits_of``."""
    names = {role: name for name, role in ROLES.items() if name}
    roles = {video: of_splits[0] for video, of_splits in splits.roles.items() if of_splits[0] != UNUSED}
    return [ListedVideo(video, splits.classes[splits.labels[video]], names[role]) for video, role in roles.items()]
