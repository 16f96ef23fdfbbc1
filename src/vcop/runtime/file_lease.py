"""One writer at a time: a lease is a small file that exists while a process may write beside it.

Trainings and `vcop decode` hold a lease beside their outputs, the workflow holds one in the directory of its study. It is needed
because a scheduler may start a job again while its first process still runs: after the connection to a node was lost, or when a
second Snakemake follows one that was killed.

How it works. Locks of the operating system do not hold between the nodes of every network file system; creating a file only if it
does not exist (mode "x") does. The file names its holder: a random token, the machine, the process and its SLURM job. The holder
touches it every ``BEAT`` seconds. If the holder is dead, another process takes the lease over: at once if the holder ran on the same
machine, otherwise when the file was not touched for ``PATIENCE`` seconds. That time is measured by the waiting process alone, for the
clocks of nodes differ. A process that was only suspended meanwhile finds another token in the file, and must not write any more.
"""

from __future__ import annotations

import atexit
import json
import os
import platform
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from vcop.runtime import watchdog
from vcop.runtime.atomic_files import name_file_in_errors, write_text
from vcop.runtime.signals import RetryLater

BEAT = 10.0  # seconds between two touches of the file by its holder
PATIENCE = 60.0  # seconds without a touch after which a holder on another machine counts as dead
WAIT_LIMIT = 300.0  # seconds to wait for a holder that is alive; schedulers need less to kill a job
SETTLE = 0.5  # seconds after which, of several processes that took over at the same time, only the last one finds its token


class Occupied(RetryLater):
    """Another process holds the lease."""


@cache
def machine_id() -> str:
    """Return the name of this machine and an identifier of its last start. Several machines may have the same name."""
    try:
        return f"{platform.node()} {Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"
    except OSError:
        return platform.node()


@dataclass
class Lease:
    """The right to write beside ``path``, the file of the lease.

    Use ``held`` around a block, or ``take`` at the beginning, ``require`` before each write and ``release`` at the end.
    """

    path: Path
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    _released: threading.Event = field(default_factory=threading.Event)

    def take(self, name: str, *, wait: bool = True) -> str:
        """Take the lease; wait while another process holds it, at most ``WAIT_LIMIT`` seconds.

        Args:
            name: What takes it, for the line that says that it waits.
            wait: Otherwise wait only until it is known whether the holder is alive.

        Returns:
            "" if the lease was taken, otherwise the reason why not: one line that names the holder.
        """
        if self._is_mine():
            return ""
        begin = last_change = time.monotonic()
        last, announced = None, False
        while not self._create():
            holder, touched = self._read()
            alive = _on_this_machine(holder) or (last is not None and (holder, touched) != last)
            if (holder, touched) != last:
                last, last_change = (holder, touched), time.monotonic()
            if _is_dead(holder) or time.monotonic() - last_change > PATIENCE:
                if self._take_over(holder):
                    break
                continue
            if (alive and not wait) or time.monotonic() - begin > WAIT_LIMIT:
                after = f" after {WAIT_LIMIT:.0f} s" if wait else ""
                folder = self.path.parent.absolute()
                return f"{_describe(holder)} is still writing to {folder}{after}: wait for it or stop it"
            if not announced:
                print(f"{name}: waits for {_describe(holder)}, which writes the same files", file=sys.stderr, flush=True)
                announced = True
            watchdog.heartbeat()
            time.sleep(SETTLE)
        atexit.register(self.release)
        threading.Thread(target=self._keep_touching, daemon=True).start()
        return ""

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Hold the lease while the block runs. Raises Occupied if it could not be taken; ``name``: see ``take``."""
        if refused := self.take(name):
            raise Occupied(refused)
        try:
            yield
        finally:
            self.release()

    def require(self) -> None:
        """Call this before each write. Raises Occupied if another process has taken over."""
        if not self._is_mine() and not self._create():  # a file that was removed by hand is created again
            raise Occupied(f"{_describe(self._read()[0])} has taken over {self.path.parent}; nothing more is written here")

    def release(self) -> None:
        """Give the lease back."""
        self._released.set()
        with suppress(OSError):  # a disk that has become read-only
            if self._is_mine():
                self.path.unlink(missing_ok=True)
        atexit.unregister(self.release)

    def _record(self) -> str:
        """Return the content of the file."""
        me = psutil.Process()
        process = {"machine": machine_id(), "pid": me.pid, "began": me.create_time(), "job": os.environ.get("SLURM_JOB_ID")}
        return json.dumps({"token": self.token} | process) + "\n"

    def _create(self) -> bool:
        """Create the file; return False if it exists."""
        try:
            with name_file_in_errors(self.path):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with open(self.path, "x") as file:
                    file.write(self._record())
        except FileExistsError:
            return False
        except OSError:  # on a full disk an empty file may be left, for which everybody would wait
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            raise
        return True

    def _take_over(self, holder: dict[str, Any]) -> bool:
        """Replace the file of a dead ``holder``; of several processes that try, the last one has the lease."""
        if self._read()[0] != holder:
            return False
        write_text(self.path, self._record())
        time.sleep(SETTLE)
        return self._is_mine()

    def _read(self) -> tuple[dict[str, Any], int]:
        """Return the holder and the time of the last touch. The file is opened, since network file systems cache the times."""
        try:
            with open(self.path) as file:
                holder, touched = json.loads(file.read() or "{}"), os.fstat(file.fileno()).st_mtime_ns
        except (FileNotFoundError, ValueError):
            return {}, 0
        return holder if isinstance(holder, dict) else {}, touched

    def _is_mine(self) -> bool:
        return bool(self._read()[0].get("token") == self.token)

    def _keep_touching(self) -> None:
        while not self._released.wait(BEAT):
            with suppress(OSError):  # a disk that does not answer for a while
                if self._is_mine():
                    os.utime(self.path)


def _on_this_machine(holder: dict[str, Any]) -> bool:
    """Return whether the holder ran on this machine, where it can be seen whether it is alive."""
    return bool(holder.get("machine") == machine_id())


def _is_dead(holder: dict[str, Any]) -> bool:
    """Return whether the holder ran on this machine and has ended, or is this very process (an earlier training of it)."""
    if not _on_this_machine(holder):
        return False
    try:
        process = psutil.Process(int(holder["pid"]))
        # A new process may have got the number of a dead one; the time of its start tells.
        alive = process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - holder["began"]) < 1
    except (psutil.Error, KeyError, TypeError, ValueError):
        return True
    return not alive or process.pid == os.getpid()


def _describe(holder: dict[str, Any]) -> str:
    """Return process, host and SLURM job of a holder for messages."""
    host = str(holder.get("machine", "?")).split()[0]
    job = f" (SLURM job {holder['job']})" if holder.get("job") else ""
    return f"process {holder.get('pid', '?')} on {host}{job}"
