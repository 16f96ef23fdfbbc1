"""Options as command-line flags."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import MISSING
from typing import Any, Literal, TypeVar, get_args, get_origin

from vcop.config.fields import Options, default_of, fields

Section = TypeVar("Section", bound=Options)


def add_flags(parser: argparse.ArgumentParser, *sections: type[Options], otherwise: Mapping[str, str] | None = None) -> None:
    """Add one ``--flag`` for each field of the sections, with its default and documentation.

    Args:
        parser: The parser of a command.
        sections: Dataclasses of options.
        otherwise: Fields whose flag is None unless it is given, and how the help describes what is taken then.
    """
    for section in sections:
        for f, kind in fields(section):
            flag, default = "--" + f.name.replace("_", "-"), default_of(f)
            required, left_out = default is MISSING, (otherwise or {}).get(f.name)
            shared: dict[str, Any] = {"default": None if required or left_out else default, "required": required}
            doc = f.metadata["doc"].replace("%", "%%")
            shared["help"] = doc if required else f"{doc.removesuffix('.')} (default: {left_out or '%(default)s'})."
            if kind is bool:
                parser.add_argument(flag, action=argparse.BooleanOptionalAction, **shared)
            elif get_origin(kind) is Literal:
                parser.add_argument(flag, choices=get_args(kind), **shared)
            elif get_origin(kind) is list:
                item = get_args(kind)[0]
                parser.add_argument(flag, type=item, nargs="+", metavar=item.__name__.upper(), **shared)
            else:
                parser.add_argument(flag, type=kind, metavar=kind.__name__.upper(), **shared)


def from_flags(section: type[Section], arguments: argparse.Namespace) -> Section:
    """Make the options of a section from parsed flags; one that is None has its default."""
    return section(**given_flags(section, arguments))


def given_flags(section: type[Options], arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the values of a section's flags by field, without those that are None."""
    values = {f.name: getattr(arguments, f.name) for f, _ in fields(section)}
    return {name: value for name, value in values.items() if value is not None}
