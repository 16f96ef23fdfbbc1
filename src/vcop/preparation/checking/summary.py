"""``vcop check``: a data set's lists and videos against each other and the official counts; or files of ours, to the last byte.

What is wrong is named; what is merely worth knowing (duplicates, files that no list names) is named as a note. Nothing is written
to the folders that are checked.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from vcop.config.names import QUESTIONS
from vcop.datasets import official_counts
from vcop.preparation.checking import counts, findings, inventory
from vcop.preparation.checking.counts import CountRow
from vcop.preparation.checking.findings import MAY_LACK, SIDES, SurveyResult
from vcop.preparation.checking.inventory import FAULTS, KNOWN, Inventory
from vcop.preparation.checking.video_check import VideoCheck, check_video, file_size
from vcop.runtime import io_timeout, process_pool
from vcop.runtime.atomic_files import require_existing, write_csv
from vcop.storage import verification
from vcop.storage.frame_store import FrameStore
from vcop.storage.sealing import STORE, kind_of

MOST = 20  # findings of a kind that are printed


def check_files(path: Path) -> None:
    """Raises ValueError if anything that the workflow wrote has changed since, after naming what."""
    files = verification.sealed_files(require_existing(path, f"a file or folder to check (or one of {', '.join(KNOWN)})"))
    bad = 0
    for file in files:
        damaged = list(verification.find_damage(file))
        print(*damaged, sep="\n", end="\n" if damaged else "")
        bad += len(damaged)
    if bad:
        raise ValueError(f"{path}: {bad} damaged frames or files (named above)")
    about = f"{len(files)} files"
    if files == [path] and path.suffix == ".h5" and kind_of(path) is STORE:
        videos = FrameStore(path).videos
        about = f"{len(videos)} videos, {sum(v.count for v in videos)} frames"
    print(f"{path}: {about}, all good")


def check_dataset(arguments: argparse.Namespace) -> None:
    """Raises ValueError if something is wrong with lists or videos, after naming each fault."""
    dataset: str = arguments.what
    for folder in filter(None, (arguments.videos, arguments.lists)):
        io_timeout.require_responsive(folder)
    videos, lists = inventory.find_folders(dataset, arguments.videos, arguments.lists)
    made = inventory.take_inventory(dataset, videos, lists)
    compare = official_counts.looks_official(dataset, made.lists) if arguments.official is None else arguments.official
    by = f", frames by {arguments.frames}" if arguments.frames else ""
    print(f"{dataset}: lists {lists}, videos {videos or '(not looked at)'}{by}")
    if not compare:
        print("other lists than the official ones: not compared with the official counts (--official does)")
    looked = _look(arguments, made)
    made.findings += [
        *findings.video_findings(made, looked, compare),
        *findings.frame_count_findings(arguments.frames, made, looked),
    ]
    rows = findings.count_rows(made, looked, compare)
    made.findings += findings.count_findings(made, rows, compare)
    if arguments.duplicates and not arguments.frames:
        made.findings += findings.duplicate_findings(made, looked, arguments.processes)
    _print(made, looked, rows)
    _write(arguments, made, looked, rows)
    _judge(made, arguments.allow_unreadable)


def _look(arguments: argparse.Namespace, made: Inventory) -> SurveyResult:
    """Look at every file that is asked for."""
    deep = arguments.what != QUESTIONS if arguments.deep is None else arguments.deep
    own, others = set(made.files.values()), dict[str, Path]()
    for name, folder in arguments.against:
        if name not in KNOWN or not Path(folder).is_dir():
            raise ValueError(f"--against {name} {folder}: expected one of {', '.join(KNOWN)} and a folder that is there")
        beside = inventory.video_files(Path(folder)).items()
        others |= {f"{name}: {video}": path for video, path in beside if path not in own}
    if arguments.frames:
        frames = inventory.read_frame_counts(arguments.frames, made.lists.labels)
        return SurveyResult({v: file_size(p) for v, p in made.files.items()}, {}, made.files, frames, deep)
    paths = made.files | others
    killed = "a process that looked at videos was killed (out of memory?): fewer --processes"
    seen = process_pool.map_videos(
        "check", check_video, {video: (path, deep) for video, path in paths.items()}, arguments.processes, killed
    )
    videos, other = {v: seen[v] for v in made.files}, {v: seen[v] for v in others}
    return SurveyResult(videos, other, paths, {v: e.count for v, e in videos.items() if not e.kind}, deep)


def _print(made: Inventory, looked: SurveyResult, rows: Sequence[CountRow]) -> None:
    """The table, of classes and types only what differs, and every finding."""
    totals = [row for row in rows if "," not in row.what and not row.what.startswith("class ")]
    parts = [row for row in rows if row not in totals and _differs(row)]
    print(*counts.table_lines([*totals, *parts[:MOST]]), sep="\n")
    if len(parts) > MOST:
        print(f"... and {len(parts) - MOST} more classes and lists of classes that differ (--counts FILE has all)")
    headers = [e.header for e in looked.videos.values() if e.header]
    if headers:
        print(f"sizes: {counts.frame_sizes((h.width, h.height) for h in headers)}")
    pairs = [f.reason for f in made.findings if f.kind in {"same bytes", "same pictures"}]
    if pairs:
        print(
            f"duplicates: {len(pairs)}, of these {sum(SIDES in text for text in pairs)} between training and test of a split"
        )
    print(*inventory.finding_lines(made.findings, MOST), sep="\n", end="\n" if made.findings else "")


def _differs(row: CountRow) -> bool:
    return len({number for number in row[1:] if number is not None}) > 1


def _write(arguments: argparse.Namespace, made: Inventory, looked: SurveyResult, rows: Sequence[CountRow]) -> None:
    """The tables that are asked for."""
    if arguments.counts:
        write_csv(arguments.counts, CountRow._fields, (["" if cell is None else cell for cell in row] for row in rows))
    if arguments.out:
        header = ("video", "class", "split1", "split2", "split3", "frames", "header", "width", "height", "bytes", "findings")
        write_csv(arguments.out, header, _lines(made, looked))


def _lines(made: Inventory, looked: SurveyResult) -> Iterator[Sequence[object]]:
    """A line a video, listed or not."""
    said: dict[str, list[str]] = {}
    for kind, name, reason in made.findings:
        said.setdefault(name, []).append(f"{kind}: {reason}")
    for video, label in sorted(made.lists.labels.items()):
        seen = looked.videos.get(video, VideoCheck())
        about = seen.header
        of_header = ("", "", "") if about is None else (about.frames, about.width, about.height)
        roles = [official_counts.ROLE_NAMES[role] for role in made.lists.roles[video]]
        known = (looked.frames.get(video, seen.count or ""), *of_header, seen.size or "")
        yield video, made.lists.classes[label], *roles, *known, "; ".join(said.get(video, []))
    for name in sorted(made.surplus):
        yield name, *[""] * 9, "; ".join(said.get(name, ["surplus"]))


def _judge(made: Inventory, allowed: int) -> None:
    """Raises ValueError unless nothing is wrong, or nothing but as many videos lacking as are allowed."""
    faults = [f for f in made.findings if f.kind in FAULTS]
    lacking = [f for f in faults if f.kind in MAY_LACK]
    notes = _many(len(made.findings) - len(faults), "note")
    if len(lacking) > allowed or len(faults) > len(lacking):
        may = f", {allowed} of {_many(len(lacking), 'video')} may be missing or unreadable" if allowed else ""
        raise ValueError(f"{made.dataset}: {_many(len(faults), 'fault')} and {notes} (named above){may}")
    verdict = f"{_many(len(faults), 'video')} missing or unreadable, as allowed" if faults else "as it should be"
    print(f"{made.dataset}: {verdict}; {notes}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
