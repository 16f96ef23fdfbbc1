"""Video files among paths and folders."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from vcop.runtime.atomic_files import require_existing
from vcop.runtime.printing import printable

# Endings of files that are taken from a folder. A file that is named itself is taken whatever its ending.
ENDINGS = frozenset(
    [
        ".3g2",
        ".3gp",
        ".asf",
        ".avi",
        ".dv",
        ".f4v",
        ".flv",
        ".gif",
        ".h264",
        ".h265",
        ".hevc",
        ".ivf",
        ".m2ts",
        ".m2v",
        ".m4v",
        ".mkv",
        ".mjpeg",
        ".mov",
        ".mp4",
        ".mpe",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".nut",
        ".obu",
        ".ogg",
        ".ogm",
        ".ogv",
        ".qt",
        ".rm",
        ".rmvb",
        ".ts",
        ".vob",
        ".webm",
        ".wmv",
        ".wtv",
        ".y4m",
    ]
)


def find_videos(paths: Iterable[str | Path]) -> tuple[list[Path], Counter[str]]:
    """Return the videos among some paths, each once, in the order of the paths; those of a folder are sorted by name.

    Folders are searched to any depth. Hidden files and folders are passed over.

    Args:
        paths: Video files and folders.

    Returns:
        The videos, and how many files of which ending were not taken from folders.

    Raises:
        ValueError: A path does not exist, or there is no video.
    """
    given = [require_existing(path, "the video or folder") for path in paths]
    videos: dict[Path, None] = {}
    others: Counter[str] = Counter()
    for path in given:
        for file in _files(path) if path.is_dir() else [path]:
            if path == file or file.suffix.lower() in ENDINGS:
                videos[file] = None
            else:
                others[file.suffix.lower() or "no ending"] += 1
    if not videos:
        raise ValueError(
            f"{', '.join(map(printable, given)) or 'no path'}: no video there (endings: {' '.join(sorted(ENDINGS))})"
        )
    return list(videos), others


def _files(folder: Path) -> list[Path]:
    """Return all files below a folder that are not hidden, sorted."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(place) / name for name in names if not name.startswith(".")]
    return sorted(found)


def _raise(problem: OSError) -> None:
    """Raise the error of a folder that cannot be listed: its videos would be left out without a word."""
    raise problem
