"""Pretext tasks by the names that paths and options use: those of this package, and those in the study's folder ``tasks``."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

from vcop.pretext import tasks
from vcop.pretext.tasks.base import PretextTask
from vcop.runtime import user_modules

FOLDER = "tasks"  # of a study, for tasks of its own
ORDER = "order"  # whose names have no module in front: 16-8-3
BUILT_IN = [name for name in user_modules.find_names(Path(tasks.__file__).parent) if name != "base"]


def find_task(name: str, folder: str | Path = FOLDER) -> PretextTask:
    """Return the pretext task of a name.

    Args:
        name: ``16-8-3``, or the name of a module and its numbers: ``arrow-16``.
        folder: Where modules of the user are.

    Raises:
        ValueError: If there is no such task, or it has other numbers; the message lists the tasks that there are.
    """
    module, arguments = split_name(name)
    if module in BUILT_IN:
        task: PretextTask = importlib.import_module(f"vcop.pretext.tasks.{module}").parse(arguments)
        return task
    own = user_modules.find_names(folder)
    if module not in own:
        known = ", ".join(f"{task}-.." for task in [*BUILT_IN, *own] if task != ORDER)
        raise ValueError(f"task: there is no {name!r}; there are order prediction (16-8-3) and {known}")
    return _checked(user_modules.load_module(folder, module), module, arguments, Path(folder) / f"{module}.py")


def split_name(name: str) -> tuple[str, str]:
    """Return the module of a task's name, and what follows it."""
    parts = re.fullmatch(r"([a-z][a-z0-9_]*)-(.*)", name)
    return (parts[1], parts[2]) if parts else (ORDER, name)


def source_digest(name: str, folder: str | Path = FOLDER) -> dict[str, str]:
    """Return the digest of the file of a user's task, as a part of what a training depends on; nothing for a built-in task."""
    module, _ = split_name(name)
    return {} if module in BUILT_IN else {"task_source": user_modules.module_digest(folder, module)}


def _checked(module: ModuleType, name: str, arguments: str, path: Path) -> PretextTask:
    """Return the task of a user's module. Raises ValueError if it gives none."""
    if not hasattr(module, "parse"):
        raise ValueError(f"{path}: there is no function parse(arguments), which returns the task; see docs/tasks.md")
    task = module.parse(arguments)
    if not isinstance(task, PretextTask):
        raise ValueError(
            f"{path}: parse({arguments!r}) returned {type(task).__name__}, which is no PretextTask; see docs/tasks.md"
        )
    if str(task) != f"{name}-{arguments}":
        raise ValueError(f"{path}: parse({arguments!r}) returned the task {task}; its name has to be {name}-{arguments}")
    return task
