"""``vcop download``: fetch a data set's archives, lists or annotations and lay them out."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import DownloadOptions
from vcop.preparation.download.layout import LAYOUTS, _base, _require_lists
from vcop.preparation.download.sources import SOURCES, holds_files, manual_steps
from vcop.runtime.atomic_files import write_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("source", choices=SOURCES, help="what to fetch")
    parser.add_argument("--to", type=Path, required=True, help="the folder (glove: the archive) that it becomes")
    parser.add_argument("--from", dest="address", metavar="URL", help="its address, where a source is one file")
    parser.add_argument("--record", type=Path, help="a record of what was fetched (.json)")
    add_flags(parser, DownloadOptions)


def run(arguments: argparse.Namespace) -> None:
    """Fetch and lay out. Raises ValueError or OSError in one line: what, where, and what to do."""
    source, options = SOURCES[arguments.source], from_flags(DownloadOptions, arguments)
    place = Path(os.path.realpath(arguments.to))  # a link to a larger disk: archives and folders go there
    if source.form == "by hand":
        raise ValueError(manual_steps(arguments.source, arguments.to))
    if arguments.address and len(source.files) != 1:
        raise ValueError(
            f"--from: {arguments.source} has {len(source.files)} files, --mirror names an address for all of them"
        )
    urls = {name: arguments.address or f"{_base(source, options)}/{name}" for name in source.files}
    there = source.form != "files" and holds_files(place)
    fetched = [] if there else LAYOUTS[source.form](source, place, urls, options)
    if not there and source.lists:
        _require_lists(source, place)
    said = f"{len(fetched)} file{'s' * (len(fetched) != 1)} fetched" if fetched else "was there already and is left as it is"
    print(f"{arguments.to}: {said}")
    if arguments.record:
        write_text(arguments.record, json.dumps({"place": str(arguments.to), "files": fetched}, indent=1) + "\n")
