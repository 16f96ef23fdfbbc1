"""The same work on many videos, in processes of their own, with progress."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from vcop.runtime.progress import Progress

Result = TypeVar("Result")


def start_pool(processes: int) -> ProcessPoolExecutor:
    """Processes that end with this one, also where it is killed: they would wait for work for ever."""
    return ProcessPoolExecutor(processes, initializer=end_with_parent)


def end_with_parent() -> None:
    """From now on this process ends with the one that forked it, or at once if that has already gone."""

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def map_videos(
    name: str, work: Callable[..., Result], videos: Mapping[str, tuple[Any, ...]], processes: int, killed: str
) -> dict[str, Result]:
    """What ``work`` returns for the arguments of each video, in the order in which they were done.

    What it raises is raised here, and what has not begun by then never does. Raises ValueError that says ``killed`` where a process was.
    """
    found = {}
    with start_pool(processes) as pool, Progress(name, len(videos), "video") as progress:
        waiting = {pool.submit(work, *arguments): video for video, arguments in videos.items()}
        try:
            for done in as_completed(waiting):
                found[waiting[done]] = done.result()
                progress.advance()
        except BrokenProcessPool:
            raise ValueError(killed) from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found
