"""Long runs: check that the memory, open files, threads, processes and speed of a training stay constant.

A pretraining of a study (by default the embedded one) runs with its loader process, as a user would run it, for the given
time. It is measured from outside every few seconds. The measurements are averaged over equal stretches of time, and a straight
line is fitted to the means. Its slope is printed with a 95 % interval. Measurements before the end of `--warm-up` are
discarded.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import psutil
import yaml

from benchmarks import timing
from vcop.config.fields import flags
from vcop.config.options import MachineOptions
from vcop.config.reader import read_study
from vcop.config.study import Study
from vcop.runtime.process_pool import available_cores

if TYPE_CHECKING:
    from collections.abc import Iterator

EMBEDDED = Path(__file__).parents[1] / "config.yaml"
STRETCHES = 20  # equal stretches of time
STUDENT = 2.10  # Student's t for the slope of a line through so many (18 degrees of freedom)
NETWORK, FOREVER, REQUEUE = "r3d", 10**6, 75
MIB = 2**20


@dataclass(frozen=True)
class Reading:
    """A training and all of its processes at one moment.

    ``own``: MiB of memory that is not a mapped file: that of each process, and shared memory once. (PSS would grow as forked
    processes write to pages that they share.) ``cpu``: seconds. ``steps``: number of steps at ``updated``; -1: not known yet.
    """

    at: float
    own: float
    pss: float
    rss: float
    files: int
    threads: int
    processes: int
    cpu: float
    updated: float
    steps: int


@dataclass(frozen=True)
class Line:
    """A quantity over time: its mean in the first and in the last stretch, and its slope per hour, plus or minus ``error``.

    The quantity is constant if it grows by less than ``allowed`` in the whole time. None: it also depends on other processes
    of the machine, and is not judged.
    """

    name: str
    first: float
    last: float
    slope: float
    error: float
    allowed: float | None

    def grows(self, hours: float) -> bool:
        """Return whether the quantity certainly grows, and by more than is allowed."""
        return self.allowed is not None and self.slope > self.error and self.slope * hours > self.allowed


def main(words: list[str] | None = None) -> int:
    """Measure, and print the table. Returns 1 if a quantity grows."""
    parser = timing.parser("endurance", __doc__)
    parser.add_argument("--minutes", type=float, default=60, help="Minutes to watch (default: %(default)s).")
    parser.add_argument("--warm-up", type=float, default=5, help="Minutes to wait before that (default: %(default)s).")
    parser.add_argument("--every", type=float, default=5, help="Seconds between two looks (default: %(default)s).")
    parser.add_argument("--workers", type=int, default=1, help="Number of loader processes (default: %(default)s).")
    parser.add_argument(
        "--study", type=Path, default=EMBEDDED, help="Configuration of the study (default: the embedded study's)."
    )
    parser.add_argument("--note", default="", help="Remark printed with the table, such as what else the machine did.")
    arguments = parser.parse_args(words)
    study = read_study(yaml.safe_load(arguments.study.read_text()))
    with TemporaryDirectory(prefix="vcop-endurance-") as scratch, training(study, Path(scratch), arguments.workers) as process:
        readings = watch(
            process, Path(scratch) / "progress.json", 60 * (arguments.warm_up + arguments.minutes), arguments.every
        )
        process.send_signal(signal.SIGTERM)
        if process.wait(60) != REQUEUE:
            raise SystemExit(f"the training ended with {process.returncode}, not with {REQUEUE}")
    kept = [r for r in readings if r.at >= readings[0].at + 60 * arguments.warm_up]
    hours, found = (kept[-1].at - kept[0].at) / 3600, lines(kept)
    about = (
        f"`vcop pretrain`, {NETWORK} {study.task}, batches of {study.pretrain.batch_size}, {study.compute.torch_threads} thread, "
        f"{arguments.workers} loader process: {kept[-1].steps - kept[0].steps} steps in {60 * hours:.1f} minutes, {len(kept)} looks; "
        f"{arguments.warm_up:g} minutes before them thrown away. Slopes are of the means of {STRETCHES} equal stretches, ± half their "
        f"95 % interval. {arguments.note}"
    ).strip()
    timing.publish(arguments, about, table(found, hours))
    return int(any(one.grows(hours) for one in found))


@contextmanager
def training(study: Study, scratch: Path, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run an endless pretraining in ``scratch``. The block begins after its first state; at its end all processes are killed."""
    process = subprocess.Popen(command(study, scratch, workers), stdout=sys.stderr)
    try:
        while not (scratch / "state.pt").exists():
            if process.poll() is not None:
                raise SystemExit(f"the training ended with {process.returncode} before its first state")
            time.sleep(0.1)
        yield process
    finally:
        with suppress(psutil.Error):
            for child in [*psutil.Process(process.pid).children(recursive=True), process]:
                child.kill()
        process.wait()


