"""``vcop pack``: a finished study's metrics in one archive, to draw its tables and figures elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.planning.archive import (
    ENDING,
    archived_files,
    checksum_lines,
    library_versions,
    require_finished,
    summarise,
    write_archive,
)
from vcop.runtime.atomic_files import atomic_write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="the study: a folder with a config.yaml")
    parser.add_argument("--out", type=Path, required=True, help=f"the archive ({ENDING})")


def run(arguments: argparse.Namespace) -> None:
    """Write the archive whole or not at all, and say what is in it. Raises ValueError where the study is not finished."""
    folder, out = arguments.folder, arguments.out
    if not out.name.endswith(ENDING) or out.name == ENDING:
        raise ValueError(f"--out {out}: the archive's name ends in {ENDING}, as study{ENDING}")
    require_finished(folder)
    files = archived_files(folder)
    about = {"versions.json": library_versions(), "SHA256SUMS": checksum_lines(folder, files)}
    with atomic_write(out) as unfinished:
        write_archive(unfinished, folder, files, about, out.name.removesuffix(ENDING))
    print(*summarise(folder, files), sep="\n")
    print(
        f"{out}: {len(files) + len(about)} files, {out.stat().st_size / 2**20:.1f} MiB packed; {', '.join(about)} beside them"
    )
