"""Time limits for work that cannot be interrupted: reading and writing on a file system that may be frozen, and waiting for processes.

A call that never returns from the operating system cannot be interrupted by the thread that made it. So a second thread, the watchdog,
looks on. When a limit is exceeded, it prints one line and ends the process together with its children. There are two limits:
``deadline`` for one operation that is known to wait (a batch, writing a state), and ``require_activity`` around a whole command.
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

IDLE_MINUTES = 10.0  # limit of a command that has no option `wait_minutes`
CONTINUE = "the same command goes on from the last state"
# Errors of PyTorch by their text, and the message to print instead; {} is the first group of the pattern.
WORKER_ERRORS = {
    r"DataLoader worker .* is killed by signal: Bus error": "a data loader process found no shared memory (is /dev/shm full?): "
    f"make room there, or lower machine.workers; {CONTINUE}",
    r"DataLoader worker .* is killed by signal: (\w+)": "a data loader process was killed ({}), by another process or by the system; "
    f"the system does so when memory is short: lower machine.workers then; {CONTINUE}",
    r"DataLoader worker .* exited unexpectedly": "a data loader process was killed or ended with an error (see above); the system "
    f"kills processes when memory is short: lower machine.workers then; {CONTINUE}",
    r"shared memory\(shm\)|/torch_\d+_\d+_\d+": "/dev/shm, where data loader processes hand over batches, has too little room: "  # noqa: S108
    "make it larger (docker run --shm-size), or lower machine.workers",
    r"(.*(?:gloo|NCCL|[Cc]onnection (?:closed|reset) by peer|Broken pipe).*)": "another process of this training has ended, or has "
    f"not answered for machine.wait_minutes and 5 more; {CONTINUE} ({{}})",
}


def explain_worker_error(message: str) -> str | None:
    """Explain an error of PyTorch that comes from a loader process or from another process of the training.

    Args:
        message: Text of the error.

    Returns:
        A message for the user; None for any other error.
    """
    for pattern, explanation in WORKER_ERRORS.items():
        if match := re.search(pattern, message):
            return explanation.format(*match.groups())
    return None


def end_children() -> None:
    """Kill all processes that this one has started, also suspended ones; at its end it would wait for them."""
    for child in _children():
        with suppress(psutil.Error):
            child.kill()


def _end_process(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
    end_children()
    os._exit(1)


def _sleep(seconds: float, sleep: Callable[[float], object] = time.sleep) -> float:
    """Sleep and return for how long. Time in which this process was itself suspended (by SLURM, for example) does not count."""
    begin = time.monotonic()
    sleep(seconds)
    return min(time.monotonic() - begin, 2 * seconds)


@dataclass
class _Operation:
    """An operation with a time limit, and the time that it has taken so far."""

    name: str
    minutes: float
    seconds: float = 0.0


class _DeadlineWatchdog(threading.Thread):
    """Ends the process when the current operation exceeds its limit."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.operation: _Operation | None = None
        self.process = os.getpid()
        self.start()

    def run(self) -> None:
        while True:
            passed = _sleep(0.5)
            if operation := self.operation:
                operation.seconds += passed
                if operation.seconds > 60 * operation.minutes:
                    late = (
                        f"{operation.name} has not finished within {operation.minutes:g} minutes: is its file system frozen?"
                    )
                    _end_process(f"vcop: {late} If it is only slow, raise machine.wait_minutes; {CONTINUE}")


_WATCHDOGS: list[_DeadlineWatchdog] = []


@contextmanager
def deadline(minutes: float, name: str) -> Iterator[None]:
    """Limit the time of a block that reads or writes. If it takes longer, the process ends with a message.

    Args:
        minutes: The limit.
        name: What the block does, for the message; for example "reading ucf101.h5".
    """
    if not _WATCHDOGS or _WATCHDOGS[0].process != os.getpid():  # threads do not survive a fork
        _WATCHDOGS[:] = [_DeadlineWatchdog()]
    watchdog = _WATCHDOGS[0]
    outer, watchdog.operation = watchdog.operation, _Operation(name, minutes)
    try:
        yield
    finally:
        watchdog.operation = outer


_HEARTBEAT = threading.Event()
heartbeat = _HEARTBEAT.set  # called again and again by code that waits on purpose, so that it counts as active


@contextmanager
def require_activity(name: str, minutes: float) -> Iterator[None]:
    """End the process if nothing is done within the block for a long time. The block as a whole may take any time.

    This is the last safety net, for everything that has no ``deadline``. "Nothing is done" means: less than 1 % of the time is spent
    computing, here and in child processes, and less than 10 KB per second are read or written.

    Args:
        name: Beginning of the message, which also lists the open files.
        minutes: The limit; infinite for none.
    """
    finished = threading.Event()

    def watch() -> None:
        idle, interval, child_work = 0.0, min(10.0, 10 * minutes), 0.0
        while not finished.is_set():
            _HEARTBEAT.clear()
            before = _work_done([me])
            passed = _sleep(interval, finished.wait)
            work = _work_done([me]) - before
            if work < 0.01 * interval:  # only now ask for the children, which takes longer the more processes a machine has
                child_work, work = (now := _work_done(_children())), work + abs(now - child_work)
            idle = 0.0 if work > 0.01 * interval or _HEARTBEAT.is_set() else idle + passed
            if idle > 60 * minutes + interval and not finished.is_set():  # later than `deadline`, whose message says more
                _end_process(
                    f"{name}: nothing has been done for {minutes:g} minutes: is a file system frozen? Nothing is lost, run again. "
                    f"Open files: {', '.join(_open_files()) or 'none'}"
                )

    me = psutil.Process()
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        finished.set()


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _work_done(processes: list[psutil.Process]) -> float:
    """Return a measure of work since the processes began: seconds computed, plus megabytes read and written."""
    work = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            work += times.user + times.system + times.children_user + times.children_system
            if psutil.LINUX:
                data = process.io_counters()
                work += (data.read_chars + data.write_chars + data.read_bytes + data.write_bytes) / 1e6
    return work


def _open_files() -> list[str]:
    """List the open files of this process without asking their file systems, which may not answer."""
    paths = []
    for number in os.listdir("/proc/self/fd") if psutil.LINUX else []:
        with suppress(OSError):
            path = os.readlink(f"/proc/self/fd/{number}")
            if path.startswith("/") and not path.startswith(("/dev/", "/proc/")) and not path.endswith(".so"):
                paths.append(path)
    return sorted(set(paths))
