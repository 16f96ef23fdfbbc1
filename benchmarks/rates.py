"""Seconds of a study's jobs on this machine, so that `vcop plan --rates` knows the hours of the whole study before it runs.

A miniature of the study is run by Snakemake, twice: the same networks, clips, batches and settings, but a few synthetic videos
and few epochs, in the second run more than in the first. What both runs have in common is the time that a job needs in any case
(process, imports, checks, files); the difference gives the speed of its work. As many jobs run side by side as they would in the study.

On a machine that is busy with other work, seconds say little. ``--cpu`` counts seconds of CPU time in their place, those of a job's
processes and Snakemake's own: what the jobs would take alone on this machine, if they do not wait for a disk.
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any, Self

import psutil
import torch
import yaml

from benchmarks import study as workflow
from benchmarks import timing
from vcop.config.names import PAPER_NETWORKS
from vcop.config.reader import read_study
from vcop.config.study import Study
from vcop.planning.cost_model import CostModel
from vcop.planning.job_times import OTHER, TIMES_FORMAT, job_work, what_was_measured
from vcop.planning.snakemake_jobs import Job, planned_jobs
from vcop.runtime.atomic_files import write_text
from vcop.runtime.process_pool import available_cores

GROUPS, VIDEOS, QUESTION_VIDEOS = 12, 2, 60  # of the synthetic data sets
EPOCHS = (2, 12)  # of both runs; of question answering
LESS = 5  # of the clips of a test video, the first run has one in so many
ITEMS = ("cvpr2019_table1", "cvpr2019_figure3")  # tables and figures that need no more than the other targets
LOOK = 0.1  # seconds between two looks at the CPU time of processes
Measured = dict[
    tuple[str, str], list[list[tuple[float, float]]]
]  # work and seconds of the jobs of each run, by rule and network


def main(words: list[str] | None = None) -> None:
    """Measure, print the table and write rates.json."""
    parser = timing.parser("rates", __doc__)
    parser.add_argument(
        "--study", type=Path, default=workflow.ROOT / "config.yaml", help="Its config.yaml (default: the embedded study's)."
    )
    parser.add_argument("--seeds", type=int, default=1, help="Jobs of each kind that are measured (default: %(default)s).")
    parser.add_argument("--cpu", action="store_true", help="Count CPU time: for a machine that is busy with other work.")
    parser.add_argument(
        "--json", type=Path, default=timing.RESULTS / "rates.json", help="File to write (default: %(default)s)."
    )
    arguments = parser.parse_args(words)
    raw = yaml.safe_load(arguments.study.read_text())
    study, slots = read_study(raw), at_once(read_study(raw))
    found: Measured = defaultdict(lambda: [[], []])
    with TemporaryDirectory(prefix="vcop-rates-") as folder:
        for number, epochs in enumerate(EPOCHS):
            made = miniature(raw, study, epochs, arguments.seeds, less=LESS if number == 0 else 1)
            (Path(folder) / "config.yaml").write_text(yaml.safe_dump(made))
            between = run(Path(folder), read_study(made), slots, number, found, cpu=arguments.cpu)
    rules = fitted(found)
    what = {"options": what_was_measured(study), "machine": timing.machine(), "at_once": slots, "between": between}
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    write_text(arguments.json, json.dumps({"format": TIMES_FORMAT, "study": study.study, **what, "rules": rules}, indent=1))
    of = "seconds of CPU time" if arguments.cpu else "seconds"
    about = f"{slots} job{'s' * (slots > 1)} at a time; Snakemake takes {between:.2f} s for a job; all are {of}."
    timing.publish(arguments, about, timing.table(("rule", "s without its work", "work of a second"), list(rows(rules))))


def at_once(study: Study) -> int:
    """Return how many trainings of a study run at the same time: one a GPU, or as many as the cores have room for."""
    fitting = available_cores() // (study.compute.torch_threads + study.machine.workers)
    gpus = torch.cuda.device_count() if study.machine.device != "cpu" else 0
    return max(1, min(fitting, gpus) if gpus else fitting)


def miniature(raw: dict[str, Any], study: Study, epochs: int, seeds: int, less: int) -> dict[str, Any]:
    """Return the configuration of the miniature of a study."""
    made = raw | {"seeds": list(range(seeds)), "task_epochs": {}, "finetune_epochs": {}}
    made["extract"] = raw.get("extract", {}) | {"test_clips": max(1, study.extract.test_clips // less)}
    made["mine"] = raw.get("mine", {}) | {"tuples": max(1, study.mine.tuples // less)}
    for section in ("pretrain", "finetune", "answer"):
        made[section] = raw.get(section, {}) | {"epochs": epochs}
    videos = dataclasses.asdict(study.synthesise) if study.synthesise else {}
    made["synthesise"] = videos | {"groups": GROUPS, "videos_per_group": VIDEOS}
    made["data"] = {name: _places(name) | {"validation_videos": 20, "processes": 1} for name in raw["data"]}
    if study.questions:
        texts = {"annotations": "annotations", "vectors": "annotations/vectors.txt"}
        where = {key: f"results/synthetic/activitynet-qa/{path}" for key, path in ({"videos": "videos"} | texts).items()}
        made |= {"questions": where | {"clips": study.questions.clips, "processes": 1}}
        made["quiz"] = raw.get("quiz", {}) | {"question_videos": QUESTION_VIDEOS}
    return {key: value for key, value in made.items() if key not in {"start", "download"}}


def _places(dataset: str) -> dict[str, str]:
    return {key: f"results/synthetic/{dataset}/{key}" for key in ("videos", "lists")}


def targets(study: Study) -> list[str]:
    """Return what the miniature makes: every kind of job of each network, and some items."""
    dataset, task, seeds = next(iter(study.data)), study.task, study.seeds
    files = [
        f"results/retrieval/{dataset}/{n}/{w}/conv5-seed-{s}.csv"
        for n in PAPER_NETWORKS
        for w in ("random", task)
        for s in seeds
    ]
    files += [f"results/recognition/{dataset}-1/{n}/{task}/from-conv1/seed-{s}.csv" for n in PAPER_NETWORKS for s in seeds]
    files += [f"results/mine/r3d/{task}/seed-{s}/hard.txt" for s in seeds]
    if study.questions:
        files += [
            f"results/answers/{of}/seed-{s}.csv" for of in (f"c3d/{task}", f"r3d/{task}", "question-only") for s in seeds
        ]
    return [*files, *ITEMS]


def run(folder: Path, study: Study, slots: int, number: int, found: Measured, *, cpu: bool) -> float:
    """Run a miniature, and add the work and seconds of its jobs. Returns the seconds of Snakemake for each job."""
    wanted, before = targets(study), time.time()
    with CpuTimes() as used:
        workflow.snakemake(workflow.ROOT, folder, str(available_cores()), *wanted)
    seconds, model, busy, count = time.time() - before, CostModel(study, folder), 0.0, 0
    for job in planned_jobs(folder, wanted)[0]:
        begun, took = spent(folder, job)
        if begun >= before:
            took = next((used.jobs[file] for file in job.outputs if file in used.jobs), took) if cpu else took
            found[job.rule, job.wildcards.get("network", "")][number].append((job_work(model, job) or 0.0, took))
            busy, count = busy + took, count + 1
    return (used.snakemake if cpu else max(0.0, seconds * slots - busy)) / max(1, count)


class CpuTimes:
    """CPU seconds of the jobs of Snakemake within the block, by the file that each writes, and of Snakemake itself."""

    def __enter__(self) -> Self:
        self.jobs: dict[str, float] = {}
        self.snakemake, self._end = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        """Look at all processes below this one, until the end."""
        while not self._end.wait(LOOK):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    self._look(process)

    def _look(self, process: psutil.Process) -> None:
        """Note the CPU time of a job's process and of the ended processes that it has started."""
        words, used = process.cmdline(), sum(process.cpu_times()[:4])
        if "vcop" in words and "--out" in words:
            out = words[words.index("--out") + 1]
            self.jobs[out] = max(used, self.jobs.get(out, 0.0))
        elif "snakemake" in words and psutil.Process(process.ppid()).pid == psutil.Process().pid:
            self.snakemake = max(self.snakemake, sum(process.cpu_times()[:2]))


