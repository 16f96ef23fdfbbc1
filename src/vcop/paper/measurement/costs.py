"""Costs of jobs: hours and commits of trainings, CPU time and memory of all jobs.

Hours come from the provenance.json of each training: the seconds of its training loop, over all attempts. CPU time and memory come from
Snakemake's benchmark files: they describe the whole process of the last attempt, and exist only for jobs that ended well.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vcop.paper.measurement import job_lineage

# Folder below results/ > the rule that trains there; results/answering/question-only belongs to another one.
RULES = {"pretrain": "pretrain", "finetune": "finetune", "answering": "answer"}
PROVENANCE = re.compile(r"\b(pretrain|finetune|answering)/(.+)/seed-(\d+)/provenance\.json$")
UNKNOWN = "unknown"
WAITING = 32  # MiB: a process below this has not imported NumPy; it has only waited for a shared start (``vcop.shared_start``)
PLACES = 4  # decimal places of hours in CSV files; pages show the same numbers


@dataclass(frozen=True)
class Training:
    """One training run.

    Attributes:
        job: Rule and wildcards without the seed, as ``job_lineage`` names jobs.
        seed: Its seed.
        commit: Version of the code.
        gpu: Name of the GPU; None if it ran on the CPU.
        gpus: Number of GPUs.
        hours: Wall-clock hours of the training loop, over all attempts.
    """

    job: str
    seed: str
    commit: str
    gpu: str | None
    gpus: int
    hours: float


@dataclass(frozen=True)
class Cost:
    """Costs of some trainings: GPU-hours, wall-clock hours of those without a GPU, all commits of the code, and their number."""

    gpu_hours: float
    cpu_hours: float
    commits: tuple[str, ...]
    trainings: int

    @classmethod
    def of(cls, runs: Sequence[Training]) -> Cost:
        """Return the sum over some trainings."""
        return cls(
            gpu_hours=round(sum(run.hours * run.gpus for run in runs if run.gpu), PLACES),
            cpu_hours=round(sum(run.hours for run in runs if not run.gpu), PLACES),
            commits=tuple(sorted({run.commit for run in runs})),
            trainings=len(runs),
        )

    @property
    def text(self) -> str:
        """The hours as people read them: 12.3 GPU, 0.04 CPU, or both."""
        parts = [f"{format_hours(h)} {unit}" for h, unit in ((self.gpu_hours, "GPU"), (self.cpu_hours, "CPU")) if h]
        return " + ".join(parts) or "–"


@dataclass(frozen=True)
class Benchmark:
    """What Snakemake measured of a job's last attempt; None if the job was too short to be measured, or worked in another process.

    Attributes:
        job: Rule and wildcards without the seed.
        seed: Its seed; empty for jobs without one.
        wall: Wall-clock seconds.
        cpu: CPU seconds.
        memory: Largest resident memory in MiB.
    """

    job: str
    seed: str
    wall: float | None
    cpu: float | None
    memory: float | None

    @property
    def rule(self) -> str:
        """Rule of the job."""
        return self.job.split("/")[0]


def read_trainings(inputs: Iterable[Path]) -> list[Training]:
    """Return the training of each provenance.json among the files. Raises ValueError for one without machine, seconds or commit."""
    matches = [(match, path) for path in inputs if (match := PROVENANCE.search(path.as_posix()))]
    return [_training(match, path) for match, path in matches]


def _training(match: re.Match[str], path: Path) -> Training:
    """Return the training that one provenance.json describes; ``match`` is the match of its path."""
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
    """Return the runs, all seeds, of the trainings among some jobs.

    Args:
        item: Name of the table or page that asks, for error messages.
        jobs: Names of jobs, as ``job_lineage`` gives them.
        runs: The runs to choose from.

    Raises:
        ValueError: If a training has no run.
    """
    by_job: dict[str, list[Training]] = {}
    for run in runs:
        by_job.setdefault(run.job, []).append(run)
    wanted = job_lineage.training_jobs(jobs)
    for job in wanted:
        if job not in by_job:
            raise ValueError(f"{item}: no provenance of {job} among the files given")
    return [run for job in wanted for run in by_job[job]]


def read_benchmarks(folder: Path) -> list[Benchmark]:
    """Return the benchmark files below a folder, in the order of their paths; none if the folder does not exist."""
    return [_benchmark(folder, path) for path in sorted(folder.rglob("*.tsv"))]


def _benchmark(folder: Path, path: Path) -> Benchmark:
    """Return the content of one benchmark file, whose path names the job."""
    name = path.relative_to(folder).with_suffix("").as_posix()
    match = re.fullmatch(r"(.+)[/-]seed-(\d+)", name)
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        row = next(csv.DictReader(file, delimiter="\t"), {})
    wall, cpu, memory = (_number(row.get(key)) for key in ("s", "cpu_time", "max_rss"))
    if memory is not None and memory < WAITING:
        cpu = memory = None
    return Benchmark(match[1] if match else name, match[2] if match else "", wall, cpu, memory)


def _number(text: str | None) -> float | None:
    """Return the number in a cell; None for NA or -, which Snakemake writes for what it has not measured."""
    return float(text) if text and re.fullmatch(r"\d+(\.\d+)?", text) else None


def format_hours(value: float) -> str:
    """Return hours as people read them: more digits for few hours."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:,.0f}"
