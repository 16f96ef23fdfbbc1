"""The JSON schema of config.yaml, made from the dataclasses of options."""

from __future__ import annotations

import dataclasses
import types
from dataclasses import MISSING
from typing import Any, Literal, get_args, get_origin

from vcop.config.fields import default_of, fields
from vcop.config.names import PAPER_DATASETS

TYPES = {int: "integer", float: "number", bool: "boolean", str: "string"}


def json_schema(cls: type) -> dict[str, Any]:
    """Return the JSON schema of a dataclass of options: every key is described, no other key is allowed."""
    properties = {}
    for f, kind in fields(cls):
        if isinstance(kind, types.UnionType):
            kind = get_args(kind)[0]
        row: dict[str, Any] = {"description": f.metadata["doc"]}
        if dataclasses.is_dataclass(kind):
            row = {"description": (kind.__doc__ or "").splitlines()[0]} | json_schema(kind)  # type: ignore[arg-type]
        elif get_origin(kind) is Literal:
            row["enum"] = list(get_args(kind))
        elif get_origin(kind) is list:
            row |= {"type": "array", "items": {"type": TYPES[get_args(kind)[0]]} | _bounds(f)}
        elif get_origin(kind) is dict and get_args(kind)[1] is int:
            row |= {"type": "object", "additionalProperties": {"type": "integer"}}
        elif get_origin(kind) is dict:
            one = json_schema(get_args(kind)[1])
            row |= {
                "type": "object",
                "minProperties": 1,
                "properties": dict.fromkeys(PAPER_DATASETS, one),
                "additionalProperties": one,
            }
        else:
            row["type"] = TYPES[kind]
            row |= _bounds(f)
        default = default_of(f)
        if default is not MISSING and default is not None and not dataclasses.is_dataclass(default):
            row["default"] = default
        properties[f.name] = row
    required = [f.name for f, _ in fields(cls) if default_of(f) is MISSING]
    out: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return out | ({"required": required} if required else {})


def _bounds(f: dataclasses.Field[Any]) -> dict[str, float]:
    """Return the bounds of a number, or of each number of a list."""
    return {k: f.metadata[k] for k in ("minimum", "maximum") if f.metadata[k] is not None}
