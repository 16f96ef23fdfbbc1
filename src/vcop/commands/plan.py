"""``vcop plan``: print what a study still costs: training runs, GPU-hours, disk space and the longest chain of jobs."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the command."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="Folder of the study, with its config.yaml.")
    parser.add_argument("targets", nargs="*", metavar="target", help="Rules or files to make, as given to snakemake.")
    parser.add_argument(
        "--rate",
        nargs="+",
        default=[],
        metavar="TFLOPS",
        help="TFLOP/s that a GPU sustains in training: one number, or one per network, as in c3d=419 r3d=376 r21d=248.",
    )
    parser.add_argument(
        "--rates",
        type=Path,
        metavar="gpu.json",
        help="File of `python -m benchmarks.gpu` with the rates that it has measured on a GPU; those given by --rate replace them. Or "
        "rates.json of `python -m benchmarks.rates`: the seconds of every kind of job on one machine, with or without GPUs.",
    )
    parser.add_argument(
        "--gpus", type=int, nargs="+", default=[1, 2, 4, 8], help="Numbers of GPUs for which to print the wall-clock hours."
    )
    parser.add_argument("--json", action="store_true", help="Print JSON.")


def run(arguments: argparse.Namespace) -> None:
    """Print the plan."""
    from vcop.planning.job_times import read_times
    from vcop.planning.rates import parse_rates, read_rates
    from vcop.planning.report import plan_data, plan_lines, plan_study
    from vcop.planning.study_folder import study_in_folder

    if min(arguments.gpus) < 1:
        raise ValueError("--gpus: every number must be at least 1")
    rates, times = parse_rates(arguments.rate, arguments.folder), None
    if arguments.rates:
        study = study_in_folder(arguments.folder)
        times = read_times(arguments.rates, study)
        rates = rates if times else read_rates(arguments.rates, study) | rates
    plan = plan_study(arguments.folder, arguments.targets, rates, times)
    if arguments.json:
        print(json.dumps(plan_data(plan, arguments.gpus), indent=1))
    else:
        print(*plan_lines(plan, arguments.gpus), sep="\n")
