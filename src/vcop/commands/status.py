"""``vcop status``: list the training runs of a study, with what is known of each."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from vcop.planning.run_overview import list_runs, overview_data, overview_lines, plan_notes, planned_files, planned_runs
from vcop.planning.study_folder import require_study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the command."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="Folder of the study, with its config.yaml.")
    parser.add_argument("targets", nargs="*", metavar="target", help="Rules or files to make, as given to snakemake.")
    parser.add_argument("--no-plan", action="store_true", help="Do not ask Snakemake which runs still wait.")
    parser.add_argument("--json", action="store_true", help="Print JSON with all figures; times in seconds since 1970.")


def run(arguments: argparse.Namespace) -> None:
    """Print the runs; if Snakemake cannot plan, warn and leave out those that wait."""
    require_study(arguments.folder)
    planned, notes = None, []
    if not arguments.no_plan:
        try:
            files = planned_files(arguments.folder, arguments.targets)
            planned, notes = planned_runs(files), plan_notes(arguments.folder, files)
        except ValueError as problem:
            print(f"vcop status: it is not known which runs wait: {problem}", file=sys.stderr)
    runs, known = list_runs(arguments.folder, planned), planned is not None
    if arguments.json:
        print(json.dumps(overview_data(runs, plan_known=known, notes=notes), indent=1))
    else:
        print(*overview_lines(runs, plan_known=known), *notes, sep="\n")
