"""Files of listed videos, also where lists and disk write the same letters in different Unicode forms.

An é is one character in form NFC and two in form NFD. Some systems store file names in NFD, whatever they were given.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def locate_videos(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return the path of each video, which has its own name unless only another Unicode form of it exists; print how many have.

    Args:
        folder: Directory of the videos.
        names: Names of the videos in the lists: paths relative to ``folder``.

    Returns:
        Paths by name, in the order of ``names``; ``folder / name`` where there is no file. No two names share a file.
    """
    paths = {name: folder / name for name in names}
    absent = [name for name in paths if not name.isascii() and not os.path.lexists(paths[name])]
    if not absent:
        return paths
    taken, entries, other = set(paths.values()), cache(_entries), []
    for name in absent:
        path = folder
        for part in Path(name).parts:
            path /= part if os.path.lexists(path / part) else entries(path).get(_composed(part), part)
        if path not in taken and os.path.lexists(path):
            taken.add(path)
            paths[name] = path
            other.append(name)
    if other:
        example = os.fsencode(other[0]).decode(errors="replace")
        print(
            f"{folder}: {len(other)} videos have names in another Unicode form than in the lists (NFC, NFD), for example {example}: "
            "they are the same letters, so these files are used",
            file=sys.stderr,
        )
    return paths


def _entries(folder: Path) -> dict[str, str]:
    """Return the names in a directory by their form NFC; none if there is no such directory."""
    try:
        return {_composed(name): name for name in sorted(os.listdir(folder))}
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
