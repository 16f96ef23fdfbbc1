"""Event files for TensorBoard (machine.tensorboard): the history's figures as curves, beside the history itself."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from vcop.runtime.atomic_files import name_file_in_errors

SCALARS = {
    "loss/train": "loss",
    "loss/validation": "validation_loss",
    "accuracy/train": "accuracy",
    "accuracy/validation": "validation_accuracy",
    "learning_rate": "learning_rate",
    "clips_per_second": "clips_per_second",
}


class Events:
    """Writer of rows of history.csv as events under ``folder``; with None it writes nothing and imports nothing.

    Raises:
        ValueError: If the package is missing; at the beginning, not after an epoch.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder, self.last = folder, 0
        self.writer: Any = None
        if folder is None:
            return
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as problem:
            raise ValueError(
                f"machine.tensorboard: the package tensorboard is not there (pip install tensorboard): {problem}"
            ) from None
        self.open = SummaryWriter
        _quieten()

    def epoch(self, row: Mapping[str, float]) -> None:
        """Write a row and flush it, so that a kill loses none. Events of this and later epochs of other attempts are hidden."""
        if self.folder is None:
            return
        epoch = int(row["epoch"])
        with name_file_in_errors(self.folder):
            if self.writer is None or epoch <= self.last:
                self.close()
                self.writer = self.open(str(self.folder), purge_step=epoch)
            for tag, column in SCALARS.items():
                self.writer.add_scalar(tag, row[column], epoch)
            self.writer.flush()
        self.last = epoch

    def close(self) -> None:
        """Close the file; a further row opens a new one."""
        writer, self.writer = self.writer, None
        if writer is not None:
            with suppress(OSError):  # every row was flushed, or `epoch` has raised
                writer.close()


def _quieten() -> None:
    """Silence the disk errors that the package's thread prints in full, since `epoch` raises them anyway."""
    before = threading.excepthook

    def print_others(problem: threading.ExceptHookArgs) -> None:
        if not isinstance(problem.exc_value, OSError):
            before(problem)

    threading.excepthook = print_others
