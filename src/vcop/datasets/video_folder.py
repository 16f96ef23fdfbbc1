"""Video files below a folder, by their endings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

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


def folders_below(
    folder: Path, on_error: Callable[[OSError], None] | None = None
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Yield a folder and those below it, each with the names of its folders and of its files. A caller may remove folders, as of ``os.walk``.

    Links to folders are followed, but no folder is visited twice: a link to a parent would never end.

    Args:
        folder: Where to begin.
        on_error: Called for a folder that cannot be listed; without it such a folder is passed over.
    """
    visited = set[str]()
    for place, folders, names in os.walk(folder, onerror=on_error, followlinks=True):
        if (real := os.path.realpath(place)) in visited:
            folders.clear()
            continue
        visited.add(real)
        folders.sort()
        yield Path(place), folders, names


def files_below(folder: Path) -> list[Path]:
    """Return all files below a folder that are not hidden, sorted.

    Raises:
        OSError: The folder, or one below it, cannot be listed: its videos would be left out without a word.
    """
    found: list[Path] = []
    for place, folders, names in folders_below(folder, _raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [place / name for name in names if not name.startswith(".")]
    return sorted(found)


def _raise(problem: OSError) -> None:
    """Raise the error of a folder that cannot be listed."""
    raise problem


def is_video(path: Path) -> bool:
    """Return whether the name of a file has the ending of a video."""
    return path.suffix.lower() in ENDINGS


def video_names(folder: Path) -> list[str]:
    """Return the videos below a folder by their paths relative to it, sorted; raises OSError as ``files_below`` does."""
    return [path.relative_to(folder).as_posix() for path in files_below(folder) if is_video(path)]
