"""One writer at a time: a job waits while another process writes the same files, and stops where it was taken for dead.

Trainings and `decode` hold a lease beside their outputs, the workflow itself one of its study's folder. A scheduler may start a
job again whose processes live on: after a node was lost from sight, or when a second Snakemake follows one that was killed.
Locks of the operating system do not hold from node to node on every network file system; a file that is created only where none
is does. Its holder touches it every few seconds. One that is left alone is taken over: at once where its process
ran on this machine and is gone, else after ``PATIENCE``. Ages are never compared: clocks of nodes differ.
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

BEAT = 10.0  # seconds between two touches
PATIENCE = 60.0  # seconds without a touch after which another machine's process is taken for dead
LIMIT = 300.0  # seconds that a job waits for another one that lives: longer than schedulers take to kill
SETTLE = 0.5  # seconds after which of several that took over at the same time only the last one finds its name


class Occupied(RetryLater):
    """Another process writes these files."""


@cache
def machine_id() -> str:
    """This machine since it was started: names alone may be those of several."""
    try:
        return f"{platform.node()} {Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"
    except OSError:
        return platform.node()


@dataclass
class Lease:
    """The right to write beside ``path``, a file that is there while a process has it."""

    path: Path
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    _over: threading.Event = field(default_factory=threading.Event)

    def take(self, name: str, *, wait: bool = True) -> str:
        """Wait until no other process has it, then have it; ``name`` says in the log what waits. Returns why it was not to be had.

        Without ``wait``: until it is known whether the other one lives.
        """
        if self._mine():
            return ""
        begun = seen = time.monotonic()
        last, said = None, False
        while not self._create():
            holder, touched = self._look()
            lives = _here(holder) or (last is not None and (holder, touched) != last)
            if (holder, touched) != last:
                last, seen = (holder, touched), time.monotonic()
            if _gone(holder) or time.monotonic() - seen > PATIENCE:
                if self._replace(holder):
                    break
                continue
            if (lives and not wait) or time.monotonic() - begun > LIMIT:
                after = f" after {LIMIT:.0f} s" if wait else ""
                return f"{_who(holder)} still writes {self.path.parent.absolute()}{after}: let it end, or end it"
            if not said:
                print(f"{name}: waits for {_who(holder)}, which writes the same files", file=sys.stderr, flush=True)
                said = True
            watchdog.heartbeat()
            time.sleep(SETTLE)
        atexit.register(self.release)
        threading.Thread(target=self._beat, daemon=True).start()
        return ""

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Have it while the block runs. Raises Occupied where it is not to be had."""
        if refused := self.take(name):
            raise Occupied(refused)
        try:
            yield
        finally:
            self.release()

    def require(self) -> None:
        """Before anything is written. Raises Occupied if another process has taken over."""
        if not self._mine() and not self._create():
            raise Occupied(f"{_who(self._look()[0])} has taken over {self.path.parent}; nothing more is written here")

    def release(self) -> None:
        """Let others have it."""
        self._over.set()
        with suppress(OSError):  # a disk that has become read-only
            if self._mine():
                self.path.unlink(missing_ok=True)
        atexit.unregister(self.release)

    def _about(self) -> str:
        me = psutil.Process()
        process = {"machine": machine_id(), "pid": me.pid, "began": me.create_time(), "job": os.environ.get("SLURM_JOB_ID")}
        return json.dumps({"token": self.token} | process) + "\n"

    def _create(self) -> bool:
        try:
            with name_file_in_errors(self.path):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with open(self.path, "x") as file:
                    file.write(self._about())
        except FileExistsError:
            return False
        except OSError:  # a full disk: what nobody can read would be waited for
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            raise
        return True

    def _replace(self, holder: dict[str, Any]) -> bool:
        """Take over from ``holder``; of several that try, the last one has it."""
        if self._look()[0] != holder:
            return False
        write_text(self.path, self._about())
        time.sleep(SETTLE)
        return self._mine()

    def _look(self) -> tuple[dict[str, Any], int]:
        """What the file tells of its holder, and when it was touched. It is opened, or a network file system might tell old news."""
        try:
            with open(self.path) as file:
                found, touched = json.loads(file.read() or "{}"), os.fstat(file.fileno()).st_mtime_ns
        except (FileNotFoundError, ValueError):
            return {}, 0
        return found if isinstance(found, dict) else {}, touched

    def _mine(self) -> bool:
        return bool(self._look()[0].get("token") == self.token)

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            with suppress(OSError):  # a disk that is not there for a while
                if self._mine():
                    os.utime(self.path)


def _here(holder: dict[str, Any]) -> bool:
    """Whether the holder is of this machine, where it is known who lives."""
    return bool(holder.get("machine") == machine_id())


def _gone(holder: dict[str, Any]) -> bool:
    """Whether the holder ran on this machine and does no more, or is this very process (an earlier training of it)."""
    if not _here(holder):
        return False
    try:
        process = psutil.Process(int(holder["pid"]))
        alive = process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - holder["began"]) < 1
    except (psutil.Error, KeyError, TypeError, ValueError):
        return True
    return not alive or process.pid == os.getpid()


def _who(holder: dict[str, Any]) -> str:
    """A holder, for people."""
    host = str(holder.get("machine", "?")).split()[0]
    job = f" (SLURM job {holder['job']})" if holder.get("job") else ""
    return f"process {holder.get('pid', '?')} on {host}{job}"
