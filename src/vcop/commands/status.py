"""``vcop status``: the training runs of a study: running, interrupted, waiting, done.

Those that have begun are found in results/; what still waits is asked of Snakemake, which takes seconds (``--no-plan``: not asked).
Nothing is written there but Snakemake's own log, and no lock is taken, so a study may be looked at while it runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from vcop.planning import snakemake_jobs
from vcop.planning.run_status import RunStatus, format_duration, is_run_folder, run_name, started_runs

STATES = ("running", "interrupted", "waiting", "done")
HEADER = ("state", "run", "epoch", "loss", "accuracy", "validation", "clips/s", "time", "note")
LEFT = {"state", "run", "note"}  # aligned as text; the rest as numbers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path(), help="the study: a folder with a config.yaml")
    parser.add_argument("targets", nargs="*", metavar="target", help="what is to be made, as given to snakemake")
    parser.add_argument("--no-plan", action="store_true", help="do not ask Snakemake which runs wait")
    parser.add_argument("--json", action="store_true", help="for programs: all figures, times in seconds since 1970")


def run(arguments: argparse.Namespace) -> None:
    """Print the list. Raises ValueError where the folder is no study."""
    folder: Path = arguments.folder
    if not (folder / "config.yaml").is_file():
        raise ValueError(f"{folder.absolute()}: not a study: no config.yaml in it")
    pending = None if arguments.no_plan else planned(folder, arguments.targets)
    runs = listed(started_runs(folder, time.time()), pending or {})
    count = Counter(run.state for run in runs)
    if arguments.json:
        about = {"counts": {state: count[state] for state in STATES}, "plan_known": pending is not None}
        print(json.dumps(about | {"runs": [asdict(run) for run in runs]}, indent=1))
        return
    print(*table(runs), sep="\n", end="\n" if runs else "")
    known = ("done", "running", "interrupted", "waiting") if pending is not None else ("done", "running", "interrupted")
    print(f"{len(runs)} run{'s' * (len(runs) != 1)}: " + ", ".join(f"{count[state]} {state}" for state in known))


def planned(folder: Path, targets: Sequence[str]) -> dict[str, bool] | None:
    """The runs behind the targets, by name, and whether the workflow is to make them (anew); None where Snakemake does not say."""
    try:
        said = snakemake_jobs.dry_run(folder, targets, "--summary")
    except ValueError as problem:
        print(f"vcop status: what waits is not known: {problem}", file=sys.stderr)
        return None
    rows = [line.split("\t") for line in said.splitlines()]
    plans = {PurePosixPath(row[0]).parent: row[-1] for row in rows if row[0].endswith("/model.safetensors")}
    return {run_name(path): plan == "update pending" for path, plan in plans.items() if is_run_folder(path)}


def listed(runs: Sequence[RunStatus], plan: dict[str, bool]) -> list[RunStatus]:
    """All runs in the order of the list: begun ones, and planned ones that have not begun."""
    for run in runs:
        if run.state == "done" and plan.get(run.run):
            run.note = "; ".join(filter(None, ("to be run again", run.note)))
    names = {run.run for run in runs}
    waiting = [RunStatus(run=name, state="waiting") for name in sorted(plan) if name not in names]
    return sorted([*runs, *waiting], key=lambda run: STATES.index(run.state))


def table(runs: Sequence[RunStatus]) -> list[str]:
    """The lines of an aligned table."""
    if not runs:
        return []
    rows = [HEADER, *(cells(run) for run in runs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    align = ["<" if title in LEFT else ">" for title in HEADER]
    return ["  ".join(f"{c:{a}{w}}" for c, a, w in zip(row, align, widths, strict=True)).rstrip() for row in rows]


def cells(run: RunStatus) -> tuple[str, ...]:
    """A run's row, for people; what is not known is left empty."""
    epoch = "/".join(text("{:.0f}", value) or "?" for value in (run.epoch, run.epochs)) if run.epoch is not None else ""
    spent = {
        "done": run.seconds and f"took {format_duration(run.seconds)}",
        "running": run.seconds_left is not None and f"{format_duration(run.seconds_left)} left",
        "interrupted": run.updated and time.strftime("%Y-%m-%d %H:%M", time.localtime(run.updated)),
    }
    figures = (text("{:.3f}", run.loss), text("{:.1%}", run.accuracy), text("{:.1%}", run.validation_accuracy))
    return run.state, run.run, epoch, *figures, text("{:.1f}", run.clips_per_second), spent.get(run.state) or "", run.note


def text(form: str, value: float | None) -> str:
    """A figure by a format, or nothing."""
    return "" if value is None else form.format(value)
