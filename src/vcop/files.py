"""Files that are either whole or not there."""

from __future__ import annotations

import csv
import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A name beside ``path`` to write under; renamed to ``path`` when the block ends well, removed when it does not."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.uname().nodename}.{os.getpid()}.part")
    try:
        yield unfinished
        with open(unfinished, "rb") as written:
            os.fsync(written.fileno())
        os.replace(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def write_text(path: str | Path, text: str) -> None:
    """Write a whole text file or none."""
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", errors="surrogateescape")


def require_space(path: str | Path, size: int) -> None:
    """Raises OSError (no space left) unless ``size`` bytes fit beside ``path``."""
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size:
        raise OSError(errno.ENOSPC, f"No space left: {size / 2**20:.0f} MiB are needed", str(path))


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a whole table or none."""
    with replacing(path) as unfinished, open(unfinished, "w", newline="", errors="surrogateescape") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
