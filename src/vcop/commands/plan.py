"""``vcop plan``: what a study still costs: runs, hours, disk, and the longest chain of jobs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vcop.config.reader import read_study
from vcop.config.yaml_reader import read_yaml
from vcop.planning import snakemake_jobs
from vcop.planning.cost_model import Estimate, parse_rates
from vcop.planning.report import as_data, as_text, price_jobs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="the study: a folder with a config.yaml")
    parser.add_argument("targets", nargs="*", metavar="target", help="what is to be made, as given to snakemake")
    parser.add_argument(
        "--rate", nargs="+", default=[], metavar="TFLOPS", help="of a GPU: one number, or c3d=419 r3d=376 r21d=248"
    )
    parser.add_argument("--gpus", type=int, nargs="+", default=[1, 2, 4, 8], help="GPUs to say the hours for")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> None:
    """Print the plan. Raises ValueError for a folder that is no study, and with Snakemake's reason where it cannot plan."""
    folder: Path = arguments.folder
    if not (folder / "config.yaml").is_file():
        raise ValueError(f"{folder.absolute()}: not a study: no config.yaml in it")
    if min(arguments.gpus) < 1:
        raise ValueError("--gpus: at least one")
    given = parse_rates(arguments.rate)
    study = read_study(read_yaml(folder / "config.yaml"), str(folder / "config.yaml"))
    every, pending = snakemake_jobs.planned_jobs(folder, arguments.targets)
    plan = price_jobs(Estimate(study, folder), every, pending, given)
    if arguments.json:
        print(json.dumps(as_data(plan, arguments.gpus), indent=1))
    else:
        print(*as_text(plan, arguments.gpus), sep="\n")
