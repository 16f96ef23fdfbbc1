"""Time of the workflow: of a dry run, of a run with nothing to do, and of each rule of a finished study.

The dry run plans the papers' study, with lists of the official sizes in a scratch folder. For a finished study (``--study``),
the seconds of every job are those that Snakemake measured (results/benchmarks), and the seconds of the runs are read from its
logs. The time that a process takes to start and import its modules is measured now, for each command. A study that ``make run`` made
is measured as it was made: ``python -m vcop.shared_start python -m benchmarks.study --study FOLDER``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import timing
from vcop.cli import COMMANDS
from vcop.config.names import QUESTIONS
from vcop.datasets import official_counts
from vcop.datasets.activitynet_qa import FILES, TYPES
from vcop.datasets.splits import HMDB51_SUFFIX, SPLITS
from vcop.paper.measurement.costs import Benchmark, read_benchmarks
from vcop.runtime.atomic_files import write_text
from vcop.shared_start import ADDRESS

ROOT = Path(__file__).parents[1]
PAPERS = ROOT / "studies/paper/config.yaml"
NOTHING = "Nothing to be done"
ASKED, ASKED_SHARE = "10 s", 1 / 3
# Modules that commands import only when they run; for tables and figures, the module that draws an example.
STORE, NETWORK = "h5py, simplejpeg", "safetensors.torch"
LATE = {
    "initialise": f"vcop.networks.registry, vcop.storage.weights, {NETWORK}", "pretrain": f"{STORE}, {NETWORK}", "finetune": f"{STORE}, {NETWORK}",
    "extract": f"{STORE}, {NETWORK}", "illustrate": f"{STORE}, {NETWORK}", "audit": f"{STORE}, {NETWORK}", "decode": STORE,
    "mine": f"{STORE}, {NETWORK}",
    "retrieve": "h5py", "answer": f"h5py, {NETWORK}", "probe": "h5py", "figure": "vcop.paper.figures.retrieval_curves, matplotlib.pyplot",
    "table": "vcop.paper.items.cvpr2019_table1", "check": "h5py", "outline": "torch", "synthesise": "ffmpeg",
}  # fmt: skip
RENDERED = ("cvpr2019_", "tmm2020_", "papers_", "beyond_")


def main(words: list[str] | None = None) -> None:
    """Measure, and print the tables."""
    parser = timing.parser("study", __doc__)
    parser.add_argument("--study", type=Path, help="Directory of a finished study.")
    parser.add_argument("--cores", default="all", help="Number of cores for Snakemake.")
    arguments = parser.parse_args(words)
    with TemporaryDirectory(prefix="vcop-benchmark-") as folder:
        papers(Path(folder))
        ways = {"dry run at the papers' size": partial(_run, ROOT, Path(folder), arguments.cores, "--dry-run")}
        if arguments.study:
            finished(arguments.study, arguments.cores)
            ways["run of the given study, nothing to do"] = partial(
                _run, _code(arguments.study), arguments.study, arguments.cores
            )
        seconds = timing.interleaved(ways, arguments.repeats)
    rows = [[name, timing.spread(values), ASKED] for name, values in seconds.items()]
    parts = [timing.table(("", "seconds", "asked, below"), rows)]
    if arguments.study:
        parts += where_it_went(arguments.study, arguments.repeats)
    else:
        parts.append("`python -m benchmarks.study --study FOLDER` shows where the time of a finished study went.")
    timing.publish(arguments, *parts)


def _run(code: Path, folder: Path, cores: str, *more: str) -> float:
    """Run Snakemake, and return the seconds that it took."""
    start = time.perf_counter()
    snakemake(code, folder, cores, *more)
    return time.perf_counter() - start


def snakemake(code: Path, folder: Path, cores: str, *more: str) -> str:
    """Run Snakemake, and return its output. Raises SystemExit with the end of the output if it fails."""
    where = ("--snakefile", code / "Snakefile", "--workflow-profile", code / "profiles/default", "--directory", folder)
    variables = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *map(str, where), "--cores", cores, *more],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | variables, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{folder}: snakemake failed\n{done.stdout[-3000:]}")
    return done.stdout


def _code(study: Path) -> Path:
    """Return the folder of a study's workflow: the study itself, or this repository."""
    return study if (study / "Snakefile").exists() else ROOT


def finished(study: Path, cores: str) -> None:
    """Raise SystemExit if the study is not finished, so that no benchmark ever trains anything."""
    if NOTHING not in snakemake(_code(study), study, cores, "--dry-run"):
        raise SystemExit(f"{study}: not a finished study, `snakemake -n` has something to do there: run it to the end first")


def papers(folder: Path) -> None:
    """Write what a dry run needs of the papers' study: config.yaml, lists of official sizes, empty folders of videos."""
    data = folder / "data"
    shutil.copy(PAPERS, folder / "config.yaml")
    for name in ("UCF-101", "hmdb51", "activitynet"):
        (data / name).mkdir(parents=True)
    (data / "glove.6B.zip").write_bytes(b"")
    ucf101_lists(data / "ucfTrainTestlist")
    hmdb51_lists(data / "testTrainMulti_7030_splits")
    _annotations(data / QUESTIONS)


def ucf101_lists(folder: Path) -> None:
    """Write lists with as many lines as the official ones: 9537, 9586, 9624 training and 3783, 3734, 3696 test videos."""
    rows = official_counts.class_counts("ucf101")
    write_text(folder / "classInd.txt", "".join(f"{i} {name}\n" for i, name in enumerate(rows, 1)))
    for split in SPLITS:
        training, test = [], []
        for number, (name, row) in enumerate(rows.items(), 1):
            videos = [f"{name}/v_{name}_g{i // 7 + 1:02d}_c{i % 7 + 1:02d}.avi" for i in range(row["videos"])]
            training += [f"{video} {number}\n" for video in videos[: row[f"train{split}"]]]
            test += [f"{video}\n" for video in videos[row[f"train{split}"] :]]
        write_text(folder / f"trainlist0{split}.txt", "".join(training))
        write_text(folder / f"testlist0{split}.txt", "".join(test))


