"""Whether the videos are still those that a frame store was decoded from: what the workflow asks whenever it plans.

A video that is new, changed or mended makes `decode` run again. One that is gone does not: its frames are in the store, and the videos
may be removed after decoding.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from vcop.datasets.listed_videos import find_files, read_lists
from vcop.datasets.video_manifest import (
    ABSENT,
    FileRecord,
    Verdict,
    VideoManifest,
    read_manifest,
    record_files,
    write_manifest,
)
from vcop.runtime import io_timeout

NOT_THERE = ("no such file", "a broken link")  # reasons in the table of unreadable videos
SHOWN = 3  # names in a message


@dataclass(frozen=True)
class VideoReview:
    """Videos of a data set, compared with those of its frame store.

    Attributes:
        version: What the workflow calls the state of the videos; another one makes `decode` run again.
        changed: Names of the videos that are not those of the store.
        away: Names of the listed videos that have no file.
        notes: Lines for the user.
    """

    version: str
    changed: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def review_videos(dataset: str, folder: str, lists: Path, store: Path, *, write: bool) -> VideoReview:
    """Compare the videos of a data set with those that its frame store was decoded from.

    Args:
        dataset: Name of the data set.
        folder: Directory of the videos, as config.yaml names it.
        lists: Directory of the official lists.
        store: Frame store; it need not exist.
        write: Write what was found out by reading: the new times of copied videos, or the manifest of a store that has none, since
            an earlier version of this package made it. False for dry runs.

    Returns:
        The review. Of a data set that was not decoded before nothing has changed.

    Raises:
        ValueError: If a store without a manifest exists and the lists are wrong.
        OSError: If the file system of the videos does not answer, or the manifest cannot be written.
    """
    manifest, notes, videos = read_manifest(store), [], Path(folder)
    io_timeout.require_responsive(videos)
    if manifest is not None:
        now = record_files(_find_files(dataset, videos, manifest.files), manifest.files)
    elif store.exists() and videos.is_dir():
        manifest, now = _adopt(dataset, folder, lists, store, read=write)
        if write and manifest.files:
            write_manifest(store, manifest)
            notes.append(f"Videos of {dataset}: taken as those of {store}, which is older than this record of them")
    else:
        return VideoReview(folder)
    present = {name: record for name, record in now.items() if record.size != ABSENT}
    changed = [name for name, record in present.items() if not record.same_content(manifest.files.get(name, record))]
    if write and not changed and any(record != manifest.files.get(name, record) for name, record in present.items()):
        _write_times(store, manifest, present)
    if changed:
        notes.append(
            f"Videos of {dataset}: {len(changed)} new or changed since decoding, so decode runs again: {_some(changed)}"
        )
    version = next_version(manifest.version, folder) if changed else manifest.version
    return VideoReview(version, changed, [name for name in now if name not in present], notes)


def next_version(version: str, folder: str) -> str:
    """Return the name of the state of the videos after ``version``."""
    number = re.search(r" \((\d+)\)$", version)
    return f"{folder} ({int(number[1]) + 1 if number else 2})"


def _find_files(dataset: str, videos: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return the path of each video; of a directory that is gone, a path without a file."""
    if not videos.is_dir():
        return {name: videos / name for name in names}
    return find_files(dataset, videos, names, report=lambda problem: None)  # decode reports it


def _write_times(store: Path, manifest: VideoManifest, present: dict[str, FileRecord]) -> None:
    """Write the new times of videos whose content is the same, unless `decode` has written a new manifest meanwhile."""
    with suppress(OSError):  # a study that may only be read: their content is compared again the next time
        if read_manifest(store) == manifest:
            write_manifest(store, replace(manifest, files=manifest.files | present))


def _adopt(dataset: str, folder: str, lists: Path, store: Path, *, read: bool) -> tuple[VideoManifest, dict[str, FileRecord]]:
    """Return a manifest for a store that has none, and the state of its videos, which are taken to be those of the store.

    Those that were missing, according to its table of unreadable videos, are missing in the manifest, too. Of those that are gone
    since, nothing is known.
    """
    verdicts = _table_verdicts(store.with_name(f"{store.stem}-unreadable.csv"))
    now = record_files(_find_files(dataset, Path(folder), read_lists(dataset, lists).labels), read=read)
    missing = {name: FileRecord() for name, verdict in verdicts.items() if verdict[1] in NOT_THERE and name in now}
    digest = ""
    with suppress(OSError):
        digest = store.with_suffix(".digest").read_text().strip()
    sound: Verdict = ("", "", None, None)
    files = {name: record for name, record in now.items() if record.size != ABSENT} | missing
    return VideoManifest(folder, digest, files, dict.fromkeys(files, sound) | verdicts), now


def _table_verdicts(table: Path) -> dict[str, Verdict]:
    """Return the verdicts in a table of unreadable videos; none if it cannot be read."""
    try:
        with open(table, encoding="utf-8", errors="surrogateescape", newline="") as file:
            rows = list(csv.DictReader(file))
        return {r["video"]: (r["verdict"], r["reason"], _number(r["got"]), _number(r["expected"])) for r in rows}
    except (OSError, KeyError, ValueError, TypeError):
        return {}


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _some(names: list[str]) -> str:
    """Return the first names as printable text, and the number of the others."""
    shown = ", ".join(os.fsencode(name).decode(errors="replace").replace("\n", "\\n") for name in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown


def previous_path(store: Path) -> Path:
    """Return the name under which a frame store is kept while its successor is decoded."""
    return store.with_name(f".{store.stem}.previous.h5")


def keep_previous(store: Path) -> None:
    """Keep a store under a second name, since Snakemake removes it before `decode` starts. It needs no space until then.

    A disk without hard links keeps nothing; all videos are then decoded again.
    """
    with suppress(OSError):
        if store.exists():
            previous_path(store).unlink(missing_ok=True)
            os.link(store, previous_path(store))
