"""The same work on many videos, in several processes, with a progress display."""

from __future__ import annotations

import math
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from vcop.runtime.progress import Progress

Result = TypeVar("Result")
CGROUPS = Path("/sys/fs/cgroup")


def available_cores(groups: Path = CGROUPS, membership: Path = Path("/proc/self/cgroup")) -> int:
    """Return how many CPU cores this process may use, as taskset, SLURM or a container allow; the machine may have more.

    Args:
        groups: Directory of the kernel's control groups (version 2).
        membership: File that names the group of this process.
    """
    cores = float(len(os.sched_getaffinity(0)))
    with suppress(OSError):
        own = next((line[3:] for line in membership.read_text().splitlines() if line.startswith("0::")), "/")
        folder = groups / own.strip("/")
        for limit in [folder / "cpu.max", *(parent / "cpu.max" for parent in folder.parents)]:
            with suppress(OSError, ValueError):  # the machine's own group has no limit, others may say "max"
                quota, period = map(int, limit.read_text().split())
                cores = min(cores, quota / period)
    return max(1, math.ceil(cores))


def allowed_threads() -> int:
    """Return with how many threads this process may compute: OMP_NUM_THREADS, which Snakemake sets for a job, or the number of cores."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, int(given)) if given.isdecimal() else available_cores()


def start_pool(processes: int) -> ProcessPoolExecutor:
    """Start worker processes that end when this process ends, even if it is killed; otherwise they would wait for work forever."""
    return ProcessPoolExecutor(processes, initializer=end_with_parent)


def end_with_parent() -> None:
    """Make this process end when the one that forked it ends, or at once if that one has already ended."""

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def map_videos(
    name: str, work: Callable[..., Result], videos: Mapping[str, tuple[Any, ...]], processes: int, killed: str
) -> dict[str, Result]:
    """Call a function for many videos in parallel.

    Args:
        name: Name of the work, for the progress display.
        work: Function that is called once for each video; it must be picklable.
        videos: Arguments of ``work`` by video.
        processes: Number of worker processes.
        killed: Message of the error if a worker process was killed.

    Returns:
        Results by video, in the order in which they were completed.

    Raises:
        ValueError: A worker process was killed.
        Exception: Whatever ``work`` raises; videos that were not begun by then are left out.
    """
    results = {}
    with start_pool(processes) as pool, Progress(name, len(videos), "video") as progress:
        video_of = {pool.submit(work, *arguments): video for video, arguments in videos.items()}
        try:
            for future in as_completed(video_of):
                results[video_of[future]] = future.result()
                progress.advance()
        except BrokenProcessPool:
            raise ValueError(killed) from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return results
