"""``vcop duplicates``: list pairs of videos that are nearly the same, by their embeddings."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.runtime.text_table import aligned_lines
from vcop.search.embedding_files import read_embeddings
from vcop.search.similar import duplicates


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="Embeddings, made by `vcop embed`.")
    add(
        "--above",
        type=float,
        default=0.999,
        metavar="COSINE",
        help="List pairs whose cosine similarity is above this, at most 1 (default: %(default)s).",
    )
    add(
        "--limit",
        type=int,
        default=100,
        metavar="N",
        help="Largest number of pairs to list; the most similar come first (default: %(default)s).",
    )


def run(arguments: argparse.Namespace) -> None:
    """List pairs. Raises ValueError if the file cannot be used."""
    pairs = duplicates(read_embeddings(arguments.file), arguments.above, arguments.limit)
    if pairs:
        rows = [(f"{a.similarity:.4f}", f"{a.video} {a.start:.2f}", f"{b.video} {b.start:.2f}") for a, b in pairs]
        print(*aligned_lines([("cosine", "video and second", "video and second"), *rows], left_columns=(1, 2)), sep="\n")
    more = "; there may be more (--limit)" if len(pairs) == arguments.limit else ""
    print(f"{arguments.file}: {len(pairs)} pairs of videos are more similar than {arguments.above:g}{more}")