def command(study: Study, scratch: Path, workers: int) -> list[str]:
    """Make the files that the training needs, and return its command."""
    if study.synthesise is None:
        raise SystemExit("--study: one that makes its own videos")
    videos, lists, store = scratch / "videos", scratch / "lists", scratch / "ucf101.h5"
    data = ("--dataset", "ucf101", "--videos", videos, "--lists", lists, "--processes", available_cores())
    beside = ("--digest", scratch / "digest", "--unreadable", scratch / "unreadable.csv")
    start = ("--network", NETWORK, "--seed", 0)
    _vcop("synthesise", *data, "--out", scratch / "made.csv", *flags(study.synthesise).split())
    _vcop("decode", *data, "--out", store, *beside, *flags(study.frames).split())
    _vcop("initialise", *start, "--out", scratch / "random.safetensors", *flags(study.network).split())
    files = ("--frames", store, "--start", scratch / "random.safetensors", "--out", scratch / "model.safetensors")
    machine = MachineOptions(workers=workers, device="cpu", save_minutes=0.5)
    endless = replace(study.pretrain, epochs=FOREVER, schedule="constant")
    options = flags(study.frames, study.input, study.network, study.compute, endless, machine).split()
    count = ("--validation-videos", study.data["ucf101"].validation_videos, "--task", study.task)
    return _words("pretrain", *files, *start, *count, "--order", scratch / "order.csv", *options)


def _vcop(*words: object) -> None:
    subprocess.run(_words(*words), check=True, stdout=sys.stderr)


def _words(*words: object) -> list[str]:
    return [sys.executable, "-m", "vcop", *map(str, words)]


def watch(process: subprocess.Popen[bytes], progress: Path, seconds: float, every: float) -> list[Reading]:
    """Measure a process and its children until ``seconds`` are over. Raises SystemExit if the process ends before that."""
    readings, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"what was watched ended with {process.returncode}")
        with suppress(
            psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError
        ):  # a child that ends meanwhile: the next look will do
            readings.append(look(psutil.Process(process.pid), progress))
        time.sleep(every)
    return readings


def look(process: psutil.Process, progress: Path) -> Reading:
    """Measure once. Memory that processes share counts once in PSS, and once for each of them in RSS."""
    every = [process, *process.children(recursive=True)]
    memory = {key: sum(one) / MIB for key, one in _memory(every).items()}
    cpu = sum(sum(one.cpu_times()[:2]) for one in every)
    updated, steps = 0.0, -1
    with suppress(FileNotFoundError):
        report = json.loads(progress.read_text())
        updated, steps = report["updated"], (report["epoch"] - 1) * report["steps"] + report["step"]
    return Reading(
        time.time(), memory["Anonymous"] + memory["Pss_Shmem"], memory["Pss"], memory["Rss"],
        sum(one.num_fds() for one in every), sum(one.num_threads() for one in every), len(every), cpu, updated, steps,
    )  # fmt: skip


def _memory(processes: Sequence[psutil.Process]) -> dict[str, list[int]]:
    """Return the bytes of memory of each process, by the kernel's names of the kinds of memory."""
    found: dict[str, list[int]] = {}
    for process in processes:
        for words in map(str.split, Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]):
            found.setdefault(words[0].rstrip(":"), []).append(1024 * int(words[1]))
    return found


def lines(readings: Sequence[Reading]) -> list[Line]:
    """Return all quantities over time."""
    of = {
        f.name: np.array(column, float)
        for f, column in zip(fields(Reading), zip(*map(astuple, readings), strict=True), strict=True)
    }
    edges = np.linspace(of["at"][0], of["at"][-1], STRETCHES + 1)
    stretch = np.clip(np.searchsorted(edges, of["at"], "right") - 1, 0, STRETCHES - 1)
    hours = (edges[:-1] + edges[1:]) / 2 / 3600

    def mean(name: str) -> np.ndarray:
        return np.array([of[name][stretch == number].mean() for number in range(STRETCHES)])

    # The training reports its steps every few seconds only, so values at the edges of a stretch are interpolated.
    cpu = np.diff(np.interp(edges, of["at"], of["cpu"]))
    told, first = np.unique(of["updated"], return_index=True)
    steps = np.diff(np.interp(edges, told, of["steps"][first])) if len(told) > STRETCHES else np.full(STRETCHES, np.nan)
    return [
        line("memory of its own, MiB", hours, mean("own"), 0.01 * mean("own")[0]),
        line("PSS, MiB", hours, mean("pss")),
        line("RSS, MiB", hours, mean("rss"), 0.01 * mean("rss")[0]),
        line("open files", hours, mean("files"), 0.5),
        line("threads", hours, mean("threads"), 0.5),
        line("processes", hours, mean("processes"), 0.5),
        line("steps a second", hours, steps / np.diff(edges)),
        line("CPU milliseconds a step", hours, 1000 * cpu / steps, 100 * cpu[0] / steps[0]),
    ]


def line(name: str, hours: np.ndarray, values: np.ndarray, allowed: float | None = None) -> Line:
    """Fit a straight line by least squares."""
    x, mean = hours - hours.mean(), values.mean()
    slope = (x * values).sum() / (x**2).sum()
    rest = values - mean - slope * x
    error = STUDENT * np.sqrt((rest**2).sum() / (len(x) - 2) / (x**2).sum())
    return Line(name, values[0], values[-1], float(slope), float(error), allowed)


def table(found: Sequence[Line], hours: float) -> str:
    """Return a table with a row for each quantity."""
    rows = []
    for one in found:
        change = f"{100 * one.slope / one.first:+.2f} %" if one.first else timing.NONE
        numbers = (f"{one.first:.2f}", f"{one.last:.2f}", f"{one.slope:+.2f} ± {one.error:.2f}", change)
        flat = timing.NONE if one.allowed is None else "**no**" if one.grows(hours) else "yes"
        rows.append([one.name, *numbers, flat])
    return timing.table(["", "first stretch", "last stretch", "slope an hour", "of the first", "flat"], rows)


if __name__ == "__main__":
    sys.exit(main())
