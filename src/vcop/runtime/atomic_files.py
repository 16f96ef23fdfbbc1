"""Files that are either complete or do not exist, results with a checksum file beside them, and errors that name their file."""

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

# What to do about errors of a disk, by their number.
ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "make room, then run the same command again"),
    errno.EROFS: "make it writable, or choose another folder",
}


@contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Write a file under a temporary name, and rename it when the block ends without an error; otherwise remove it.

    Args:
        path: Final name; its directory is created.

    Yields:
        The temporary name, to write to.

    Raises:
        OSError: The disk is full or cannot be written; it names ``path`` and says what to do.
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
    """Add the file name and advice to errors of the disk within the block; errors of writing and closing have no name themselves.

    Args:
        path: File to name.
        unfinished: Its temporary name, which is replaced by ``path``.
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
    """Remove temporary files of ``atomic_write`` that killed processes have left.

    Args:
        path: Final name of the file.
        alone: No other process can be writing it, so files of other machines are removed, too.
    """
    path = Path(path)
    prefix = f".{path.name}." if alone else f".{path.name}.{os.uname().nodename}."
    for part in path.parent.glob(f"{glob.escape(prefix)}*.part"):
        if alone or not psutil.pid_exists(int(part.name[len(prefix) : -len(".part")])):
            part.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file, complete or not at all."""
    with atomic_write(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", errors="surrogateescape")


def require_space(path: str | Path, size: int) -> None:
    """Raise OSError (no space left) unless the disk of ``path`` has ``size`` bytes free. The directory is created."""
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size:
        message = f"No space left: {size / 2**20:.0f} MiB are needed; {ADVICE[errno.ENOSPC]}"
        raise OSError(errno.ENOSPC, message, str(path))


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table with a header and its checksum file (``write_result``)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    write_result(path, text.getvalue())


def write_result(path: str | Path, text: str) -> None:
    """Write a text file that later jobs read, and its checksum file: a wrong digit in a table of results cannot be seen.

    Args:
        path: File to write.
        text: Its content.
    """
    digest_path(path).unlink(missing_ok=True)  # in case of a kill now: no checksum is better than the old one
    write_text(path, text)
    data = text.encode("utf-8", "surrogateescape")
    write_text(digest_path(path), f"{hashlib.sha256(data).hexdigest()}  {Path(path).name}\n")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits. Large files are read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_path(path: str | Path) -> Path:
    """Return the path of a result's checksum file, which `sha256sum --check` can read."""
    return Path(path).with_name(f".{Path(path).name}.sha256")


def require_intact(path: Path) -> Path:
    """Verify a result by its checksum file and return its path. A result without one is accepted (an unpacked archive has none).

    Raises:
        ValueError: The content is not the one that was written.
    """
    beside = digest_path(path)
    if path.is_file() and beside.is_file() and beside.read_bytes().split()[:1] != [sha256_of(path).encode()]:
        raise ValueError(
            f"{path}: changed since it was written (its SHA-256 is not that in {beside.name}): remove it, and the workflow makes "
            f"it anew; or remove {beside.name} if it was changed on purpose"
        )
    return path


def require_existing(path: str | Path, what: str) -> Path:
    """Return ``path`` if it exists. Raises ValueError otherwise, which says ``what`` is missing."""
    if not Path(path).exists():
        raise ValueError(f"{path}: {what} is not there")
    return Path(path)
