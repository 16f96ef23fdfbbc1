"""Pretext tasks by their names: those of this package, and those in the study's folder ``tasks``."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from vcop.pretext.task_names import FOLDER, source_file, split_name
from vcop.pretext.tasks.base import PretextTask
from vcop.runtime import user_modules


def find_task(name: str, folder: str | Path = FOLDER) -> PretextTask:
    """Return the pretext task of a name.

    Args:
        name: ``16-8-3``, or the name of a module and its numbers: ``arrow-16``.
        folder: Where modules of the user are.

    Raises:
        ValueError: If there is no such task, or it has other numbers; the message says what there is.
    """
    module, arguments = split_name(name)
    if own := source_file(name, folder):
        return _own_task(user_modules.load_module(folder, module), name, arguments, own)
    task: PretextTask = importlib.import_module(f"vcop.pretext.tasks.{module}").parse(arguments)
    return task


def source_digest(name: str, folder: str | Path = FOLDER) -> dict[str, str]:
    """Return the digest of the file of a user's task, as a part of what a training depends on; nothing for a built-in task."""
    own = source_file(name, folder)
    return {"task_source": user_modules.module_digest(folder, own.stem)} if own else {}


def _own_task(module: ModuleType, name: str, arguments: str, path: Path) -> PretextTask:
    """Return the task of a user's module. Raises ValueError if it gives none."""
    if not hasattr(module, "parse"):
        raise ValueError(f"{path}: there is no function parse(arguments), which returns the task; see docs/tasks.md")
    task = module.parse(arguments)
    if isinstance(task, PretextTask) and str(task) == name:
        return task
    raise ValueError(f"{path}: parse({arguments!r}) returned {task}, not a PretextTask named {name}; see docs/tasks.md")
