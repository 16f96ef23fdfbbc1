"""Jobs behind a study's targets, as Snakemake plans them: read from dry runs, which write nothing and take no lock."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CODE = Path(__file__).parents[3]  # the folder of the Snakefile
HEAD = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):$")
FIELD = re.compile(r"    (input|output|wildcards|resources): (.*)$")
GREETINGS = ("Using ", "Building ", "Assuming ", "Videos of ", "Left out of ")


@dataclass(frozen=True)
class Job:
    """A job: its rule, the values of its wildcards, the files that it reads and writes, and the GPUs that it asks for."""

    rule: str
    wildcards: dict[str, str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    gpus: int

    @property
    def name(self) -> str:
        """Rule and wildcards, as in pretrain/r3d/16-8-3; the seed only where it is not 0."""
        values = [v for k, v in self.wildcards.items() if k != "seed"]
        seed = self.wildcards.get("seed", "0")
        return "/".join([self.rule, *values, *([f"seed-{seed}"] if seed != "0" else [])])


def planned_jobs(folder: Path, targets: Sequence[str] = ()) -> tuple[list[Job], list[Job]]:
    """Ask Snakemake for the jobs behind some targets.

    Args:
        folder: The study's folder.
        targets: Rules or files, as given to snakemake; none means all.

    Returns:
        All jobs, finished ones included; and those that are still to run.

    Raises:
        ValueError: With Snakemake's reason, if it cannot plan.
    """
    with ThreadPoolExecutor() as pool:  # two processes side by side
        every, pending = pool.map(lambda more: dry_run(folder, targets, "--dry-run", *more), (["--forceall"], []))
    return parse_jobs(every), parse_jobs(pending)


def dry_run(folder: Path, targets: Sequence[str], *flags: str) -> str:
    """Return what Snakemake prints about a study, with the default profile. Raises ValueError with its reason if it fails."""
    records = folder / ".snakemake"
    if not os.access(records if records.exists() else folder, os.W_OK):
        raise ValueError(
            f"{records.absolute()} cannot be written, and Snakemake plans only where it can: copy the study (`cp -a`)"
        )
    # -P: a `random.py` in the working folder is none of Python's modules.
    command = [sys.executable, "-P", "-m", "snakemake", *flags, "--nocolor", f"--snakefile={CODE / 'Snakefile'}"]
    command += [f"--workflow-profile={CODE / 'profiles' / 'default'}", f"--directory={folder}", "--", *targets]
    result = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", check=False)
    if result.returncode:
        raise ValueError(failure_reason(result.stdout + result.stderr))
    return result.stdout + result.stderr


def failure_reason(output: str) -> str:
    """Return the first line of Snakemake's output that is neither a greeting nor a heading."""
    output = re.sub(r"(?s)^.*(Config MD5: \w+|Building DAG of jobs\.\.\.)", "", output)
    lines = [line.strip() for line in output.splitlines()]
    reasons = [line for line in lines if line and not line.endswith(":") and not line.startswith(GREETINGS)]
    return reasons[0] if reasons else "snakemake failed without a message"


def parse_jobs(output: str) -> list[Job]:
    """Return the jobs that a dry run prints, without those that only gather files."""
    jobs: list[tuple[str, dict[str, str]]] = []
    for line in output.splitlines():
        if head := HEAD.match(line):
            jobs.append((head[1], {}))
        elif jobs and (field := FIELD.match(line)):
            jobs[-1][1].setdefault(field[1], field[2])
    return [_job(rule, fields) for rule, fields in jobs if "output" in fields]


def _job(rule: str, fields: dict[str, str]) -> Job:
    """Return the job of a rule's printed fields."""
    wildcards = dict(pair.split("=", 1) for pair in fields.get("wildcards", "").split(", ") if pair)
    gpus = re.search(r"\bgpu=(\d+)", fields.get("resources", ""))
    inputs, outputs = (tuple(fields.get(key, "").split(", ")) for key in ("input", "output"))
    return Job(rule, wildcards, inputs, outputs, int(gpus[1]) if gpus else 0)
