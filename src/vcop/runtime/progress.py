"""Progress: a bar on a terminal, plain lines at most once a minute in a log."""

from __future__ import annotations

import sys
import time
from typing import Any, Self

from tqdm import tqdm


class Progress:
    """Counts up to ``total``; use as a context manager."""

    def __init__(self, what: str, total: int, unit: str, done: int = 0, every: float = 60.0) -> None:
        self.what, self.total, self.unit, self.done, self.every = what, total, unit, done, every
        self.start = self.said = time.monotonic()
        self.begun = done
        terminal = sys.stderr.isatty()
        self.bar = tqdm(desc=what, total=total, unit=unit, initial=done, dynamic_ncols=True) if terminal else None

    def advance(self, count: int = 1, **figures: Any) -> None:
        """``count`` more are done; ``figures`` (loss=...) are shown beside."""
        self.done += count
        if self.bar is not None:
            self.bar.set_postfix(figures, refresh=False)
            self.bar.update(count)
        elif time.monotonic() - self.said > self.every:
            self.line(**figures)

    def pace(self) -> tuple[float, float]:
        """How many a second since the beginning, and seconds left at that rate (infinite where none is done)."""
        rate = (self.done - self.begun) / max(time.monotonic() - self.start, 1e-9)
        return rate, (self.total - self.done) / rate if rate else float("inf")

    def line(self, **figures: Any) -> None:
        """One line for the log: how far, how fast, how long still."""
        self.said = time.monotonic()
        rate, left = self.pace()
        more = "".join(f", {k} {v}" for k, v in figures.items())
        print(
            f"{self.what}: {self.done}/{self.total} {self.unit}s, {rate:.1f}/s, {left / 60:.1f} min left{more}",
            file=sys.stderr,
            flush=True,
        )

    def close(self) -> None:
        """Leave the terminal's line."""
        if self.bar is not None:
            self.bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
