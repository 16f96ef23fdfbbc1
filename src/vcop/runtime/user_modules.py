"""Modules that users put beside a study's config.yaml: backbones and pretext tasks of their own, one Python file each.

A job runs in the study's folder but does not import from it, so that a file ``random.py`` there does no harm. These modules are loaded by
their path.
"""

from __future__ import annotations

import hashlib
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType

NAME = "[a-z][a-z0-9_]*"  # a name that may stand in paths of results


def find_names(folder: str | Path) -> list[str]:
    """Return the names of the modules in a folder, sorted; none if there is no folder.

    Files with other names than lower-case letters, digits and ``_``, beginning with a letter, are left out.
    """
    return sorted(path.stem for path in Path(folder).glob("*.py") if re.fullmatch(NAME, path.stem))


def load_module(folder: str | Path, name: str) -> ModuleType:
    """Load ``name.py`` of a folder, as it is at this moment.

    Raises:
        ValueError: If it cannot be loaded; the message names the file and the line.
    """
    path = Path(folder) / f"{name}.py"
    module = ModuleType(f"study_{Path(folder).name}_{name}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        # Compiled here: Python would keep bytecode beside the file, and take it for that of a file changed within the same second.
        exec(compile(path.read_bytes(), path, "exec"), module.__dict__)  # noqa: S102
    except Exception as problem:
        message = " ".join(str(problem).split())
        raise ValueError(f"{path}{_line(path, problem)}: {type(problem).__name__}: {message}") from problem
    return module


def _line(path: Path, problem: Exception) -> str:
    """Return where in a file something went wrong, as ``, line 3``; nothing if this is not known."""
    if isinstance(problem, SyntaxError):
        return ""  # its message says the line
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""


def module_digest(folder: str | Path, name: str) -> str:
    """Return the digest of a module's text, which is part of what a result depends on."""
    return hashlib.blake2b((Path(folder) / f"{name}.py").read_bytes(), digest_size=16).hexdigest()
