"""Status of a training run, read from its folder alone: the weights, history.csv, state.pt and progress.json.

A damaged file costs its figures and adds a note; the run is listed all the same.
"""

from __future__ import annotations

import csv
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import psutil

PATTERNS = (
    "results/pretrain/*/*/seed-*",
    "results/finetune/*/*/*/*/seed-*",
    "results/answering/*/*/seed-*",
    "results/answering/*/seed-*",
)
FRESH = 180  # seconds; a training rewrites progress.json about every 10
ROUNDING = 1  # seconds by which a process may seem to have started too late


@dataclass(kw_only=True)
class RunStatus:
    """Status of one training run; None where a figure is not known.

    Attributes:
        run: Path of the run's folder below results/.
        state: running, interrupted, waiting or done.
        epoch: Current epoch; of a finished run, its last one.
        epochs: Epochs that the run is going to have.
        loss: Newest training loss.
        accuracy: Newest training accuracy, 0 to 1.
        validation_accuracy: Accuracy, 0 to 1, of the epoch with the lowest validation loss, whose weights are kept.
        clips_per_second: Newest training speed; of question answering, questions in a second.
        seconds: Seconds of all finished epochs.
        seconds_left: Estimated seconds until the run ends.
        updated: Time of the newest sign of life, in seconds since 1970.
        note: What else a reader should know, such as a damaged file.
    """

    run: str
    state: str
    epoch: float | None = None
    epochs: float | None = None
    loss: float | None = None
    accuracy: float | None = None
    validation_accuracy: float | None = None
    clips_per_second: float | None = None
    seconds: float | None = None
    seconds_left: float | None = None
    updated: float | None = None
    note: str = ""


PROGRESS = ("epoch", "epochs", "loss", "accuracy", "clips_per_second", "seconds_left", "updated")
HISTORY = ("loss", "accuracy", "validation_loss", "validation_accuracy", "clips_per_second", "seconds")


def is_run_folder(path: PurePath) -> bool:
    """Return whether a path within a study is a run's folder. pretrain/*/random holds initial weights and is no run."""
    return any(path.match(pattern) for pattern in PATTERNS) and not path.match("results/pretrain/*/random/*")


def run_name(path: PurePath) -> str:
    """Return a run's path below results/."""
    return path.relative_to("results").as_posix()


def started_runs(study: Path, now: float) -> list[RunStatus]:
    """Return the runs of a study that have begun, in the order of their paths.

    Args:
        study: The study's folder.
        now: The current time in seconds since 1970.
    """
    paths = [path.relative_to(study) for pattern in PATTERNS for path in study.glob(pattern)]
    runs = [read_status(study / path, run_name(path), now) for path in sorted(paths) if is_run_folder(path)]
    return [run for run in runs if run is not None]


def read_status(folder: Path, name: str, now: float) -> RunStatus | None:
    """Return the status of the run in a folder; None if no run has begun there (Snakemake creates the folder before the job).

    Args:
        folder: The run's folder.
        name: Name of the run.
        now: The current time in seconds since 1970.
    """
    progress, damage = _read_progress(folder / "progress.json")
    figures, more_damage = _read_history(folder / "history.csv")
    done, saved = (folder / "model.safetensors").exists(), folder / "state.pt"
    notes = [damage, more_damage]
    if done:
        return RunStatus(run=name, state="done", **figures | {"epochs": figures.get("epoch")}, note=_join(notes))
    if not (progress or damage or saved.exists()):
        return None
    state, why = judge_progress(progress, now)
    figures |= {key: progress[key] for key in PROGRESS if plausible_figure(progress.get(key)) is not None}
    if state == "interrupted":
        figures.pop("seconds_left", None)
    if "updated" not in figures and saved.exists():
        figures["updated"] = saved.stat().st_mtime
    return RunStatus(run=name, state=state, **figures, note=_join([why, *notes]))


def judge_progress(progress: Mapping[str, Any], now: float) -> tuple[str, str]:
    """Return the state according to the content of a progress.json, "running" or "interrupted", and the reason.

    Of a process on another host only the age of its last report is known.
    """
    host, updated = progress.get("host"), plausible_figure(progress.get("updated"))
    if progress.get("stopped"):
        return "interrupted", str(progress["stopped"])
    if updated is None:
        return "interrupted", ""
    overdue = now - updated > FRESH
    if host != platform.node():
        return ("interrupted", f"no news from {host}") if overdue else ("running", f"on {host}")
    if not _alive(progress.get("pid"), updated):
        return "interrupted", "its process is gone"
    # The process is alive, so the run is not lost: it tests, waits for a disk, or was paused by hand.
    return "running", f"no news for {format_duration(now - updated)}" if overdue else ""


def _alive(pid: object, updated: float) -> bool:
    """Return whether the process that wrote the report still runs. A process started later merely has the same number."""
    try:
        process = psutil.Process(pid if isinstance(pid, int) else -1)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= updated + ROUNDING
    except (psutil.Error, ValueError, OverflowError):
        return False


def _read_progress(path: Path) -> tuple[dict[str, Any], str]:
    """Return the content of progress.json, and what is wrong with it."""
    try:
        progress = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}, ""
    except (ValueError, OSError, RecursionError):
        progress = None
    return (progress, "") if isinstance(progress, dict) and progress else ({}, "progress.json is damaged")


def _read_history(path: Path) -> tuple[dict[str, Any], str]:
    """Return the figures of history.csv, and what is wrong with it."""
    try:
        with open(path, newline="") as file:
            rows = [{key: float(row[key]) for key in HISTORY} for row in csv.DictReader(file)]
    except FileNotFoundError:
        return {}, ""
    except (ValueError, TypeError, KeyError, OSError, csv.Error):
        return {}, "history.csv is damaged"
    if not rows:
        return {}, ""
    figures: dict[str, Any] = {key: rows[-1][key] for key in ("loss", "accuracy", "clips_per_second")}
    kept = min(rows, key=lambda row: row["validation_loss"])
    figures |= {"validation_accuracy": kept["validation_accuracy"], "seconds": round(sum(row["seconds"] for row in rows), 1)}
    return {key: figures[key] for key in figures if plausible_figure(figures[key]) is not None} | {"epoch": len(rows)}, ""


def plausible_figure(value: object) -> float | None:
    """Return a figure of a run, or None if it is impossible: negative, not finite, or a date after the year 5000."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e11 else None


def format_duration(seconds: float) -> str:
    """Return seconds as people read them: 45 s, 12 min, 3.5 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def _join(notes: list[str]) -> str:
    """Return the notes in one line."""
    return "; ".join(filter(None, notes))
