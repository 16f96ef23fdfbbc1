"""``vcop pack``: write a finished study's metrics to one archive, from which its tables and figures can be drawn elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.planning.archive import ENDING, describe_archive, write_archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the command."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="Folder of the study, with its config.yaml.")
    parser.add_argument("--out", type=Path, required=True, help=f"Archive to write; its name ends in {ENDING}.")


def run(arguments: argparse.Namespace) -> None:
    """Write the archive and print what is in it."""
    folder, out = arguments.folder, arguments.out
    if not out.name.endswith(ENDING) or out.name == ENDING:
        raise ValueError(f"--out {out}: the archive's name must end in {ENDING}, as in study{ENDING}")
    print(*describe_archive(folder, out, write_archive(folder, out)), sep="\n")
