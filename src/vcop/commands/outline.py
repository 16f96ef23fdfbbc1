"""``vcop outline``: write the layers of the three networks, for a picture."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.outline import outline_networks
from vcop.runtime.atomic_files import write_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add_flags(parser, NetworkOptions, InputOptions)
    parser.add_argument("--clip-length", type=int, default=16, help="Frames of a clip in the video (default: %(default)s).")
    parser.add_argument("--out", type=Path, required=True, help="File to write: the layers of every network (.json).")


def run(arguments: argparse.Namespace) -> None:
    """Outline the three networks and write the result."""
    options, inputs = from_flags(NetworkOptions, arguments), from_flags(InputOptions, arguments)
    outline = outline_networks(options, inputs, arguments.clip_length)
    write_result(arguments.out, json.dumps(outline, indent=1) + "\n")
    print(f"{arguments.out}: outline of {', '.join(outline['networks'])}")
