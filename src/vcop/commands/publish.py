"""``vcop publish``: write the weights of a run into a folder for others, with their configuration and a model card."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vcop.publishing.published_folder import PUBLISHED_FILE, publish
from vcop.storage import foreign_weights
from vcop.storage.published_names import PUBLISHED
from vcop.storage.weights import read_about


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    parser.add_argument("source", metavar="RUN", type=Path, help="Folder of a pretraining or fine-tuning, or a weights file.")
    parser.add_argument("--out", type=Path, required=True, help="Folder to write.")
    parser.add_argument(
        "--names",
        choices=(PUBLISHED,),
        help=f"Write them a second time ({PUBLISHED_FILE}), with the names of layers in the code that the authors published in 2019.",
    )
    parser.add_argument(
        "--datasets",
        nargs="*",
        metavar="NAME",
        help="Data sets that the card names as training data (default: the run's; none if its videos are synthetic).",
    )


def run(arguments: argparse.Namespace) -> None:
    """Write the folder, and say what was written."""
    files = publish(arguments.source, arguments.out, published_names=arguments.names is not None, datasets=arguments.datasets)
    about = read_about(files[0])
    if note := foreign_weights.note(arguments.source, about):
        print(note, file=sys.stderr)
    others = [f"{key} {about[key]}" for key, usual in foreign_weights.PAPERS.items() if about.get(key, usual) != usual]
    if arguments.names and others:
        print(
            f"{arguments.out / PUBLISHED_FILE}: the code of {PUBLISHED} prepares the papers' input, and these weights expect "
            f"{', '.join(others)}: change its input accordingly",
            file=sys.stderr,
        )
    print(*(f"{path}: {path.stat().st_size} bytes" for path in files), sep="\n")
