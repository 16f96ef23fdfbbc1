"""A time limit for work on files: a call on a frozen file system cannot be interrupted, but it can be left behind in its thread.

Where ``vcop.runtime.watchdog`` ends the process, this raises an error, so that the caller can name the file.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

PATIENCE = 60.0  # seconds in which the work must make a step
Item = TypeVar("Item")


def run_with_timeout(work: Iterable[Item], path: Path) -> Item:
    """Go through the items of ``work`` in a thread, and return the last one.

    Args:
        work: Generator that yields after each step; its last item is the result.
        path: File that it reads, for the error.

    Raises:
        TimeoutError: A step has taken longer than ``PATIENCE`` seconds; it names ``path``.
        Exception: Whatever ``work`` raises.
    """
    events: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def run() -> None:
        try:
            for item in work:
                events.put(("item", item))
            events.put(("end", None))
        except Exception as problem:  # noqa: BLE001 - raised below
            events.put(("problem", problem))

    Thread(target=run, daemon=True).start()
    last: Any = None
    while True:
        try:
            kind, value = events.get(timeout=PATIENCE)
        except Empty:
            message = f"nothing could be read for {PATIENCE:g} s: is its file system frozen? Nothing is lost, run again"
            raise TimeoutError(errno.ETIMEDOUT, message, str(path)) from None
        if kind == "problem":
            raise value
        if kind == "end":
            return last
        last = value


def require_responsive(folder: Path) -> None:
    """Raise TimeoutError if the file system of a directory does not answer. A missing directory is no error here."""

    def list_first() -> Iterator[None]:
        with suppress(OSError), os.scandir(folder) as entries:
            next(entries, None)
        yield

    run_with_timeout(list_first(), folder)
