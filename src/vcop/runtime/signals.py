"""Signals that ask a training to stop: it saves its state first, and its exit code says that the same command can continue.

Schedulers send SIGTERM before a time limit, a preemption or a cancellation; Ctrl-C sends SIGINT.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType
from typing import Any, Self

# Exit codes. 75 means "temporary failure, try again" (EX_TEMPFAIL of sysexits.h); schedulers can be told to requeue a job on it.
CODES = {"SIGTERM": 75, "SIGINT": 130}
SAME_REQUEST = 3.0  # seconds within which another SIGTERM is the same request: SLURM sends two at a time limit


class RetryLater(Exception):  # noqa: N818  # not an error
    """Ends a command before its work is done; the same command may be run again later.

    Args:
        message: What is printed.
        code: Exit code of the program.
    """

    def __init__(self, message: str, code: int = CODES["SIGTERM"]) -> None:
        super().__init__(message)
        self.code = code


class Interrupted(RetryLater):
    """Ends a training that was asked to stop and has saved its state.

    Args:
        name: Name of the signal.
        position: Where the next run continues, for example "epoch 3, step 17".
    """

    def __init__(self, name: str, position: str) -> None:
        super().__init__(f"{name}: the state is saved; the same command goes on from {position}", CODES[name])


def ignore_stop_signals() -> None:
    """Ignore the first stop signal in a loader process: schedulers signal all processes of a job, but the training has to react."""
    for name in CODES:
        signal.signal(getattr(signal, name), signal.SIG_DFL)  # the training's handlers were inherited by this process
    Signals().__enter__()


def end_with_workflow() -> None:
    """End this process by SIGTERM when its Snakemake was killed. Otherwise the jobs of the next run would wait for this one.

    Commands of the workflow get the process number of Snakemake by the variable VCOP_RUN. Without it nothing is done.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    if os.environ.get("VCOP_RUN") == str(parent):
        threading.Thread(target=watch, daemon=True).start()


class Signals:
    """Remembers SIGTERM and SIGINT while a ``with`` block runs. The block asks for ``caught`` between two steps.

    A second signal acts immediately, as if there were no handler. Only a SIGTERM that follows another one within ``SAME_REQUEST``
    seconds is ignored.

    Attributes:
        caught: Name of the first signal; None if there was none.
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
        elif name != "SIGTERM" or self.caught != name or now - self._since > SAME_REQUEST:
            self._restore()
            signal.raise_signal(number)

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
