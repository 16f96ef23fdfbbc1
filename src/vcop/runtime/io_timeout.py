"""Work on files that may never be answered: a call on a frozen file system cannot be interrupted, only be left behind."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

PATIENCE = 60.0  # seconds in which something must come of a video
Item = TypeVar("Item")


def run_with_timeout(work: Iterable[Item], path: Path) -> Item:
    """The last item of ``work``, which is gone through in a thread.

    What it raises is raised here. Raises TimeoutError that names ``path`` where no item comes for ``PATIENCE`` seconds.
    """
    items: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def go() -> None:
        try:
            for item in work:
                items.put(("item", item))
            items.put(("end", None))
        except Exception as problem:  # noqa: BLE001 - raised below
            items.put(("problem", problem))

    Thread(target=go, daemon=True).start()
    item: Any = None
    while True:
        try:
            kind, value = items.get(timeout=PATIENCE)
        except Empty:
            said = f"nothing could be read for {PATIENCE:g} s: is its file system frozen? Nothing is lost, run again"
            raise TimeoutError(errno.ETIMEDOUT, said, str(path)) from None
        if kind == "problem":
            raise value
        if kind == "end":
            return item
        item = value


def require_responsive(folder: Path) -> None:
    """Raises TimeoutError where a folder does not even say whether it is there."""

    def ask() -> Iterator[None]:
        with suppress(OSError), os.scandir(folder) as found:
            next(found, None)
        yield

    run_with_timeout(ask(), folder)
