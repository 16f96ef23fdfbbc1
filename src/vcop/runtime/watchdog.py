"""Waiting that ends: for the loader's processes, for the other processes of a training, for a file system that does not answer.

What stops in the middle of a read or a write cannot be interrupted from within; so a thread looks on, and ends the process.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

MINUTES = 10.0  # in which a verb must do something
LONGER = " If it is only slow, raise machine.wait_minutes"
AGAIN = "the same command goes on from the last state"
# What PyTorch says, and what we say instead; {} is the first group.
WORKER_ERRORS = {
    r"DataLoader worker .* is killed by signal: Bus error": "a loader process found no shared memory (is /dev/shm full?): "
    f"make room there, or lower machine.workers; {AGAIN}",
    r"DataLoader worker .* is killed by signal: (\w+)": "a loader process is gone: ended by another one ({}; by the system, if memory "
    f"was short: lower machine.workers then); {AGAIN}",
    r"DataLoader worker .* exited unexpectedly": f"a loader process is gone: by an error of its own, see above, or ended "
    f"by another one (by the system, if memory was short: lower machine.workers then); {AGAIN}",
    r"shared memory\(shm\)|/torch_\d+_\d+_\d+": "/dev/shm, where loader processes hand over their batches, has too little room: "  # noqa: S108
    "make it larger (docker run --shm-size), or lower machine.workers",
    r"(.*(?:gloo|NCCL|[Cc]onnection (?:closed|reset) by peer|Broken pipe).*)": "another process of this training has ended, or has "
    f"not answered for machine.wait_minutes and 5 more; {AGAIN} ({{}})",
}


def explain_worker_error(problem: str) -> str | None:
    """An error of PyTorch's that is about waiting, in our words; None of any other."""
    for pattern, said in WORKER_ERRORS.items():
        if found := re.search(pattern, problem):
            return said.format(*found.groups())
    return None


def end_children() -> None:
    """Kill what this process has started and would otherwise wait for, stopped as it may be."""
    for child in _children():
        with suppress(psutil.Error):
            child.kill()


def _end(said: str) -> None:
    print(said, file=sys.stderr, flush=True)
    end_children()
    os._exit(1)


def _slept(seconds: float, sleep: Callable[[float], object] = time.sleep) -> float:
    """Sleep; how long it was, but for a time in which this process was itself suspended (by SLURM, say): that is no waiting."""
    begun = time.monotonic()
    sleep(seconds)
    return min(time.monotonic() - begun, 2 * seconds)


@dataclass
class _Doing:
    """What is read or written, and for how long so far."""

    what: str
    minutes: float
    seconds: float = 0.0


class _Watch(threading.Thread):
    """Ends the process when what it does takes longer than it may."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.doing: _Doing | None = None
        self.process = os.getpid()
        self.start()

    def run(self) -> None:
        while True:
            passed = _slept(0.5)
            if doing := self.doing:
                doing.seconds += passed
                if doing.seconds > 60 * doing.minutes:
                    said = f"{doing.what} has not come to an end for {doing.minutes:g} minutes: is its file system frozen?"
                    _end(f"vcop: {said}{LONGER}; {AGAIN}")


_WATCHES: list[_Watch] = []


@contextmanager
def deadline(minutes: float, what: str) -> Iterator[None]:
    """The block, which reads or writes, may take so long; else the process ends, saying ``what``."""
    if not _WATCHES or _WATCHES[0].process != os.getpid():  # threads do not outlive a fork
        _WATCHES[:] = [_Watch()]
    watch = _WATCHES[0]
    before, watch.doing = watch.doing, _Doing(what, minutes)
    try:
        yield
    finally:
        watch.doing = before


_HEARTBEAT = threading.Event()
heartbeat = _HEARTBEAT.set  # said again and again by what waits on purpose


@contextmanager
def require_activity(name: str, minutes: float) -> Iterator[None]:
    """The block may take as long as it takes, unless so long nothing at all is done; then the process ends, naming its files.

    The last net, for all that ``within`` does not know of. In a time of which less than 1 % is computed, here and in the processes
    started here, and in which they read and write less than 10 KB a second, nothing is done.
    """
    over = threading.Event()

    def watch() -> None:
        quiet, every, theirs = 0.0, min(10.0, 10 * minutes), 0.0
        while not over.is_set():
            _HEARTBEAT.clear()
            before = _effort([me])
            passed = _slept(every, over.wait)
            spent = _effort([me]) - before
            if spent < 0.01 * every:  # else there is no need to look for children, which costs the more the larger the machine
                theirs, spent = (now := _effort(_children())), spent + abs(now - theirs)
            quiet = 0.0 if spent > 0.01 * every or _HEARTBEAT.is_set() else quiet + passed
            if quiet > 60 * minutes + every and not over.is_set():  # later than ``within``, which says more
                said = f"{name}: nothing has been done for {minutes:g} minutes: is a file system frozen?"
                _end(f"{said} Nothing is lost, run again. Open files: {', '.join(_opened()) or 'none'}")

    me = psutil.Process()
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _effort(processes: list[psutil.Process]) -> float:
    """Seconds computed, and megabytes read and written, so far."""
    spent = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
            if psutil.LINUX:
                data = process.io_counters()
                spent += (data.read_chars + data.write_chars + data.read_bytes + data.write_bytes) / 1e6
    return spent


def _opened() -> list[str]:
    """The files that this process has open, without asking their file systems, which may not answer."""
    found = []
    for number in os.listdir("/proc/self/fd") if psutil.LINUX else []:
        with suppress(OSError):
            path = os.readlink(f"/proc/self/fd/{number}")
            if path.startswith("/") and not path.startswith(("/dev/", "/proc/")) and not path.endswith(".so"):
                found.append(path)
    return sorted(set(found))
