"""What a training tells of itself while it runs: history.csv, progress.json for ``vcop status``, events, and lines for people."""

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
    """A row of history.csv. Rates are of the epoch's last step; seconds are this epoch's, over all attempts."""

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    seconds: float
    clips_per_second: float


class Reporter:
    """Writes beside the weights; of several processes the first alone (``folder`` is None in the others)."""

    def __init__(self, name: str, folder: Path | None, *, events: bool) -> None:
        self.name, self.folder = name, folder
        self.events = Events(folder / "tensorboard" if folder and events else None)
        self.bar: Progress | None = None  # only while something is told
        self.written = time.monotonic()

    def begin(self, clips: int, done: int, rows: list[dict[str, Any]], **at: Any) -> None:
        """An attempt begins where ``done`` of ``clips`` clips are trained on and ``rows`` of the history are there."""
        if self.folder is not None:
            self.bar = Progress(self.name, clips, "clip", done)
        self.write_progress(**at)
        self.epoch(rows)  # a scheduler may have removed it

    def step(self, clips: int, **at: Any) -> None:
        """``clips`` more have been trained on; ``at`` says where the training stands (epoch, loss, accuracy, ...)."""
        if self.bar is not None:
            self.bar.advance(clips, epoch=at["epoch"], loss=f"{at['loss']:.3f}", accuracy=f"{at['accuracy']:.3f}")
        self.keep_alive(**at)

    def keep_alive(self, **at: Any) -> None:
        """Called often, also while testing: progress.json is not left to grow old."""
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
        """An epoch is over: the whole of history.csv."""
        if self.folder is None:
            return
        columns = [f.name for f in fields(Epoch)]
        write_csv(self.folder / "history.csv", columns, [[row[c] for c in columns] for row in rows])
        if rows:
            self.events.epoch(rows[-1])

    def close(self) -> None:
        """The end of this attempt."""
        self.events.close()
        if self.bar is not None:
            self.bar.close()
