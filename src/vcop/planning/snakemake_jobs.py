"""The jobs behind a study's targets, as Snakemake plans them: asked of it in dry runs, which write nothing and take no lock."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

CODE = Path(__file__).parents[3]
HEAD = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):$")
FIELD = re.compile(r"    (input|output|wildcards|resources): (.*)$")


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
        """The rule and all wildcards but the seed 0."""
        values = [v for k, v in self.wildcards.items() if k != "seed"]
        seed = self.wildcards.get("seed", "0")
        return "/".join([self.rule, *values, *([f"seed-{seed}"] if seed != "0" else [])])


def planned_jobs(folder: Path, targets: Sequence[str]) -> tuple[list[Job], list[Job]]:
    """All jobs behind the targets, and those of them that are still to run. Raises ValueError with Snakemake's reason."""
    with ThreadPoolExecutor() as pool:  # two processes side by side
        every, pending = pool.map(lambda more: dry_run(folder, targets, "--dry-run", *more), (["--forceall"], []))
    return parse_jobs(every), parse_jobs(pending)


def dry_run(folder: Path, targets: Sequence[str], *words: str) -> str:
    """What Snakemake prints of a study, with the default profile. Raises ValueError with its reason where it fails."""
    command = [sys.executable, "-m", "snakemake", *words, "--nocolor", f"--snakefile={CODE / 'Snakefile'}"]
    command += [f"--workflow-profile={CODE / 'profiles' / 'default'}", f"--directory={folder}", "--", *targets]
    said = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", check=False)
    if said.returncode:
        raise ValueError(failure_reason(said.stdout + said.stderr))
    return said.stdout + said.stderr


def failure_reason(said: str) -> str:
    """The first line of what Snakemake says that is neither a greeting nor a heading."""
    said = re.sub(r"(?s)^.*(Config MD5: \w+|Building DAG of jobs\.\.\.)", "", said)
    lines = [line.strip() for line in said.splitlines()]
    greetings = ("Using ", "Building ", "Assuming ")
    told = [line for line in lines if line and not line.endswith(":") and not line.startswith(greetings)]
    return told[0] if told else "snakemake failed without a word"


def parse_jobs(said: str) -> list[Job]:
    """The jobs that a dry run prints; targets that only gather files are not among them."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in said.splitlines():
        if head := HEAD.match(line):
            found.append((head[1], {}))
        elif found and (field := FIELD.match(line)):
            found[-1][1].setdefault(field[1], field[2])
    return [_job(rule, fields) for rule, fields in found if "output" in fields]


def _job(rule: str, fields: dict[str, str]) -> Job:
    wildcards = dict(pair.split("=", 1) for pair in fields.get("wildcards", "").split(", ") if pair)
    gpus = re.search(r"\bgpu=(\d+)", fields.get("resources", ""))
    inputs, outputs = (tuple(fields.get(key, "").split(", ")) for key in ("input", "output"))
    return Job(rule, wildcards, inputs, outputs, int(gpus[1]) if gpus else 0)


def dependencies(jobs: Sequence[Job]) -> list[list[int]]:
    """Of each job the places of those whose files it reads."""
    makers = {path: place for place, job in enumerate(jobs) for path in job.outputs}
    return [sorted({makers[path] for path in job.inputs if path in makers} - {place}) for place, job in enumerate(jobs)]


def longest_chain(jobs: Sequence[Job], hours: Sequence[float]) -> list[int]:
    """The places of the jobs that take longest one after the other, first to last."""
    behind = hours_behind(jobs, hours)
    following: list[list[int]] = [[] for _ in jobs]
    for place, before in enumerate(dependencies(jobs)):
        for other in before:
            following[other].append(place)
    path = [max(range(len(jobs)), key=behind.__getitem__)] if jobs else []
    while path and following[path[-1]]:
        path.append(max(following[path[-1]], key=behind.__getitem__))
    return [place for place in path if hours[place]]


def hours_behind(jobs: Sequence[Job], hours: Sequence[float]) -> list[float]:
    """Of each job the hours from its beginning to the end of the longest chain that begins with it."""
    before = dependencies(jobs)
    behind = list(hours)
    for place in reversed(list(TopologicalSorter(dict(enumerate(before))).static_order())):
        for other in before[place]:
            behind[other] = max(behind[other], hours[other] + behind[place])
    return behind


def makespan(jobs: Sequence[Job], hours: Sequence[float], gpus: int) -> float:
    """Hours until all are done on so many GPUs, those that most waits for first; jobs without a GPU take no place."""
    before, behind = [set(b) for b in dependencies(jobs)], hours_behind(jobs, hours)
    done: set[int] = set()
    running: dict[int, float] = {}
    free, now = gpus, 0.0
    waiting = sorted(range(len(jobs)), key=lambda place: -behind[place])
    while waiting or running:
        for place in [p for p in waiting if before[p] <= done]:
            wanted = min(jobs[place].gpus, gpus)
            if wanted <= free:
                free -= wanted
                running[place] = now + hours[place]
                waiting.remove(place)
        now = min(running.values())
        for place in [p for p, end in running.items() if end <= now]:
            free += min(jobs[place].gpus, gpus)
            del running[place]
            done.add(place)
    return now
