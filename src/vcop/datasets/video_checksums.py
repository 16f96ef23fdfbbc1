"""The SHA-256 of every video, where somebody has written them down (``digests.txt``): what finds damage that nothing else can."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path

NAME = "digests.txt"
LINE = re.compile(r"(\\?)([0-9a-fA-F]{64}) [ *](.+)")  # a backslash: in the name, too, some stand for others


def read_checksums(path: Path) -> dict[str, str]:
    """Digests by path from the folder of the videos, as ``sha256sum`` writes them. Raises ValueError that names file and line."""
    digests: dict[str, str] = {}
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    for number, line in enumerate(text.split("\n"), 1):
        if not (line := line.removesuffix("\r")):
            continue
        if not (found := LINE.fullmatch(line)):
            raise ValueError(
                f"{path}:{number}: not a line of sha256sum: expected 64 hexadecimal digits, two blanks and a path"
            )
        escaped, digest, name = found.groups()
        if escaped:
            name = re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), name)
        if digests.setdefault(posixpath.normpath(name), digest.lower()) != digest.lower():
            raise ValueError(f"{path}:{number}: {name} has another digest in a line before: leave the right one")
    return digests


def expected_checksums(path: Path | None, videos: Path, files: dict[str, Path]) -> dict[str, str | None]:
    """The digest each video should have: "" where the file does not name it, None where there is no file of digests.

    ``path``: that file, by default ``digests.txt`` in the folder of the videos. Raises ValueError as ``read``, OSError.
    """
    beside = videos / NAME
    if path is None and not beside.is_file():
        return dict.fromkeys(files)
    digests = read_checksums(path or beside)
    return {name: digests.get(os.path.relpath(file, videos), "") for name, file in files.items()}
