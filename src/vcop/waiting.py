"""Waiting that ends: for the loader's processes, for the other processes of a training, for a file system that does not answer.

What stops in the middle of a read or a write cannot be interrupted from within; so a thread looks on, and ends the process.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

LONGER = " If it is only slow, raise machine.wait_minutes"
AGAIN = "the same command goes on from the last state"
# What PyTorch says, and what we say instead; {} is the first group.
SAYINGS = {
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


def explained(problem: str) -> str | None:
    """An error of PyTorch's that is about waiting, in our words; None of any other."""
    for pattern, said in SAYINGS.items():
        if found := re.search(pattern, problem):
            return said.format(*found.groups())
    return None


def end_children() -> None:
    """Kill what this process has started and would otherwise wait for, stopped as it may be."""
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()


class _Watch(threading.Thread):
    """Ends the process when what it does takes longer than it may."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.doing: tuple[float, float, str] | None = None  # until when, how many minutes, what
        self.process = os.getpid()
        self.start()

    def run(self) -> None:
        while True:
            time.sleep(0.5)
            doing = self.doing
            if doing and time.monotonic() > doing[0]:
                said = f"vcop: {doing[2]} has not come to an end for {doing[1]:g} minutes: is its file system frozen?{LONGER}; {AGAIN}"
                print(said, file=sys.stderr, flush=True)
                end_children()
                os._exit(1)


_WATCHES: list[_Watch] = []


@contextmanager
def within(minutes: float, what: str) -> Iterator[None]:
    """The block, which reads or writes, may take so long; else the process ends, saying ``what``."""
    if not _WATCHES or _WATCHES[0].process != os.getpid():  # threads do not outlive a fork
        _WATCHES[:] = [_Watch()]
    watch = _WATCHES[0]
    before, watch.doing = watch.doing, (time.monotonic() + 60 * minutes, minutes, what)
    try:
        yield
    finally:
        watch.doing = before
