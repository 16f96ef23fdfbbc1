"""``vcop list``: list the videos of a data set of one's own, and draw which of them test and which validate."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from vcop.config.data_options import DatasetOptions
from vcop.datasets.listing import list_videos
from vcop.datasets.video_list import has_labels, write_video_list


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add = parser.add_argument
    add("videos", metavar="FOLDER", type=Path, help="Directory of the videos, searched to any depth.")
    add(
        "--table",
        default="",
        help="Table that lists the videos: columns path, label, role, group, of which path is needed (.csv). Or a directory of lists in the "
        "form of UCF101 or HMDB51, of which split 1 is read.",
    )
    add(
        "--labels", default="none", choices=("none", "folders"), help="Labels of the videos; folders: the first sub-directory."
    )
    add(
        "--groups",
        default="none",
        help="Videos that are not divided between training, validation and test: none, folders, or a regular expression that finds "
        "the name of the group in a path.",
    )
    add("--validation-videos", type=int, default=800, help="Most validation videos; at most a fifth (default: %(default)s).")
    add("--folder-version", help="Name of the state of the folder; the workflow lists again if another one is needed.")
    add("--out", type=Path, required=True, help="Table to write: path, label, role and group of every video (.csv).")


def run(arguments: argparse.Namespace) -> None:
    """List. Raises ValueError if there is no video, or no role can be drawn."""
    options = DatasetOptions(
        videos=str(arguments.videos),
        lists=arguments.table,
        labels=arguments.labels,
        groups=arguments.groups,
        validation_videos=arguments.validation_videos,
    )
    videos = list_videos(arguments.videos, options)
    write_video_list(arguments.out, videos)
    roles, groups = Counter(video.role for video in videos), len({video.group for video in videos})
    counts = ", ".join(f"{roles[role]} {role}" for role in ("training", "validation", "test"))
    labels = f"{len({video.label for video in videos})} labels" if has_labels(videos) else "no labels"
    print(f"{arguments.out}: {len(videos)} videos in {groups} groups, {labels}: {counts}")
