"""Files that are either whole or not there."""

from __future__ import annotations

import csv
import errno
import glob
import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "make room, then run the same command again"),
    errno.EROFS: "make it writable, or choose another folder",
}


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """A name beside ``path`` to write under; renamed to ``path`` when the block ends well, removed when it does not.

    Raises OSError that names ``path`` where the disk does not take it.
    """
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.{os.uname().nodename}.{os.getpid()}.part")
    with name_file_in_errors(path, unfinished):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield unfinished
            with open(unfinished, "rb") as written:
                os.fsync(written.fileno())
            os.replace(unfinished, path)
        finally:
            with suppress(OSError):
                unfinished.unlink()


@contextmanager
def name_file_in_errors(path: Path, unfinished: Path | None = None) -> Iterator[None]:
    """Of what is wrong with a disk, say with which file (``unfinished`` is called ``path``), and what to do about it.

    Errors of writing and closing have no file name by themselves.
    """
    try:
        yield
    except OSError as problem:
        advice, name = ADVICE.get(problem.errno or 0, ""), problem.filename
        if name is None or str(name) == str(unfinished):
            name = path
        if problem.errno is None or (name == problem.filename and not advice) or (advice and advice in str(problem.strerror)):
            raise
        raise OSError(problem.errno, "; ".join(filter(None, (problem.strerror, advice))), str(name)) from problem


def clear_unfinished(path: str | Path, *, alone: bool = False) -> None:
    """Remove what killed processes have left of a large file; of other machines only where nobody else can be writing (``alone``)."""
    path = Path(path)
    beginning = f".{path.name}." if alone else f".{path.name}.{os.uname().nodename}."
    for part in path.parent.glob(f"{glob.escape(beginning)}*.part"):
        if alone or not psutil.pid_exists(int(part.name[len(beginning) : -len(".part")])):
            part.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write a whole text file or none."""
    with atomic_write(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", errors="surrogateescape")


def require_space(path: str | Path, size: int) -> None:
    """Raises OSError (no space left) unless ``size`` bytes fit beside ``path``."""
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size:
        said = f"No space left: {size / 2**20:.0f} MiB are needed; {ADVICE[errno.ENOSPC]}"
        raise OSError(errno.ENOSPC, said, str(path))


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a whole table or none, and its digest."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    write_result(path, text.getvalue())


def write_result(path: str | Path, text: str) -> None:
    """Write a text file that later jobs read, and its digest: a flipped digit in a table of results is as plausible as the right one."""
    digest_path(path).unlink(missing_ok=True)  # a kill after the next line must leave none rather than another file's
    write_text(path, text)
    data = text.encode("utf-8", "surrogateescape")
    write_text(digest_path(path), f"{hashlib.sha256(data).hexdigest()}  {Path(path).name}\n")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits. Large files are read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_path(path: str | Path) -> Path:
    """Where a result's SHA-256 lies, as `sha256sum --check` reads it."""
    return Path(path).with_name(f".{Path(path).name}.sha256")


def require_intact(path: Path) -> Path:
    """A result as it was written, or one without a digest (of an unpacked study). Raises ValueError for another one."""
    beside = digest_path(path)
    if path.is_file() and beside.is_file() and beside.read_bytes().split()[:1] != [sha256_of(path).encode()]:
        raise ValueError(
            f"{path}: not as it was written (its SHA-256 is not the one in {beside.name}): remove it, and the workflow makes "
            f"it anew; or remove {beside.name} if it was changed on purpose"
        )
    return path


def require_existing(path: str | Path, what: str) -> Path:
    """``path`` if it exists. Raises ValueError that says what was looked for."""
    if not Path(path).exists():
        raise ValueError(f"{path}: {what} is not there")
    return Path(path)
