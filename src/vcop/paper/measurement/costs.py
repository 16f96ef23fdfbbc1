"""What jobs cost: hours and commits by the provenance files of trainings, CPU time and memory by Snakemake's benchmark files.

A provenance file counts the seconds of all attempts of a training's loop. A benchmark file is of the last attempt's whole process,
and there only where the job has ended well since benchmarks are kept.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vcop.paper.measurement import job_lineage

# results/answering/question-only is the work of another rule than results/answering/{network}/{weights}
RULES = {"pretrain": "pretrain", "finetune": "finetune", "answering": "answer"}
PROVENANCE = re.compile(r"\b(pretrain|finetune|answering)/(.+)/seed-(\d+)/provenance\.json$")
UNKNOWN = "unknown"
PLACES = 4  # of hours, in CSVs and so on pages, too


@dataclass(frozen=True)
class Training:
    """One run: its job (as lineage names it) and seed, the commit that made it, what it ran on, and its wall hours."""

    job: str
    seed: str
    commit: str
    gpu: str | None
    gpus: int
    hours: float


@dataclass(frozen=True)
class Cost:
    """Of some trainings: wall hours on GPUs times GPUs, wall hours without a GPU, and all commits that made them."""

    gpu_hours: float
    cpu_hours: float
    commits: tuple[str, ...]
    trainings: int

    @classmethod
    def of(cls, runs: Sequence[Training]) -> Cost:
        """The sum."""
        return cls(
            gpu_hours=round(sum(run.hours * run.gpus for run in runs if run.gpu), PLACES),
            cpu_hours=round(sum(run.hours for run in runs if not run.gpu), PLACES),
            commits=tuple(sorted({run.commit for run in runs})),
            trainings=len(runs),
        )

    @property
    def text(self) -> str:
        """For people: 12.3 GPU, 0.04 CPU, or both."""
        parts = [f"{format_hours(h)} {unit}" for h, unit in ((self.gpu_hours, "GPU"), (self.cpu_hours, "CPU")) if h]
        return " + ".join(parts) or "–"


@dataclass(frozen=True)
class Benchmark:
    """What Snakemake saw of a job's last attempt; None where the job was too short to be seen. Seconds, seconds, MiB."""

    job: str
    seed: str
    wall: float | None
    cpu: float | None
    memory: float | None

    @property
    def rule(self) -> str:
        """The job's rule."""
        return self.job.split("/")[0]


def read_trainings(inputs: Iterable[Path]) -> list[Training]:
    """All provenance files among ``inputs``. Raises ValueError where one does not say how long its training took."""
    found = [(match, path) for path in inputs if (match := PROVENANCE.search(path.as_posix()))]
    return [_training(match, path) for match, path in found]


def _training(match: re.Match[str], path: Path) -> Training:
    job = f"{RULES[match[1]]}/{match[2]}" if match[2] != "question-only" else job_lineage.WITHOUT_VIDEO
    try:
        about = json.loads(path.read_text())
        machine, seconds = about["machine"], float(about["training_seconds"])
        commit = about["commit"] or UNKNOWN
        return Training(job, match[3], commit, machine["gpu"], machine.get("gpus", 1), seconds / 3600)
    except (ValueError, KeyError, TypeError) as problem:
        raise ValueError(
            f"{path} does not say what its training took ({problem}): remove it, so that the run is made again"
        ) from None


def select_runs(item: str, jobs: Sequence[str], runs: Iterable[Training]) -> list[Training]:
    """The runs of ``jobs``, all seeds. Raises ValueError where a training among ``jobs`` has none."""
    by_job: dict[str, list[Training]] = {}
    for run in runs:
        by_job.setdefault(run.job, []).append(run)
    wanted = job_lineage.training_jobs(jobs)
    for job in wanted:
        if job not in by_job:
            raise ValueError(f"{item}: no provenance of {job} among the files given")
    return [run for job in wanted for run in by_job[job]]


def read_benchmarks(folder: Path) -> list[Benchmark]:
    """The benchmark files below ``folder``, by path; none where there is no such folder."""
    return [_benchmark(folder, path) for path in sorted(folder.rglob("*.tsv"))]


def _benchmark(folder: Path, path: Path) -> Benchmark:
    name = path.relative_to(folder).with_suffix("").as_posix()
    match = re.fullmatch(r"(.+)[/-]seed-(\d+)", name)
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        row = next(csv.DictReader(file, delimiter="\t"), {})
    numbers = (_number(row.get(key)) for key in ("s", "cpu_time", "max_rss"))
    return Benchmark(match[1] if match else name, match[2] if match else "", *numbers)


def _number(text: str | None) -> float | None:
    """A cell; Snakemake writes NA or - for what it has not seen."""
    return float(text) if text and re.fullmatch(r"\d+(\.\d+)?", text) else None


def format_hours(value: float) -> str:
    """Hours for people."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"
