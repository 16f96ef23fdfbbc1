"""Progress display: a bar on a terminal, otherwise a plain line in the log at most once a minute."""

from __future__ import annotations

import sys
import time
from typing import Any, Self

from tqdm import tqdm


class Progress:
    """Counter up to ``total`` that shows its progress; use it as a context manager.

    Args:
        name: Name of the work.
        total: Number of units.
        unit: Name of one unit, in the singular.
        done: Units that an earlier run has done.
        every: Seconds between two lines in a log.
    """

    def __init__(self, name: str, total: int, unit: str, done: int = 0, every: float = 60.0) -> None:
        self.name, self.total, self.unit, self.done, self.every = name, total, unit, done, every
        self.start = self.last_line = time.monotonic()
        self.done_before = done
        terminal = sys.stderr.isatty()
        self.bar = tqdm(desc=name, total=total, unit=unit, initial=done, dynamic_ncols=True) if terminal else None

    def advance(self, count: int = 1, **values: Any) -> None:
        """Count units that are done; ``values`` (for example ``loss=0.5``) are shown beside."""
        self.done += count
        if self.bar is not None:
            self.bar.set_postfix(values, refresh=False)
            self.bar.update(count)
        elif time.monotonic() - self.last_line > self.every:
            self.print_line(**values)

    def pace(self) -> tuple[float, float]:
        """Return units per second since the beginning, and the seconds left at that rate (infinite if none is done)."""
        rate = (self.done - self.done_before) / max(time.monotonic() - self.start, 1e-9)
        return rate, (self.total - self.done) / rate if rate else float("inf")

    def print_line(self, **values: Any) -> None:
        """Print one line for the log: units done, rate, time left and ``values``."""
        self.last_line = time.monotonic()
        rate, left = self.pace()
        more = "".join(f", {k} {v}" for k, v in values.items())
        print(
            f"{self.name}: {self.done}/{self.total} {self.unit}s, {rate:.1f}/s, {left / 60:.1f} min left{more}",
            file=sys.stderr,
            flush=True,
        )

    def close(self) -> None:
        """Finish the bar, if there is one."""
        if self.bar is not None:
            self.bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
