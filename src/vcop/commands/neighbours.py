"""``vcop neighbours``: write a page with the nearest videos of each test video of a data set of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.datasets.video_files import locate_videos
from vcop.datasets.video_list import read_video_list
from vcop.runtime.atomic_files import write_csv, write_text
from vcop.runtime.printing import printable
from vcop.runtime.process_pool import available_cores
from vcop.search.embedding_files import read_embeddings
from vcop.search.neighbour_page import neighbour_page
from vcop.search.neighbours import HEADER, nearest_videos

PAGE_QUERIES = 60  # of more the page would become too large for a browser; the table has all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="Embeddings, made by `vcop embed`.")
    add("--videos", type=Path, required=True, help="Directory of the videos, as it was given to `vcop embed`.")
    add(
        "--list",
        type=Path,
        required=True,
        help="List of the videos, made by `vcop list` (.csv); its test videos are the queries.",
    )
    add("-k", type=int, default=5, metavar="N", help="Number of videos to find for each query (default: %(default)s).")
    add("--out", type=Path, required=True, help="Page to write (.html).")
    add("--table", type=Path, required=True, help="Table to write: every query with its nearest videos (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """Search for every test video. Raises ValueError if the files do not fit each other."""
    found = read_embeddings(arguments.file)
    ends: dict[str, float] = {}  # when each video ends, in seconds
    for name, end in zip(found.video.astype(str).tolist(), found.end.tolist(), strict=True):
        ends[name] = max(end, ends.get(name, 0.0))
    videos = read_video_list(arguments.list)
    paths = locate_videos(arguments.videos, [video.path for video in videos])
    listed = {printable(paths[video.path]): video.role for video in videos}
    queries = [name for name, role in listed.items() if role == "test" and name in ends]
    if not queries:
        raise ValueError(f"{arguments.file}: has none of the test videos of {arguments.list} in {arguments.videos}")
    near = nearest_videos(found, queries, list(listed), arguments.k)
    rows = [
        (one.query, rank, video, f"{cosine:.6f}")
        for one in near
        for rank, (video, cosine) in enumerate(zip(one.videos, one.cosines, strict=True), 1)
    ]
    write_csv(arguments.table, HEADER, rows)
    shown = near[:: -(-len(near) // PAGE_QUERIES)]
    about = f"{len(shown)} of {len(near)} test videos, each with the nearest of {len(listed) - 1} others; {arguments.file}"
    spans = {name: (0.0, ends[name]) for one in shown for name in (one.query, *one.videos)}
    title = f"Nearest videos in {arguments.videos}"
    write_text(arguments.out, neighbour_page(shown, spans, title, about, printable(arguments.videos) + "/", available_cores()))
    print(f"{arguments.out}: {len(shown)} of {len(near)} queries; {arguments.table}: all of them")
