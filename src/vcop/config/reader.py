"""From a parsed config.yaml to a checked study."""

from __future__ import annotations

import dataclasses
import math
import types
from typing import Any, get_args, get_origin

from vcop.config.fields import fields
from vcop.config.schema import json_schema
from vcop.config.study import Study


def read_study(config: dict[str, Any], name: str = "config.yaml") -> Study:
    """Check a parsed config.yaml and return it as a study.

    Args:
        config: The parsed file: nested dictionaries, lists, texts and numbers.
        name: Name of the file for error messages.

    Raises:
        ValueError: In one line, with the path of the key (``pretrain.epochs``) and what is wrong.
    """
    import jsonschema

    require_portable(config, name)
    errors = jsonschema.Draft202012Validator(json_schema(Study)).iter_errors(config)
    error = jsonschema.exceptions.best_match(errors)
    if error is not None:
        hint = ""
        if isinstance(error.instance, str) and error.validator == "type" and "e" in error.instance.lower():
            hint = " (YAML reads 1e-3 as text: write 1.0e-3)"
        raise _refused(name, ".".join(map(str, error.absolute_path)) or "top level", f"{error.message}{hint}")
    try:
        return build_study(config)
    except ValueError as problem:
        raise _refused(name, str(problem)) from None


def build_study(config: dict[str, Any]) -> Study:
    """Return the study of a parsed config.yaml that is known to fit the schema, such as one of this repository's.

    It needs no jsonschema, which a machine that is only measured may lack.

    Raises:
        ValueError: If values contradict one another.
    """
    study: Study = _build(Study, config)
    return study


def _refused(*parts: str) -> ValueError:
    """Join the parts of a message to one line that every terminal can print."""
    line = ": ".join(parts).replace("\n", "\\n").replace("\r", "\\r")
    return ValueError((line if len(line) < 600 else line[:600] + "...").encode("utf-8", "backslashreplace").decode())


def require_portable(value: Any, name: str, *path: str) -> None:
    """Raise ValueError, with the path of the key, for a value that no shell command or file name could hold.

    Args:
        value: A parsed value; dictionaries and lists are checked with all that they contain.
        name: Name of the file for the message.
        path: Keys that lead to the value.
    """
    where = ".".join(path) or "top level"
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise _refused(name, where, f"the key {key!r} is not text: quote it")
            require_portable(inner, name, *path, key)
    elif isinstance(value, list):
        for inner in value:
            require_portable(inner, name, *path)
    elif isinstance(value, int) and value.bit_length() > 63:
        raise _refused(name, where, "a whole number beyond 64 bits")
    elif isinstance(value, float) and not math.isfinite(value):
        raise _refused(name, where, f"{value} is not a finite number")
    elif isinstance(value, str) and (fault := _portability_fault(value)):
        raise _refused(name, where, f"{value!r} {fault}")


def _portability_fault(text: str) -> str:
    """Return what is wrong with a text as a name or a word of a command, or an empty text."""
    if text.startswith("-"):
        return "begins with '-' as a flag does (for a folder, write ./-...)"
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return "contains an unpaired surrogate"
    return "contains a NUL character" if "\0" in text else ""


def _build(cls: type, config: dict[str, Any], path: str = "") -> Any:
    """Build the dataclass ``cls`` from checked, nested dictionaries."""
    values = {}
    for f, kind in fields(cls):
        if f.name not in config or config[f.name] is None:
            continue
        value = config[f.name]
        if isinstance(kind, types.UnionType):
            kind = get_args(kind)[0]
        if dataclasses.is_dataclass(kind):
            value = _build(kind, value, f"{path}{f.name}.")  # type: ignore[arg-type]
        elif get_origin(kind) is dict and get_args(kind)[1] is not int:
            one = get_args(kind)[1]
            value = {k: _build(one, v, f"{path}{f.name}.{k}.") for k, v in value.items()}
        else:
            value = _numbers(kind, value)
        values[f.name] = value
    try:
        return cls(**values)
    except ValueError as problem:
        raise ValueError(problem if cls is Study else f"{path}{problem}") from None


def _numbers(kind: Any, value: Any) -> Any:
    """Convert numbers to the type of their option: JSON allows 3.0 for a whole number and 3 for a real one."""
    if kind in (int, float):
        return kind(value)
    if get_origin(kind) is list and get_args(kind)[0] in (int, float):
        return [get_args(kind)[0](v) for v in value]
    return {k: int(v) for k, v in value.items()} if kind == dict[str, int] else value
