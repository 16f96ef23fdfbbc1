"""Code that draws an item, found by its imports: the item is drawn again when this code changes, and only then.

The files are parsed, not imported: the Snakefile asks for every item in every job.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# Modules outside of ``vcop.paper`` that compute what is printed: intervals, chance. Code that trains is left out on purpose, even
# where an item imports a name from it: a change there must not draw finished studies again.
BESIDES = ("datasets.source_groups", "sampling.tasks", "config.names")
PACKAGES = ("paper.", "stats.")


def drawn_by(item: str, package: Path = PACKAGE) -> list[Path]:
    """Return the files that draw an item: its module or the registry, their imports from ``vcop.paper``, tables and styles.

    Args:
        item: Name of a module in ``vcop.paper.items`` or of a row of ``vcop.paper.items.standard``.
        package: Directory of the package ``vcop``.

    Returns:
        Paths, sorted. Beside a module its table (published.csv), style and script (web_page.css, .js) are files of its name.

    Raises:
        ValueError: There is no such item, or a module cannot be parsed.
    """
    module, registry = (package / "paper" / "items" / f"{name}.py" for name in (item, "standard"))
    waiting = [module if module.is_file() else registry]
    if waiting == [registry] and not (registry.is_file() and _rows(_parse(registry), item)):
        raise ValueError(f"{module}: no such file, and no row of {registry.name}: an item has the name of its rule")
    modules: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file not in modules:
            modules.add(file)
            waiting += _imported(file, package, item if file == registry else None)
    beside = {path for file in modules for ending in (".csv", ".css", ".js") if (path := file.with_suffix(ending)).is_file()}
    return sorted(modules | beside)


@lru_cache(maxsize=256)
def _imported(module: Path, package: Path, row: str | None) -> list[Path]:
    """Return the files of PACKAGES and BESIDES that a module imports, or that a row of the registry needs."""
    tree = _parse(module)
    nodes = ast.walk(tree) if row is None else _nodes_of_row(tree, row)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    inside = {name.removeprefix("vcop.") for name in names if name.startswith("vcop.")}
    files = (package / f"{name.replace('.', '/')}.py" for name in inside if name.startswith(PACKAGES) or name in BESIDES)
    return [file for file in files if file.is_file()]


def _parse(module: Path) -> ast.Module:
    """Parse a file. Raise ValueError that names file and line if it is not valid Python."""
    try:
        return ast.parse(module.read_bytes(), str(module))
    except SyntaxError as problem:
        raise ValueError(f"{module}, line {problem.lineno}: {problem.msg}") from problem


def _rows(tree: ast.Module, item: str) -> list[ast.expr]:
    """Return the values under an item's name in the registry's dictionaries: a list of one value, or empty."""
    pairs = (
        pair for node in ast.walk(tree) if isinstance(node, ast.Dict) for pair in zip(node.keys, node.values, strict=True)
    )
    return [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == item]


def _nodes_of_row(tree: ast.Module, item: str) -> Iterable[ast.AST]:
    """Return the nodes of the registry's imports, of an item's row, and of the functions that the row names."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    row = [node for value in _rows(tree, item) for node in ast.walk(value)]
    named = [functions[node.id] for node in row if isinstance(node, ast.Name) and node.id in functions]
    return [*tree.body, *(node for function in named for node in ast.walk(function))]
