"""Names of pretext tasks, as paths and options have them. Snakemake plans with this module, so it imports nothing heavy.

A name is the name of a module and numbers, ``arrow-16``; order prediction, the papers' own, has no module in front, ``16-8-3``.
"""

from __future__ import annotations

import re
from pathlib import Path

from vcop.runtime import user_modules

FOLDER = "tasks"  # of a study, for tasks of its own
ORDER = "order"
BUILT_IN = [name for name in user_modules.find_names(Path(__file__).parent / "tasks") if name != "base"]


def split_name(name: str) -> tuple[str, str]:
    """Return the module of a task's name, and what follows it."""
    parts = re.fullmatch(r"([a-z][a-z0-9_]*)-(.*)", name)
    return (parts[1], parts[2]) if parts else (ORDER, name)


def source_file(name: str, folder: str | Path = FOLDER) -> Path | None:
    """Return the file of a user's task; None for a task of this package.

    Raises:
        ValueError: If there is no such task, or two; the message lists those that there are.
    """
    module, own = split_name(name)[0], user_modules.find_names(folder)
    file = Path(folder) / f"{module}.py"
    if module in BUILT_IN:
        if module in own:
            raise ValueError(f"{file}: vcop has a task of this name: give yours another one")
        return None
    if module not in own:
        known = ", ".join(f"{task}-.." for task in [*BUILT_IN, *own] if task != ORDER)
        raise ValueError(f"task: there is no {name!r}; there are order prediction (16-8-3) and {known}")
    return file
