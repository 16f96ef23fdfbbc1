"""Version of the code that runs, as files written for later readers record it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # set in a hook of Git; they name another repository


def code_version(folder: Path | None = None) -> str | None:
    """Return the commit of a Git working tree, as ``git describe --always --dirty`` prints it.

    Args:
        folder: Any directory inside the working tree; by default that of this package.

    Returns:
        The commit, with "-dirty" at the end if files differ from it; None if Git is missing or no commit holds the directory: a
        package that is installed in an environment inside a study's repository is not of that repository.
    """
    folder = folder or Path(__file__).parent
    if _git(folder, "ls-tree", "HEAD", "."):
        return _git(folder, "describe", "--always", "--dirty") or None
    return None


def _git(folder: Path, *words: str) -> str:
    """Return what Git prints in a directory; an empty text if it fails or is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    command = ["git", "-C", str(folder), *words]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout.strip()
    except OSError:
        return ""
