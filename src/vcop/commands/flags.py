"""Options as command-line flags."""

from __future__ import annotations

import argparse
from dataclasses import MISSING
from typing import Any, Literal, TypeVar, get_args, get_origin

from vcop.config.fields import Options, default_of, fields

Section = TypeVar("Section", bound=Options)


def add_flags(parser: argparse.ArgumentParser, *sections: type[Options]) -> None:
    """Add one ``--flag`` for each field of the sections, with its default and documentation."""
    for section in sections:
        for f, kind in fields(section):
            flag, default = "--" + f.name.replace("_", "-"), default_of(f)
            required = default is MISSING
            shared: dict[str, Any] = {"default": None if required else default, "required": required}
            shared["help"] = f.metadata["doc"].replace("%", "%%") + ("" if required else " (default: %(default)s)")
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
    """Make the options of a section from parsed flags."""
    return section(**{f.name: getattr(arguments, f.name) for f, _ in fields(section)})
