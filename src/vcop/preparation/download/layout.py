"""Download of a data set's archives, lists or annotations, laid out in directories as docs/data.md describes.

What exists is left alone. A transfer that was interrupted continues. A directory appears only when all its files are unpacked.
Addresses and digests are in ``vcop.preparation.download.sources``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vcop.config.data_options import DownloadOptions
from vcop.config.names import QUESTIONS
from vcop.datasets.activitynet_qa import read_questions
from vcop.datasets.splits import read_splits
from vcop.preparation.download import archives
from vcop.preparation.download.archive_members import list_members
from vcop.preparation.download.http import fetch
from vcop.preparation.download.sources import SOURCES, Source, holds_files, manual_steps

Records = list[dict[str, Any]]


def download_source(name: str, destination: Path, options: DownloadOptions, address: str = "") -> Records:
    """Download one source and lay it out.

    Args:
        name: One of ``sources.SOURCES``.
        destination: Directory that it becomes (for GloVe: the archive). If it is a link to another disk, the archives go there, too.
        options: Mirror, digests, tries and time limits.
        address: Address to use instead of the official one or the mirror, for a source of one file.

    Returns:
        A record of each file with the keys name, url, bytes and sha256; none if ``destination`` existed.

    Raises:
        ValueError: If no program can fetch the source, if a file is not the known one, or if lists cannot be read.
        OSError: If the server does not answer, the disk is full, or no program unpacks rar.
    """
    source, path = SOURCES[name], Path(os.path.realpath(destination))
    if source.form == "by hand":
        raise ValueError(manual_steps(name, destination))
    if address and len(source.files) != 1:
        raise ValueError(f"--from: {name} has {len(source.files)} files: give --mirror, the address of all of them")
    base = source.address if options.mirror == "official" else options.mirror.rstrip("/")
    urls = {file: address or f"{base}/{file}" for file in source.files}
    if source.form == "files":  # looked up one by one, since some may exist
        records = _fetch_files(source, path, urls, options)
        _require_readable_lists(source, path)
        return records
    if holds_files(path):
        return []
    return (_download_file if source.form == "file" else _download_folder)(source, path, urls, options)


def _fetch_files(source: Source, folder: Path, urls: dict[str, str], options: DownloadOptions) -> Records:
    """Download all files of a source into a directory."""
    known = source.files if options.digests == "known" else dict.fromkeys(source.files, "")
    return [
        {"name": name} | fetch(url, folder / name, known[name], options, source.unpacked_ratio) for name, url in urls.items()
    ]


def _download_file(source: Source, path: Path, urls: dict[str, str], options: DownloadOptions) -> Records:
    """Download a single archive that is not unpacked."""
    (url,) = urls.values()
    records = _fetch_files(source, path.parent, {path.name: url}, options)
    list_members(path)  # raises ValueError for a web page in its place
    return records


def _download_folder(source: Source, path: Path, urls: dict[str, str], options: DownloadOptions) -> Records:
    """Download an archive and unpack it (and the archives in it) into a directory. The archive is removed, its digest stays."""
    records = _fetch_files(source, path.parent, urls, options)
    archive = path.parent / records[0]["name"]
    with _work_folder(path) as work:
        print(f"{archive}: unpacking {archive.stat().st_size / 2**20:.0f} MiB", flush=True)
        count, unpacked = archives.unpack(archive, work / "outer"), work / "outer"
        if source.form == "archives":
            count, unpacked = _unpack_all(work / "outer", work / "inner"), work / "inner"
        unpacked /= source.inside
        if not unpacked.is_dir():
            names = ", ".join(sorted(entry.name for entry in unpacked.parent.iterdir())[:5])
            raise ValueError(
                f"{archive}: there is no folder {source.inside} in it, but {names}: another archive than the official one"
            )
        if source.lists:
            _require_readable_lists(source, unpacked)
        os.rename(unpacked, path)
    print(f"{path}: {count} files unpacked")
    if not options.keep_archives:
        archive.unlink()
    return records


@contextmanager
def _work_folder(path: Path) -> Iterator[Path]:
    """Yield an empty directory on the same disk as ``path``, so that a rename suffices; remove it at the end.

    What a run that was killed has left there is removed first.
    """
    work = path.with_name(f".{path.name}.unpacking")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unpack_all(folder: Path, target: Path) -> int:
    """Unpack every archive of a directory into one other, removing each afterwards; return the number of files."""
    target.mkdir()
    count = 0
    for archive in sorted(path for path in folder.rglob("*") if path.is_file()):
        unpacked = archive.with_name(f"{archive.name}.d")
        count += archives.unpack(archive, unpacked)
        for entry in sorted(unpacked.iterdir()):
            if (target / entry.name).exists():
                raise ValueError(f"{archive.name}: {entry.name!r} is in another archive beside it, too: nothing is unpacked")
            os.rename(entry, target / entry.name)
        archive.unlink()
    return count


def _require_readable_lists(source: Source, folder: Path) -> None:
    """Raise ValueError if the lists or annotations of a source cannot be read."""
    if source.lists == QUESTIONS:
        read_questions(folder)
    else:
        read_splits(source.lists, folder)