def spent(folder: Path, job: Job) -> tuple[float, float]:
    """Return when a job began and how many seconds it took, from Snakemake's record of its first file."""
    name = b64encode(job.outputs[0].encode()).decode()
    record = json.loads((folder / ".snakemake/metadata" / name).read_text())
    return record["starttime"], record["endtime"] - record["starttime"]


def fitted(found: Measured) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the seconds without work, and the work of a second, of each rule and network."""
    rules: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    drawn = []
    for (rule, network), runs in found.items():
        if rule.startswith(workflow.RENDERED):
            drawn += [took for of in runs for _, took in of]
        else:
            rules[rule][network] = line(runs)
    return rules | {OTHER: {"": (mean(drawn), 0.0)}}


def line(runs: list[list[tuple[float, float]]]) -> tuple[float, float]:
    """Return the seconds without work, and the work of a second, of one kind of job in both runs."""
    points = [(median(work for work, _ in of), median(took for _, took in of)) for of in runs if of]
    (less, short), (more, long) = points[0], points[-1]
    if more > less and long > short:
        speed = (more - less) / (long - short)
        return max(0.0, short - less / speed), speed
    # All work was the same: of data sets, which are large in a study, it is taken to be all that costs time.
    return (0.0, more / long) if more and more == less else (median(took for _, took in points), 0.0)


def rows(rules: dict[str, dict[str, tuple[float, float]]]) -> Iterator[list[str]]:
    """Yield the rows of the table."""
    for rule, networks in sorted(rules.items()):
        for network, (start, speed) in sorted(networks.items()):
            work = timing.NONE if not speed else f"{speed / 1e9:.3g} GFLOP" if speed > 1e6 else f"{speed:.3g} videos"
            yield [f"{rule} {network}".strip(), f"{start:.2f}", work]


if __name__ == "__main__":
    main()
