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
from typing import Any, NamedTuple

from vcop.planning import copied_results, snakemake_jobs
from vcop.planning.run_status import RunStatus, format_duration, is_run_folder, run_name, started_runs
from vcop.planning.study_folder import require_study
from vcop.runtime.text_table import aligned_lines

STATES = ("running", "interrupted", "waiting", "done")  # in the order of the table
COUNTED = ("done", "running", "interrupted", "waiting")  # in the order of the last line
HEADER = ("state", "run", "epoch", "loss", "accuracy", "validation", "clips/s", "time", "note")
LEFT = [HEADER.index(name) for name in ("state", "run", "note")]
OUTDATED = "updated input files"  # as Snakemake says it
UP_TO_DATE = "Nothing is to be made: all results are there and up to date."


class PlannedFile(NamedTuple):
    """An output file of the workflow: its path, its rule, Snakemake's judgement, and whether it is going to be made (again)."""

    path: str
    rule: str
    judgement: str
    pending: bool

    @property
    def is_item(self) -> bool:
        """Whether it is a table or a figure, which is drawn again in seconds."""
        return self.rule.startswith(f"{PurePosixPath(self.path).parent.name}_")


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


def planned_files(folder: Path, targets: Sequence[str] = ()) -> list[PlannedFile]:
    """Ask Snakemake for the files behind the targets.

    Args:
        folder: The study's folder.
        targets: Rules or files, as given to snakemake; none means all.

    Raises:
        ValueError: With Snakemake's reason, if it cannot plan.
    """
    output = snakemake_jobs.dry_run(folder, targets, "--summary")
    rows = [line.split("\t") for line in output.splitlines()]
    plans = {"no update": False, "update pending": True}
    return [PlannedFile(row[0], row[2], row[-2], plans[row[-1]]) for row in rows if len(row) > 3 and row[-1] in plans]


def planned_runs(files: Sequence[PlannedFile]) -> dict[str, bool]:
    """Return the training runs among the workflow's files: for each run's name, whether it is going to be trained (again)."""
    plans = {PurePosixPath(file.path).parent: file.pending for file in files if file.path.endswith("/model.safetensors")}
    return {run_name(path): pending for path, pending in plans.items() if is_run_folder(path)}


def plan_notes(folder: Path, files: Sequence[PlannedFile]) -> list[str]:
    """Return what else a user should know of the plan: that nothing is to be made, or that a copy has lost times or records."""
    there = [file.path for file in files if (folder / file.path).is_file()]
    outdated = [file.path for file in files if file.judgement == OUTDATED and not file.is_item]
    copied = copied_results.outdated_by_copying(folder, outdated, there)
    notes = [] if any(file.pending for file in files) or not files else [UP_TO_DATE]
    notes += [copied_results.copy_advice(copied)] if copied else []
    unrecorded = there and all(copied_results.recorded_time(folder, path) is None for path in there)
    return [*notes, copied_results.UNRECORDED] if unrecorded else notes


def merge_runs(started: Sequence[RunStatus], planned: Mapping[str, bool]) -> list[RunStatus]:
    """Return begun runs and planned ones that have not begun, sorted by state; note which finished ones are to run again."""
    for run in started:
        if run.state == "done" and planned.get(run.run):
            run.note = "; ".join(filter(None, ("to be run again", run.note)))
    names = {run.run for run in started}
    waiting = [RunStatus(run=name, state="waiting") for name in sorted(planned) if name not in names]
    return sorted([*started, *waiting], key=lambda run: STATES.index(run.state))


def overview_data(runs: Sequence[RunStatus], *, plan_known: bool, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return the overview for programs: counts by state, notes, and all figures of each run (times in seconds since 1970)."""
    count = Counter(run.state for run in runs)
    counts = {state: count[state] for state in STATES}
    return {"counts": counts, "plan_known": plan_known, "notes": list(notes), "runs": [asdict(run) for run in runs]}


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
