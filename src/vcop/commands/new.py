"""``vcop new``: write a study for a folder of one's own videos."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import yaml

from vcop.config.names import PAPER_DATASETS, require_dataset_name
from vcop.config.reader import read_study
from vcop.own_videos.configuration import configuration_text
from vcop.own_videos.proposal import Request, propose
from vcop.runtime.atomic_files import require_existing, write_text
from vcop.runtime.printing import printable
from vcop.runtime.process_pool import available_cores

CONFIG = "config.yaml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this command."""
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="Folder of the study; it is made if it is not there.")
    add("--videos", type=Path, required=True, help="Directory of the videos: of any depth, of any container.")
    add("--name", help="Name of the data set, which is part of paths (default: made of the name of the videos' directory).")
    add(
        "--labels", choices=("none", "folders"), default="none", help="Labels; folders: the first sub-directory of each video."
    )
    add(
        "--csv",
        type=Path,
        help="Table that lists the videos, with the columns path, label, role and group; only path is needed.",
    )
    add(
        "--groups",
        default="",
        help="Videos that are never divided between training and test: none, folders, or a regular expression that finds the name of "
        "the group in a path (default: folders if the videos are unlabelled and in ten or more, else none).",
    )
    add("--task", default="", help="Pretext task, as in 16-8-3 (default: the longest one that 90 %% of the videos fit).")
    add(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="What the sizes are for; auto: a GPU where there is one.",
    )
    add("--minutes", type=float, help="Minutes that the study may take (default: 20 on CPU cores, 60 on a GPU).")
    add("--processes", type=int, default=available_cores(), help="Videos that are read at the same time (default: all cores).")
    add("--force", action="store_true", help=f"Replace a {CONFIG} that is there.")


def run(arguments: argparse.Namespace) -> None:
    """Look at the videos, print the proposal, and write config.yaml. Raises ValueError if no study can be made of the videos."""
    config, videos = arguments.folder / CONFIG, require_existing(arguments.videos, "the folder of the videos")
    if config.exists() and not arguments.force:
        raise ValueError(f"{config}: is there already; --force replaces it")
    if not videos.is_dir():
        raise ValueError(f"{videos}: is no folder")
    for path in filter(None, (videos, arguments.csv)):
        if printable(path) != str(path):
            raise ValueError(
                f"{printable(path)}: {CONFIG} cannot hold this path, which is not UTF-8 or has control characters: rename it"
            )
    if arguments.csv and arguments.csv.suffix.lower() != ".csv":
        raise ValueError(f"{arguments.csv}: the name of a table of videos ends in .csv")
    name = arguments.name or dataset_name(videos)
    require_dataset_name("--name", name)
    proposal = propose(
        Request(
            videos=videos,
            table=str(require_existing(arguments.csv, "the table of the videos")) if arguments.csv else "",
            labels=arguments.labels,
            groups=arguments.groups,
            task=arguments.task,
            device=arguments.device,
            minutes=arguments.minutes,
            processes=arguments.processes,
        )
    )
    print(*proposal.lines(), sep="\n")
    text = configuration_text(proposal, arguments.folder, name)
    read_study(yaml.safe_load(text), str(config))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write_text(config, text)
    print(f"{config}: written. Next: snakemake --directory {arguments.folder} --cores all")


def dataset_name(videos: Path) -> str:
    """Return a name for a data set, made of the name of a directory."""
    name = re.sub(r"[^a-z0-9]+", "_", videos.resolve().name.lower()).strip("_")
    return name if re.match("[a-z]", name) and name not in PAPER_DATASETS else f"own_{name}".rstrip("_")
