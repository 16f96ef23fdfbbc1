"""Version of the code that runs, as files written for later readers record it."""

from __future__ import annotations

import subprocess
from pathlib import Path


def code_version(folder: Path | None = None) -> str | None:
    """Return the commit of a Git working tree, as ``git describe --always --dirty`` prints it.

    Args:
        folder: Any directory inside the working tree; by default that of this package.

    Returns:
        The commit, with "-dirty" at the end if files differ from it; None outside of a working tree.
    """
    command = ["git", "-C", str(folder or Path(__file__).parent), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None
