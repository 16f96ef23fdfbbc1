"""Where a training run stands, told from its folder alone: the weights, history.csv, state.pt and progress.json.

A file that is damaged costs its figures, never the list: the run is shown with a note.
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

PATTERNS = ("results/pretrain/*/*/seed-*", "results/finetune/*/*/*/*/seed-*")
FRESH = 180  # seconds; progress.json is rewritten about every 10
ROUNDING = 1  # seconds by which a process may seem to have begun late


@dataclass(kw_only=True)
class RunStatus:
    """A training run. Loss and accuracy are the training's newest; the validation accuracy is that of the weights kept so far."""

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


NEWS = ("epoch", "epochs", "loss", "accuracy", "clips_per_second", "seconds_left", "updated")
HISTORY = ("loss", "accuracy", "validation_loss", "validation_accuracy", "clips_per_second", "seconds")


def is_run_folder(path: PurePath) -> bool:
    """Whether a path within a study is a run's folder; pretrain/*/random holds initial weights and is none."""
    return any(path.match(pattern) for pattern in PATTERNS) and path.parent.name != "random"


def run_name(path: PurePath) -> str:
    """A run's path below results/."""
    return path.relative_to("results").as_posix()


def started_runs(study: Path, now: float) -> list[RunStatus]:
    """The runs of a study that have begun, by name."""
    paths = [path.relative_to(study) for pattern in PATTERNS for path in study.glob(pattern)]
    found = [read_status(study / path, run_name(path), now) for path in sorted(paths) if is_run_folder(path)]
    return [run for run in found if run is not None]


def read_status(folder: Path, name: str, now: float) -> RunStatus | None:
    """What a folder tells of its run; None where none has begun (Snakemake makes the folder before the job)."""
    news, damage = _read_progress(folder / "progress.json")
    figures, more_damage = _read_history(folder / "history.csv")
    done, saved = (folder / "model.safetensors").exists(), folder / "state.pt"
    notes = [damage, more_damage]
    if done:
        return RunStatus(run=name, state="done", **figures | {"epochs": figures.get("epoch")}, note=_join(notes))
    if not (news or damage or saved.exists()):
        return None
    state, why = judge_progress(news, now)
    figures |= {key: news[key] for key in NEWS if require_plausible(news.get(key)) is not None}
    if state == "interrupted":
        figures.pop("seconds_left", None)
    if "updated" not in figures and saved.exists():
        figures["updated"] = saved.stat().st_mtime
    return RunStatus(run=name, state=state, **figures, note=_join([why, *notes]))


def judge_progress(news: Mapping[str, Any], now: float) -> tuple[str, str]:
    """(running or interrupted, why) by a progress.json. Of another host only the age of its news is known."""
    host, updated = news.get("host"), require_plausible(news.get("updated"))
    if news.get("stopped"):
        return "interrupted", str(news["stopped"])
    if updated is None:
        return "interrupted", ""
    silent = now - updated > FRESH
    if host != platform.node():
        return ("interrupted", f"no news from {host}") if silent else ("running", f"on {host}")
    if not _alive(news.get("pid"), updated):
        return "interrupted", "its process is gone"
    # It lives, so it is not lost: it tests, waits for a disk, or was stopped by hand.
    return "running", f"no news for {format_duration(now - updated)}" if silent else ""


def _alive(pid: object, updated: float) -> bool:
    """Whether the process that gave the news still runs. One that began after the news has only inherited its number."""
    try:
        process = psutil.Process(pid if isinstance(pid, int) else -1)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= updated + ROUNDING
    except (psutil.Error, ValueError, OverflowError):
        return False


def _read_progress(path: Path) -> tuple[dict[str, Any], str]:
    """progress.json and what is wrong with it."""
    try:
        news = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}, ""
    except (ValueError, OSError, RecursionError):
        news = None
    return (news, "") if isinstance(news, dict) and news else ({}, "progress.json is damaged")


def _read_history(path: Path) -> tuple[dict[str, Any], str]:
    """What history.csv tells, and what is wrong with it."""
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
    return {key: figures[key] for key in figures if require_plausible(figures[key]) is not None} | {"epoch": len(rows)}, ""


def require_plausible(value: object) -> float | None:
    """A figure of a run: none is negative, endless or a date after the year 5000."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e11 else None


def format_duration(seconds: float) -> str:
    """For people: 45 s, 12 min, 3.5 h."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def _join(notes: list[str]) -> str:
    return "; ".join(filter(None, notes))
