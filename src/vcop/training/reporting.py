"""Reports of a running training: history.csv, progress.json for ``vcop status``, TensorBoard events and a progress bar."""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from vcop.runtime.atomic_files import write_csv, write_text
from vcop.runtime.progress import Progress
from vcop.training.tensorboard import Events

EVERY = 10.0  # seconds between two writings of progress.json


@dataclass
class Epoch:
    """A row of history.csv: the rate is that of the last step, the seconds are the sum over all attempts."""

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    seconds: float
    clips_per_second: float


class Reporter:
    """Writer of a training's reports; ``folder`` is None in processes that write nothing."""

    def __init__(self, name: str, folder: Path | None, *, events: bool) -> None:
        self.name, self.folder = name, folder
        self.events = Events(folder / "tensorboard" if folder and events else None)
        self.bar: Progress | None = None  # only between `begin` and `close`
        self.written = time.monotonic()

    def begin(self, clips: int, done: int, rows: list[dict[str, Any]], **at: Any) -> None:
        """Begin an attempt to train.

        Args:
            clips: Clips of all epochs.
            done: Clips that earlier attempts have trained on.
            rows: The history so far.
            **at: The position, see ``Lifecycle.position``.
        """
        if self.folder is not None:
            self.bar = Progress(self.name, clips, "clip", done)
        self.write_progress(**at)
        self.epoch(rows)  # a scheduler may have removed it

    def step(self, clips: int, **at: Any) -> None:
        """Report ``clips`` more clips and the position ``at`` (epoch, loss, accuracy, ...)."""
        if self.bar is not None:
            self.bar.advance(clips, epoch=at["epoch"], loss=f"{at['loss']:.3f}", accuracy=f"{at['accuracy']:.3f}")
        self.keep_alive(**at)

    def keep_alive(self, **at: Any) -> None:
        """Rewrite progress.json if it is older than a few seconds; called often, also in validation and tests."""
        if time.monotonic() - self.written > EVERY:
            self.write_progress(**at)

    def write_progress(self, stopped: str | None = None, **at: Any) -> None:
        """Rewrite progress.json; ``stopped`` names the signal that ends this attempt."""
        if self.folder is None or self.bar is None:
            return
        self.written = time.monotonic()
        rate, left = self.bar.pace()
        speed = {"clips_per_second": round(rate, 2), "seconds_left": round(left, 1) if rate else None}
        process = {"host": platform.node(), "pid": os.getpid(), "updated": time.time(), "stopped": stopped}
        write_text(self.folder / "progress.json", json.dumps({"name": self.name} | at | speed | process) + "\n")

    def epoch(self, rows: list[dict[str, Any]]) -> None:
        """Write the whole history, and the events of its last row."""
        if self.folder is None:
            return
        columns = [f.name for f in fields(Epoch)]
        write_csv(self.folder / "history.csv", columns, [[row[c] for c in columns] for row in rows])
        if rows:
            self.events.epoch(rows[-1])

    def close(self) -> None:
        """End this attempt."""
        self.events.close()
        if self.bar is not None:
            self.bar.close()
