"""Python modules that users put beside a study's config.yaml: pretext tasks and backbones of their own.

A job runs in the study's folder but does not import from it, so that a file ``random.py`` there does no harm. These modules are loaded by
their path.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType


def find_names(folder: str | Path) -> list[str]:
    """Return the names of the modules in a folder, sorted; none if there is no folder. Names that begin with _ are left out."""
    return sorted(path.stem for path in Path(folder).glob("*.py") if not path.stem.startswith("_"))


def load_module(folder: str | Path, name: str) -> ModuleType:
    """Load ``name.py`` of a folder.

    Raises:
        ValueError: If it cannot be loaded; the message names the file and the line.
    """
    path = Path(folder) / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"study_{Path(folder).name}_{name}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path}: this is not a Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as problem:
        raise ValueError(f"{path}: it cannot be loaded: {type(problem).__name__}: {problem}") from problem
    return module


def module_digest(folder: str | Path, name: str) -> str:
    """Return the digest of a module's text, which is part of what a result depends on."""
    return hashlib.blake2b((Path(folder) / f"{name}.py").read_bytes(), digest_size=16).hexdigest()
