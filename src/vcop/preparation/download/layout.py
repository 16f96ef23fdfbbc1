"""``vcop download``: fetch a data set's archives, lists or annotations from their page, and lay them out as docs/data.md says.

What is there is left alone; a transfer that was interrupted goes on; what is unpacked appears at its place when it is whole.
Addresses and digests stand in ``vcop.preparation.download.sources``.
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
from vcop.datasets.activitynet_qa import read_questions as read_annotations
from vcop.datasets.splits import read_splits
from vcop.preparation.download import archives
from vcop.preparation.download.http import fetch
from vcop.preparation.download.sources import Source


def _base(source: Source, options: DownloadOptions) -> str:
    return source.address if options.mirror == "official" else options.mirror.rstrip("/")


def _fetched(source: Source, folder: Path, urls: dict[str, str], options: DownloadOptions) -> list[dict[str, Any]]:
    """All files of a source in a folder, and what is known of each."""
    known = source.files if options.digests == "known" else dict.fromkeys(source.files, "")
    return [{"name": name} | fetch(url, folder / name, known[name], options, source.room) for name, url in urls.items()]


def _as_file(source: Source, place: Path, urls: dict[str, str], options: DownloadOptions) -> list[dict[str, Any]]:
    (url,) = urls.values()
    found = _fetched(source, place.parent, {place.name: url}, options)
    archives.list_members(place)
    return found


def _as_folder(source: Source, place: Path, urls: dict[str, str], options: DownloadOptions) -> list[dict[str, Any]]:
    """An archive, or one of archives, becomes a folder. The archive goes when that is there, its digest stays."""
    found = _fetched(source, place.parent, urls, options)
    archive = place.parent / found[0]["name"]
    with _beside(place) as work:
        print(f"{archive}: unpacking {archive.stat().st_size / 2**20:.0f} MiB", flush=True)
        count = archives.unpack(archive, work / "outer")
        if source.form == "archives":
            count = _unpack_all(work / "outer", work / "inner")
        whole = work / ("inner" if source.form == "archives" else "outer") / source.inside
        if not whole.is_dir():
            names = ", ".join(sorted(path.name for path in whole.parent.iterdir())[:5])
            raise ValueError(
                f"{archive}: there is no folder {source.inside} in it, but {names}: another archive than the official one"
            )
        if source.lists:
            _require_lists(source, whole)
        os.rename(whole, place)
    print(f"{place}: {count} files unpacked")
    if not options.keep_archives:
        archive.unlink()
    return found


LAYOUTS = {"archive": _as_folder, "archives": _as_folder, "files": _fetched, "file": _as_file}


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A folder to work in, on the same disk; what an attempt that was killed has left there goes first."""
    work = place.with_name(f".{place.name}.unpacking")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unpack_all(folder: Path, into: Path) -> int:
    """Every archive of a folder into one; each goes when it is unpacked. Returns the number of files."""
    into.mkdir()
    count, paths = 0, sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        opened = path.with_name(f"{path.name}.d")
        count += archives.unpack(path, opened)
        for entry in sorted(opened.iterdir()):
            if (into / entry.name).exists():
                raise ValueError(f"{path.name}: {entry.name!r} is in another archive beside it, too: nothing is unpacked")
            os.rename(entry, into / entry.name)
        path.unlink()
    return count


def _require_lists(source: Source, folder: Path) -> None:
    """Raises ValueError for lists that cannot be read as such."""
    if source.lists == QUESTIONS:
        read_annotations(folder)
    else:
        read_splits(source.lists, folder)
