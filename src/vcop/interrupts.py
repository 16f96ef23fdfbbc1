"""Signals that ask a training to stop: its state is saved first, and the exit code says that the same command goes on.

Schedulers send SIGTERM before a time limit, a preemption or a cancellation kills; Ctrl-C sends SIGINT.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any, Self

# "Temporary failure, try again" (EX_TEMPFAIL of sysexits.h): what schedulers can be told to requeue on (docs/training.md).
CODES = {"SIGTERM": 75, "SIGINT": 130}


class Interrupted(Exception):  # noqa: N818  # not an error
    """A training that has saved its state and leaves."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(f"{name}: the state is saved; the same command goes on from {where}")
        self.code = CODES[name]


def outlive_signals(_: int = 0) -> None:
    """In a loader process: schedulers signal all processes of a job, but the first signal is the training's to act on."""

    def once(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)

    for name in CODES:
        signal.signal(getattr(signal, name), once)


class Signals:
    """Notes SIGTERM and SIGINT while the block runs; the loop asks ``caught`` between steps. A second one acts at once."""

    def __init__(self) -> None:
        self.caught: str | None = None
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
        self.caught = signal.Signals(number).name
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
