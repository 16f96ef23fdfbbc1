"""Video files among paths and folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from vcop.datasets.video_folder import ENDINGS, files_below, is_video
from vcop.runtime.atomic_files import require_existing
from vcop.runtime.printing import printable


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
        for file in files_below(path) if path.is_dir() else [path]:
            if path == file or is_video(file):
                videos[file] = None
            else:
                others[file.suffix.lower() or "no ending"] += 1
    if not videos:
        raise ValueError(
            f"{', '.join(map(printable, given)) or 'no path'}: no video there (endings: {' '.join(sorted(ENDINGS))})"
        )
    return list(videos), others
