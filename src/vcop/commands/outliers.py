"""``vcop outliers``: list the videos that are least similar to all others, by their embeddings."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.runtime.atomic_files import write_text
from vcop.runtime.text_table import aligned_lines
from vcop.search.embedding_files import read_embeddings
from vcop.search.search_page import describe, outliers_page
from vcop.search.similar import outliers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="Embeddings, made by `vcop embed`.")
    add(
        "-k",
        type=int,
        default=10,
        metavar="N",
        help="Number of videos to list; the least similar come first (default: %(default)s).",
    )
    add("--html", type=Path, metavar="PAGE", help="HTML page to write: these videos as moving pictures.")


def run(arguments: argparse.Namespace) -> None:
    """List videos. Raises ValueError if the file cannot be used."""
    found = read_embeddings(arguments.file)
    pairs = outliers(found, arguments.k)
    rows = [(f"{a.similarity:.4f}", f"{a.video} {a.start:.2f}", f"{b.video} {b.start:.2f}") for a, b in pairs]
    header = ("cosine", "video and second", "nearest other video and second")
    print(*aligned_lines([header, *rows], left_columns=(1, 2)), sep="\n")
    if arguments.html:
        write_text(arguments.html, outliers_page(pairs, describe(found, arguments.file)))
        print(f"{arguments.html}: {len(pairs)} videos")
