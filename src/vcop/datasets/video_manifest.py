"""Manifest of a frame store: size, time, content and verdict of each video that the store was decoded from.

It lies beside the store as ``.ucf101-videos.json`` and tells whether the videos are still those of the store. A file of the same size and
time is the same. If only its time differs, as after a copy, its content decides.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import stat
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from vcop.runtime import io_timeout
from vcop.runtime.atomic_files import write_text

FORMAT = 1
ABSENT = -1
SAMPLE = 2**14  # bytes that are read at the beginning, in the middle and at the end of a file
THREADS = 16  # a network disk answers many questions at the same time
BLOCK = 64  # files a task of a thread
Verdict = tuple[str, str, int | None, int | None]
"""Verdict on a video, with the fields of ``vcop.video.integrity.VideoVerdict``."""


class FileRecord(NamedTuple):
    """State of a video's file.

    Attributes:
        size: Bytes; ``ABSENT`` if there is no file.
        changed: Time of its last change, in nanoseconds.
        content: ``content_digest`` of it; "" if it cannot be read.
    """

    size: int = ABSENT
    changed: int = 0
    content: str = ""

    def same_content(self, other: FileRecord) -> bool:
        """Return whether both are of the same content, whatever their times are."""
        return (self.size, self.content) == (other.size, other.content)


@dataclass(frozen=True)
class VideoManifest:
    """What a frame store was decoded from.

    Attributes:
        version: What the workflow calls this state of the videos: their directory, and a number after each change.
        digest: Digest of the store.
        files: State of the file of each listed video, by name.
        verdicts: Verdict on each of these videos. It is missing if it is not known.
    """

    version: str
    digest: str
    files: dict[str, FileRecord]
    verdicts: dict[str, Verdict]


def manifest_path(store: Path) -> Path:
    """Return where the manifest of a frame store lies."""
    return store.with_name(f".{store.stem}-videos.json")


def write_manifest(store: Path, manifest: VideoManifest) -> None:
    """Write the manifest of a frame store, complete or not at all."""
    head = json.dumps({"format": FORMAT, "version": manifest.version, "digest": manifest.digest})
    rows = {name: [*record, *manifest.verdicts.get(name, ())] for name, record in sorted(manifest.files.items())}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())  # a line for each video
    write_text(manifest_path(store), f'{head[:-1]}, "videos": {{\n{lines}\n}}}}\n')


def read_manifest(store: Path) -> VideoManifest | None:
    """Read the manifest of a frame store; None if there is none, or none that this version can read."""
    try:
        content = json.loads(manifest_path(store).read_bytes())
        if content["format"] != FORMAT:
            return None
        rows: dict[str, list[Any]] = content["videos"]
        files = {name: FileRecord(int(row[0]), int(row[1]), str(row[2])) for name, row in rows.items()}
        verdicts = {name: _verdict(*row[3:]) for name, row in rows.items() if row[3:]}
        return VideoManifest(str(content["version"]), str(content["digest"]), files, verdicts)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def _verdict(verdict: str, reason: str, got: int | None, expected: int | None) -> Verdict:
    return str(verdict), str(reason), got and int(got), expected and int(expected)


def content_digest(path: Path) -> str:
    """Return a quick digest of a file, of 16 KiB at its beginning, in its middle and at its end; "" if it cannot be read.

    Containers have their index at one of the ends, with the size of each frame: another encoding changes it. Damage in between is not
    seen; for that there are digests of whole videos (``vcop.datasets.video_checksums``).
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with open(path, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            places = [0, max(0, (size - SAMPLE) // 2), max(0, size - SAMPLE)]
            # A short file is read whole, though some of it twice.
            return hashlib.sha256(b"".join(os.pread(file.fileno(), SAMPLE, place) for place in places)).hexdigest()[:32]
    except (OSError, ValueError):
        return ""


def record_file(path: Path, known: FileRecord | None = None, *, read: bool = True) -> FileRecord:
    """Return the state of a file; see ``record_files``."""
    try:
        state = path.stat()
    except (OSError, ValueError):  # ValueError: a null byte in its name
        return FileRecord()
    if known and known.content and (known.size, known.changed) == (state.st_size, state.st_mtime_ns):
        return known
    return FileRecord(state.st_size, state.st_mtime_ns, content_digest(path) if read else "")


def record_files(
    files: Mapping[str, Path], known: Mapping[str, FileRecord] | None = None, *, read: bool = True
) -> dict[str, FileRecord]:
    """Return the state of many files.

    Args:
        files: Path of each video by its name.
        known: An earlier state of some of them: only those are read whose size or time has changed.
        read: False leaves the contents out.

    Raises:
        TimeoutError: The disk does not answer; it names the file.
    """
    names, before = list(files), known or {}

    def record_block(first: int) -> list[FileRecord]:
        block, records = names[first : first + BLOCK], list[FileRecord]()

        def work() -> Iterator[None]:
            for name in block:
                records.append(record_file(files[name], before.get(name), read=read))
                yield

        try:
            io_timeout.run_with_timeout(work(), files[block[0]])
        except TimeoutError as problem:  # it is the next file that does not answer
            raise TimeoutError(problem.errno, problem.strerror, str(files[block[len(records)]])) from None
        return records

    with ThreadPoolExecutor(THREADS) as pool:
        blocks = pool.map(record_block, range(0, len(names), BLOCK))
        return dict(zip(names, itertools.chain.from_iterable(blocks), strict=True))