def hmdb51_lists(folder: Path) -> None:
    """Write lists with 70 training and 30 test videos of each of 51 classes; other videos are unused."""
    for name, row in official_counts.class_counts("hmdb51").items():
        for split in SPLITS:
            roles = [1] * row[f"train{split}"] + [2] * row[f"test{split}"]
            lines = [f"{name}_{i}.avi {role} \n" for i, role in enumerate(roles + [0] * (row["videos"] - len(roles)))]
            write_text(folder / (name + HMDB51_SUFFIX.format(split=split)), "".join(lines))


def _annotations(folder: Path) -> None:
    """Write annotations with the published numbers of questions and videos."""
    for role, (videos, types) in official_counts.QUESTIONS_OF.items():
        asked, answered = [], []
        for kind, count in enumerate(types):
            for i in range(count):
                name = f"{FILES[role]}_{len(asked)}"
                asked.append(
                    {"video_name": f"{FILES[role]}{i % videos:07d}", "question": f"what is {TYPES[kind]}", "question_id": name}
                )
                answered.append({"answer": "yes", "type": kind, "question_id": name})
        write_text(folder / f"{FILES[role]}_q.json", json.dumps(asked))
        write_text(folder / f"{FILES[role]}_a.json", json.dumps(answered))


def where_it_went(study: Path, repeats: int) -> list[str]:
    """Return a table of each rule's jobs, their seconds, and the seconds that they took to start."""
    jobs = sorted(read_benchmarks(study / "results/benchmarks"), key=lambda job: job.rule)
    rules = {rule: list(of) for rule, of in groupby(jobs, key=lambda job: job.rule)}
    kinds = {rule: verb(rule) for rule in rules}
    begun = timing.interleaved({kind: partial(start_up, kind) for kind in sorted(set(kinds.values()) - {""})}, repeats)
    rows = [_row(rule, of, begun.get(kinds[rule])) for rule, of in rules.items()]
    rows.sort(key=lambda row: -row[2])
    rows.append(["all", *(sum(row[i] for row in rows) for i in (1, 2)), None, sum(row[4] or 0 for row in rows)])
    cells = [[rule, count, *map(_cell, (wall, each, spent)), _share(spent, wall)] for rule, count, wall, each, spent in rows]
    header = (
        "rule",
        "jobs",
        "wall s",
        "s to start one",
        "s to start all",
        f"share (asked: {ASKED_SHARE:.0%} at most)",
    )
    runs = spans(study / ".snakemake/log")
    cores, seconds = max((n for n, _ in runs), default=1), sum(s for _, s in runs)
    said = f"{len(runs)} runs that had work to do, {seconds:.0f} s in all ({seconds / 60:.1f} min), {cores} cores"
    busy = (
        f"; jobs took {rows[-1][2]:.0f} s, {100 * rows[-1][2] / (cores * seconds):.0f} % of the cores' time" if seconds else ""
    )
    return [f"By Snakemake's logs: {said}{busy}.", timing.table(header, cells)]


def _row(rule: str, jobs: Sequence[Benchmark], begun: list[float] | None) -> list[Any]:
    """Return a row: rule, jobs, seconds, and the seconds to start one job and all jobs."""
    wall = sum(job.wall or 0.0 for job in jobs)
    each = median(begun) if begun else None
    return [rule, len(jobs), wall, each, each and each * len(jobs)]


def _cell(seconds: float | None) -> str:
    return timing.NONE if seconds is None else timing.number(seconds)


def _share(spent: float | None, wall: float) -> str:
    return f"{spent / wall:.0%}" if spent and wall else timing.NONE


def verb(rule: str) -> str:
    """Return the command that a rule calls; ``table`` or ``figure`` if it draws an item, "" if it is not known."""
    if rule.startswith(RENDERED):
        return "figure" if "figure" in rule else "table"
    return next((name for name in sorted(COMMANDS, key=len, reverse=True) if rule == name or rule.startswith(f"{name}_")), "")


def start_up(kind: str) -> float:
    """Return the seconds that a new process takes to start and to import its modules, with one thread, as in the workflow.

    Below a shared start (``vcop.shared_start``) they are the seconds of a command that only prints its help.
    """
    name = "render" if kind in {"table", "figure"} else kind
    late = f"; import {LATE[kind]}" if kind in LATE else ""
    alone = ("-c", f"from vcop.cli import build_parser; build_parser({name!r}){late}")
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *(("-m", "vcop", name, "--help") if ADDRESS in os.environ else alone)],
        check=True, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    return time.perf_counter() - start


def spans(logs: Path) -> list[tuple[int, float]]:
    """Return the number of cores and the seconds of each run of Snakemake that executed jobs."""
    found = []
    for path in sorted(logs.glob("*.log")):
        text = path.read_text(errors="replace")
        cores, took = (
            re.search(r"^Provided cores: (\d+)", text, re.MULTILINE),
            re.search(r"^Elapsed time: (.*)$", text, re.MULTILINE),
        )
        if cores and took and "Finished jobid" in text:
            hours, minutes, seconds = took[1].split(":")
            found.append((int(cores[1]), 3600 * float(hours) + 60 * float(minutes) + float(seconds)))
    return found


if __name__ == "__main__":
    main()
