"""Expected SHA-256 digests of videos, as ``sha256sum`` writes them (``digests.txt``).

They reveal damage that no decoder notices.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

NAME = "digests.txt"
LINE = re.compile(r"(\\?)([0-9a-fA-F]{64}) [ *](.+)")  # a backslash in front: the name has escaped characters


def read_checksums(path: Path) -> dict[str, str]:
    """Read the digests by path relative to the folder of the videos. Raises ValueError that names file and line."""
    digests: dict[str, str] = {}
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    for number, line in enumerate(text.split("\n"), 1):
        if not (line := line.removesuffix("\r")):
            continue
        if not (match := LINE.fullmatch(line)):
            raise ValueError(
                f"{path}:{number}: not a line of sha256sum: expected 64 hexadecimal digits, two blanks and a path"
            )
        escaped, digest, name = match.groups()
        if escaped:
            name = re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), name)
        if digests.setdefault(posixpath.normpath(name), digest.lower()) != digest.lower():
            raise ValueError(f"{path}:{number}: {name} has another digest in a line before: keep the right line")
    return digests


def expected_checksums(path: Path | None, videos: Path, files: dict[str, Path]) -> dict[str, str | None]:
    """Return the digest that each video should have.

    Args:
        path: File of digests; None: ``digests.txt`` in the folder of the videos, if it exists.
        videos: Folder of the videos.
        files: Path of each video by its name.

    Returns:
        The digest by name: "" for a video that the file does not name, None if there is no file of digests.

    Raises:
        ValueError: If a line is not one of ``sha256sum``.
        OSError: If the file cannot be read.
    """
    default = videos / NAME
    if path is None and not default.is_file():
        return dict.fromkeys(files)
    digests = read_checksums(path or default)
    return {name: digests.get(os.path.relpath(file, videos), digests.get(name, "")) for name, file in files.items()}
