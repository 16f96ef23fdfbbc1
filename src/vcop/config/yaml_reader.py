"""Strict reading of a config.yaml: repeated keys, embedded code and exploding anchors are refused.

Snakemake reads the file with a parser that silently keeps the last of two equal keys, and that evaluates Python code where
`__use_yte__` is set. Therefore the Snakefile reads the text by this module first. The values are checked by
``vcop.config.reader``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from vcop.config.fields import fields
from vcop.config.reader import require_portable
from vcop.config.study import Study

LARGEST = 2**18  # bytes of a file; far more than all keys need
MOST = 20_000  # values of a file after its anchors are expanded
DEEPEST = 20  # levels of nesting


class _Loader(yaml.SafeLoader):
    """YAML loader that refuses repeated keys."""

    def compose_document(self) -> Any:
        """Return the nodes of the document. Raises MarkedYAMLError for what no configuration needs."""
        root = super().compose_document()
        _check(root, {}, 0)
        return root

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Return a value; add the line to errors of Python, for example about a number of 5,000 digits."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as problem:
            raise yaml.MarkedYAMLError(problem=str(problem), problem_mark=node.start_mark) from None


def _check(node: Any, sizes: dict[int, int], depth: int) -> int:
    """Count the values of a node after its anchors are expanded. ``sizes``: counts by node; 0 while a node is being counted."""
    if depth > DEEPEST:
        raise yaml.MarkedYAMLError(problem=f"nested more than {DEEPEST} deep", problem_mark=node.start_mark)
    if id(node) not in sizes:
        sizes[id(node)] = 0
        if isinstance(node, yaml.MappingNode):
            _check_keys(node)
        inner = [n for pair in node.value for n in pair] if isinstance(node, yaml.MappingNode) else node.value
        of_inner = [] if isinstance(node, yaml.ScalarNode) else [_check(n, sizes, depth + 1) for n in inner]
        sizes[id(node)] = 1 + sum(of_inner)
    if not 0 < sizes[id(node)] <= MOST:
        raise yaml.MarkedYAMLError(
            problem="an anchor that contains itself, or anchors that expand to too many values", problem_mark=node.start_mark
        )
    return sizes[id(node)]


def _check_keys(node: Any) -> None:
    """Raise MarkedYAMLError for a key that is no plain word or occurs twice: YAML parsers keep the last value silently."""
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(problem="a key that is not a plain word", problem_mark=key.start_mark)
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} occurs twice", problem_mark=key.start_mark)
        seen.add(key.value)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read and parse a config.yaml.

    Raises:
        ValueError: In one line, with the file, the line or the key, and what is wrong.
    """
    if not path.is_file():
        raise ValueError(f"{path}: not a file")
    data = path.read_bytes()
    if len(data) > LARGEST:
        raise ValueError(f"{path}: {len(data)} bytes, but a configuration has at most {LARGEST}")
    try:
        found = _parse(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as problem:
        raise ValueError(f"{path}: not UTF-8: {problem.reason} at byte {problem.start}") from None
    keys = found if isinstance(found, dict) else {}
    unknown = [key for key in keys if key not in {f.name for f, _ in fields(Study)}]
    if not keys or unknown:
        what = f"{unknown[0]!r} is not a key of a configuration" if unknown else "no keys and values at the top level"
        raise ValueError(f"{path}: {what} (all keys are described in workflow/schemas/config.schema.yaml)")
    require_portable(keys, str(path))
    return keys


def read_command_line(entries: Iterable[str]) -> dict[str, Any]:
    """Parse the sections and lists that ``snakemake --config`` was given, as ``pretrain={epochs: 2}``.

    Snakemake parses them, too, but leaves every value in them a text, so that ``2`` is no number. Single values, which it converts, are
    left out here.

    Raises:
        ValueError: In one line, with the entry and what is wrong.
    """
    sections = {}
    for entry in entries:
        key, _, text = entry.partition("=")
        if text.lstrip().startswith(("{", "[")):
            sections[key] = _parse(text, f"--config {key}")
            require_portable(sections[key], "--config", key)
    return sections


def _parse(text: str, name: str) -> Any:
    """Parse YAML. Raise ValueError in one line that begins with ``name``."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as problem:
        raise ValueError(f"{name}: {_said(problem)}") from None
    except RecursionError:
        raise ValueError(f"{name}: nested too deep") from None


def _said(problem: yaml.YAMLError) -> str:
    """Return the complaint of the YAML parser in one line."""
    if isinstance(problem, yaml.reader.ReaderError):
        return f"not text: the character {chr(int(problem.character))!r} at {problem.position}"
    assert isinstance(problem, yaml.MarkedYAMLError)
    mark = problem.problem_mark or problem.context_mark
    where = f"line {mark.line + 1}: " if mark else ""
    tabs = " (indent with spaces)" if "\\t" in str(problem.problem) else ""
    return where + " ".join(f"{problem.context or ''} {problem.problem or ''}".split()) + tabs
