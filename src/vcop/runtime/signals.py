"""Signals that ask a training to stop: its state is saved first, and the exit code says that the same command goes on.

Schedulers send SIGTERM before a time limit, a preemption or a cancellation kills; Ctrl-C sends SIGINT.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType
from typing import Any, Self

# "Temporary failure, try again" (EX_TEMPFAIL of sysexits.h): what schedulers can be told to requeue on (docs/training.md).
CODES = {"SIGTERM": 75, "SIGINT": 130}
REPEATED = 3.0  # seconds within which another SIGTERM is the same request: SLURM sends two at a time limit


class RetryLater(Exception):  # noqa: N818  # not an error
    """A training that leaves before its end: what it says, and its exit code. The same command may go on later."""

    def __init__(self, said: str, code: int = CODES["SIGTERM"]) -> None:
        super().__init__(said)
        self.code = code


class Interrupted(RetryLater):
    """A training that has saved its state and leaves."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(f"{name}: the state is saved; the same command goes on from {where}", CODES[name])


def ignore_stop_signals() -> None:
    """In a loader process: schedulers signal all processes of a job, but the first signal is the training's to act on."""
    for name in CODES:
        signal.signal(getattr(signal, name), signal.SIG_DFL)  # not what the training has set before it started this process
    Signals().__enter__()


def end_with_workflow() -> None:
    """In a job of the workflow: leave as by SIGTERM when Snakemake was killed, or the jobs of the next run would wait for this one.

    The rules' commands name Snakemake's process by VCOP_RUN; what was started in another way has no such parent.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    if os.environ.get("VCOP_RUN") == str(parent):
        threading.Thread(target=watch, daemon=True).start()


class Signals:
    """Notes SIGTERM and SIGINT while the block runs; the loop asks ``caught`` between steps. A second one acts at once.

    But for a SIGTERM soon after another one, which is ignored.
    """

    def __init__(self) -> None:
        self.caught: str | None = None
        self._since = 0.0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self.caught = None
        for name in CODES:
            number = getattr(signal, name)
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def _note(self, number: int, _: FrameType | None) -> None:
        name, now = signal.Signals(number).name, time.monotonic()
        if self.caught is None:
            self.caught, self._since = name, now
        elif name != "SIGTERM" or self.caught != name or now - self._since > REPEATED:
            self._restore()
            signal.raise_signal(number)

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
