"""Overview of the training runs of a study: those that have begun, and those that the workflow has still to start.

Begun runs are found in results/. What still waits is asked of Snakemake, which takes seconds. Nothing is written there but
Snakemake's own log, and no lock is taken, so that a study may be looked at while it runs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

from vcop.planning import snakemake_jobs
from vcop.planning.run_status import RunStatus, format_duration, is_run_folder, run_name, started_runs
from vcop.planning.study_folder import require_study
from vcop.runtime.text_table import aligned_lines

STATES = ("running", "interrupted", "waiting", "done")  # in the order of the table
COUNTED = ("done", "running", "interrupted", "waiting")  # in the order of the last line
HEADER = ("state", "run", "epoch", "loss", "accuracy", "validation", "clips/s", "time", "note")
LEFT = [HEADER.index(name) for name in ("state", "run", "note")]


def list_runs(folder: Path, planned: Mapping[str, bool] | None = None) -> list[RunStatus]:
    """Return the status of every training run of a study, running ones first, then interrupted, waiting and finished ones.

    Args:
        folder: The study's folder.
        planned: The runs that the workflow plans, as ``planned_runs`` returns them; None if they are not known.

    Raises:
        ValueError: If the folder is no study.
    """
    require_study(folder)
    return merge_runs(started_runs(folder, time.time()), planned or {})


def planned_runs(folder: Path, targets: Sequence[str] = ()) -> dict[str, bool]:
    """Ask Snakemake for the training runs behind the targets.

    Args:
        folder: The study's folder.
        targets: Rules or files, as given to snakemake; none means all.

    Returns:
        For each run's name, whether the workflow is going to train it (again).

    Raises:
        ValueError: With Snakemake's reason, if it cannot plan.
    """
    output = snakemake_jobs.dry_run(folder, targets, "--summary")
    rows = [line.split("\t") for line in output.splitlines()]
    plans = {PurePosixPath(row[0]).parent: row[-1] for row in rows if row[0].endswith("/model.safetensors")}
    return {run_name(path): plan == "update pending" for path, plan in plans.items() if is_run_folder(path)}


def merge_runs(started: Sequence[RunStatus], planned: Mapping[str, bool]) -> list[RunStatus]:
    """Return begun runs and planned ones that have not begun, sorted by state; note which finished ones are to run again."""
    for run in started:
        if run.state == "done" and planned.get(run.run):
            run.note = "; ".join(filter(None, ("to be run again", run.note)))
    names = {run.run for run in started}
    waiting = [RunStatus(run=name, state="waiting") for name in sorted(planned) if name not in names]
    return sorted([*started, *waiting], key=lambda run: STATES.index(run.state))


def overview_data(runs: Sequence[RunStatus], *, plan_known: bool) -> dict[str, Any]:
    """Return the overview for programs: counts by state, and all figures of each run (times in seconds since 1970)."""
    count = Counter(run.state for run in runs)
    counts = {state: count[state] for state in STATES}
    return {"counts": counts, "plan_known": plan_known, "runs": [asdict(run) for run in runs]}


def overview_lines(runs: Sequence[RunStatus], *, plan_known: bool) -> list[str]:
    """Return the overview for people: an aligned table, and a last line that counts the runs by state."""
    count = Counter(run.state for run in runs)
    states = COUNTED if plan_known else [state for state in COUNTED if state != "waiting"]
    counts = ", ".join(f"{count[state]} {state}" for state in states)
    table = aligned_lines([HEADER, *map(_cells, runs)], LEFT) if runs else []
    return [*table, f"{len(runs)} run{'s' * (len(runs) != 1)}: {counts}"]


def _cells(run: RunStatus) -> tuple[str, ...]:
    """Return a run's row under HEADER; what is not known is left empty."""
    epoch = "/".join(_format("{:.0f}", value) or "?" for value in (run.epoch, run.epochs)) if run.epoch is not None else ""
    times = {
        "done": run.seconds and f"took {format_duration(run.seconds)}",
        "running": run.seconds_left is not None and f"{format_duration(run.seconds_left)} left",
        "interrupted": run.updated and time.strftime("%Y-%m-%d %H:%M", time.localtime(run.updated)),
    }
    figures = (_format("{:.3f}", run.loss), _format("{:.1%}", run.accuracy), _format("{:.1%}", run.validation_accuracy))
    speed = _format("{:.1f}", run.clips_per_second)
    return run.state, run.run, epoch, *figures, speed, times.get(run.state) or "", run.note


def _format(form: str, value: float | None) -> str:
    """Format a figure; an unknown one is empty."""
    return "" if value is None else form.format(value)
