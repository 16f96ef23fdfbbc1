"""``vcop search``: find the videos nearest to one in a file of embeddings."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.runtime.atomic_files import write_text
from vcop.runtime.text_table import aligned_lines
from vcop.search.embedding_files import read_embeddings
from vcop.search.queries import query_row, query_video
from vcop.search.search_page import describe, search_page
from vcop.search.similar import search


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add = parser.add_argument
    add("query", metavar="QUERY", nargs="?", help="A video, or the path of a video as it stands in the file of embeddings.")
    add("--row", type=int, metavar="N", help="Search for a row of FILE instead of a video; rows are counted from 0.")
    add("--in", type=Path, required=True, dest="file", metavar="FILE", help="Embeddings, made by `vcop embed`.")
    add("-k", type=int, default=10, metavar="N", help="Number of videos to find (default: %(default)s).")
    add(
        "--weights",
        type=Path,
        help="Weights file that FILE was made with (default: the path that FILE names). Other weights are refused.",
    )
    add(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="Device that computes the embedding of a video that is not in FILE.",
    )
    add("--html", type=Path, metavar="PAGE", help="HTML page to write: the query and the videos found, as moving pictures.")


def run(arguments: argparse.Namespace) -> None:
    """Search. Raises ValueError if the query or the file cannot be used."""
    if (arguments.query is None) == (arguments.row is None):
        raise ValueError("give either a video or --row")
    found, source = read_embeddings(arguments.file), str(arguments.file)
    if arguments.row is not None:
        vector, query = query_row(found, arguments.row)
    else:
        vector, query = query_video(found, arguments.query, source, arguments.weights, arguments.device)
    hits = search(vector, found, arguments.k, without=query.video if query.row >= 0 else "")
    if not hits:
        raise ValueError(f"{source}: holds no other video than the query")
    rows = [(f"{h.similarity:.4f}", f"{h.start:.2f}", f"{h.end:.2f}", str(h.row), h.video) for h in hits]
    print(*aligned_lines([("cosine", "start", "end", "row", "video"), *rows], left_columns=(4,)), sep="\n")
    if arguments.html:
        write_text(arguments.html, search_page(query, hits, describe(found, arguments.file)))
        print(f"{arguments.html}: {len(hits)} videos")
