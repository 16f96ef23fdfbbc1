"""``vcop download``: download the archives, lists or annotations of a data set and lay them out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.data_options import DownloadOptions
from vcop.preparation.download.layout import download_source
from vcop.preparation.download.sources import SOURCES
from vcop.runtime.atomic_files import write_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    parser.add_argument("source", choices=SOURCES, help="What to download.")
    parser.add_argument("--to", type=Path, required=True, help="Directory to write (glove: path of the archive).")
    parser.add_argument("--from", dest="address", metavar="URL", help="Address of the source, if it is a single file.")
    parser.add_argument("--record", type=Path, help="Record to write: address, size and digest of each file (.json).")
    add_flags(parser, DownloadOptions)


def run(arguments: argparse.Namespace) -> None:
    """Download the source and write the record."""
    records = download_source(arguments.source, arguments.to, from_flags(DownloadOptions, arguments), arguments.address or "")
    files = f"{len(records)} file{'s' * (len(records) != 1)}"
    print(f"{arguments.to}: {f'{files} downloaded' if records else 'exists already and is left unchanged'}")
    if arguments.record:
        write_text(arguments.record, json.dumps({"place": str(arguments.to), "files": records}, indent=1) + "\n")
