"""Options as dataclasses: a field has a default, bounds and a help text, and becomes a command-line flag."""

from __future__ import annotations

import copy
import dataclasses
import math
import shlex
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints


def option(
    default: Any = MISSING,
    doc: str = "",
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    added_later: bool = False,
) -> Any:
    """Declare a field of an options dataclass.

    Args:
        default: The default value; without one, the option must be given.
        doc: Help text of the flag and description in the schema: a full phrase.
        minimum: Lowest value that is allowed.
        maximum: Highest value that is allowed.
        added_later: Whether stages that ran before the option existed are still valid with its default. Flags and identities then
            leave the option out while it has its default, so that no finished stage runs again.
    """
    metadata = {"doc": doc, "minimum": minimum, "maximum": maximum, "added_later": added_later}
    if isinstance(default, list | dict):
        return field(default_factory=default.copy, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Options:
    """Base class of the sections of config.yaml.

    Raises:
        ValueError: If a value lies outside its bounds or choices; the message names the key.
    """

    def __post_init__(self) -> None:
        for f, kind in fields(type(self)):
            value, low, high = getattr(self, f.name), f.metadata["minimum"], f.metadata["maximum"]
            if get_origin(kind) is Literal and value not in get_args(kind):
                raise ValueError(f"{f.name}: {value!r} is not one of {', '.join(get_args(kind))}")
            if kind is str and not value.strip() and default_of(f) != "":
                raise ValueError(f"{f.name}: is empty")
            if kind in (int, float):
                _check_bounds(f.name, value, low, high)
            if kind in (list[int], list[float]):
                if not value or len(set(value)) < len(value):
                    raise ValueError(f"{f.name}: give at least one number, and none twice")
                for one in value:
                    _check_bounds(f.name, one, low, high)


def _check_bounds(name: str, value: float, low: float | None, high: float | None) -> None:
    """Raise ValueError that names the option if a number is not finite or outside its bounds."""
    if isinstance(value, int) and value.bit_length() > 63:
        raise ValueError(f"{name}: a whole number beyond 64 bits")
    if not math.isfinite(value):
        raise ValueError(f"{name}: {value} is not a finite number")
    if low is not None and value < low:
        raise ValueError(f"{name}: {value} is below {low}")
    if high is not None and value > high:
        raise ValueError(f"{name}: {value} is above {high}")


def _fields(cls: type) -> list[tuple[dataclasses.Field[Any], Any]]:
    """Return the fields of a dataclass, each with its resolved type."""
    hints = get_type_hints(cls)
    return [(f, hints[f.name]) for f in dataclasses.fields(cls)]


fields: Callable[[type], list[tuple[dataclasses.Field[Any], Any]]] = cache(
    _fields
)  # resolving types is slow, and is done often


def default_of(f: dataclasses.Field[Any]) -> Any:
    """Return the default of a field, or MISSING."""
    return f.default if f.default_factory is MISSING else f.default_factory()


def flags(*sections: Options) -> str:
    """Return sections as command-line flags for a shell; a rule's ``params`` are made of them.

    Defaults are included, except those of options that were added later.
    """
    words = []
    for section in sections:
        for f, kind in _said(section):
            value, flag = getattr(section, f.name), f.name.replace("_", "-")
            if kind is bool:
                words.append(f"--{flag}" if value else f"--no-{flag}")
            elif get_origin(kind) is list:
                words.append(f"--{flag} {' '.join(map(repr, value))}")
            else:
                text = repr(value) if kind is float else shlex.quote(str(value))
                # argparse reads -1e-05 as a flag unless it is written --name=-1e-05. Other values keep the shorter form, since a
                # changed command line would be a changed parameter, which runs finished stages again.
                words.append(f"--{flag}={text}" if text.startswith("-") else f"--{flag} {text}")
    return " ".join(words)


def identity(*sections: Options, **more: Any) -> dict[str, Any]:
    """Return the options that a result depends on, by name; fingerprints and file attributes are made of them.

    Defaults are included, except those of options that were added later.
    """
    said = {f.name: getattr(section, f.name) for section in sections for f, _ in _said(section)}
    return copy.deepcopy(said) | more


def _said(section: Options) -> list[tuple[dataclasses.Field[Any], Any]]:
    """Return the fields of a section and their types, without options that were added later and have their default."""
    return [
        (f, kind)
        for f, kind in fields(type(section))
        if not f.metadata["added_later"] or getattr(section, f.name) != default_of(f)
    ]
