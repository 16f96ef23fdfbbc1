"""``vcop embed``: write embeddings of any videos, straight from their files."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from vcop.config.names import LAYERS
from vcop.datasets.video_files import locate_videos
from vcop.datasets.video_list import read_video_list
from vcop.runtime.atomic_files import require_existing
from vcop.runtime.process_pool import available_cores
from vcop.search.embedder import CLIPS, Embedder
from vcop.search.embedding import PER, embed_to_file
from vcop.search.embedding_files import require_format
from vcop.search.video_paths import find_videos


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags. None of them says what enters the network: the weights file does."""
    add = parser.add_argument
    add("videos", metavar="VIDEO|FOLDER", type=Path, nargs="+", help="Videos, and folders of videos of any depth.")
    add(
        "--list",
        type=Path,
        metavar="FILE",
        help="Table (.csv, column path) that names which videos of the one folder are taken.",
    )
    add(
        "--weights",
        type=Path,
        required=True,
        help="Weights file, or folder of a run. It says which network it is of, and what has to enter it.",
    )
    add("--out", type=Path, required=True, help="File to write: .parquet, .npy (with a .csv of its rows) or .csv.")
    add(
        "--per",
        choices=PER,
        default=PER[0],
        help="Write a row for each clip, or one for each video: the mean of its clips (default: %(default)s).",
    )
    add(
        "--clips",
        type=int,
        default=CLIPS,
        metavar="N",
        help="Number of clips of a video, evenly spaced (default: %(default)s).",
    )
    add(
        "--layer",
        choices=LAYERS,
        default=LAYERS[-1],
        help="Layer of the network whose output is averaged over time and space (default: %(default)s).",
    )
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="Device; auto: a GPU where there is one.")
    add(
        "--processes",
        type=int,
        default=available_cores(),
        metavar="N",
        help="Number of videos decoded at the same time (default: the cores that may be used).",
    )
    add(
        "--strict",
        action="store_true",
        help="Write nothing and fail if a single video cannot be read. By default it is named and left out.",
    )


def _listed(arguments: argparse.Namespace) -> tuple[list[Path], Counter[str]]:
    """Return the videos of a table, and that nothing else was left out. Raises ValueError unless they are of one folder."""
    if len(arguments.videos) != 1:
        raise ValueError("--list: the table names videos of one folder, so give one")
    folder = require_existing(arguments.videos[0], "the folder of the videos")
    return list(locate_videos(folder, [video.path for video in read_video_list(arguments.list)]).values()), Counter()


def run(arguments: argparse.Namespace) -> None:
    """Embed. Raises ValueError if no video can be read."""
    require_format(arguments.out)
    if arguments.processes < 1:
        raise ValueError(f"--processes {arguments.processes}: at least one video has to be decoded at a time")
    videos, others = _listed(arguments) if arguments.list else find_videos(arguments.videos)
    if others:
        counts = ", ".join(f"{count} {ending}" for ending, count in sorted(others.items()))
        print(f"{others.total()} files in folders have no ending of a video and are left out: {counts}", file=sys.stderr)
    embedder = Embedder(arguments.weights, layer=arguments.layer, clips=arguments.clips, device=arguments.device)
    if embedder.assumed:
        print(f"{embedder.path}: does not say {', '.join(embedder.assumed)}: the papers' values are used", file=sys.stderr)
    done = embed_to_file(
        videos, embedder, arguments.out, per=arguments.per, strict=arguments.strict, processes=arguments.processes
    )
    lost = f"; {len(done.unreadable)} could not be read (named above)" if done.unreadable else ""
    print(f"{arguments.out}: {len(done.done)} videos, {done.rows} rows of {done.values} values{lost}")
