"""What code draws an item, told from the imports of its module: a change there, and nowhere else, draws it anew.

Read, not imported: the Snakefile asks this of every item, and takes no part in drawing.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# Beyond the drawing modules themselves. Training code is on purpose not among them, also where a module takes a name from it.
BESIDES = ("stats",)


def drawn_by(item: str, package: Path = PACKAGE) -> list[Path]:
    """The module of an item of ``vcop.paper.items``, all it imports there, and the tables beside these (published.csv); sorted.

    Raises ValueError where the item has no module, or where one cannot be read.
    """
    first = package / "paper" / "items" / f"{item}.py"
    if not first.is_file():
        raise ValueError(f"{first}: no such file; an item's rule and its module have the same name")
    found, waiting = set(), [first]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += imported(module, package)
    tables = {table for module in found if (table := module.with_suffix(".csv")).is_file()}
    return sorted(found | tables)


@lru_cache(maxsize=256)
def imported(module: Path, package: Path) -> list[Path]:
    """The files of ``vcop.paper`` and BESIDES that a file imports itself, anywhere in it."""
    try:
        tree = ast.parse(module.read_bytes(), str(module))
    except SyntaxError as problem:
        raise ValueError(f"{module}, line {problem.lineno}: {problem.msg}") from problem
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    wanted = {name.removeprefix("vcop.") for name in names if name.startswith("vcop.")}
    files = (package / f"{name.replace('.', '/')}.py" for name in wanted if name.startswith("paper.") or name in BESIDES)
    return [file for file in files if file.is_file()]
