"""How a training ends before its time: after a signal with its state saved, or at the first number that is not finite."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import torch

from vcop.config.options import MachineOptions
from vcop.loading.samples import Sample
from vcop.runtime import watchdog
from vcop.runtime.signals import Interrupted, Signals
from vcop.training.reporting import Reporter
from vcop.training.run_state import RunState

WORTH = 200  # After an epoch the state is saved only if this many times the duration of a save has passed since the last save.


@dataclass
class Lifecycle:
    """Saves, reports and stops a training. All processes of a group stop together, the first with the message.

    Args:
        state: What is saved.
        machine: How often it is saved, and how long a disk may take.
        steps: Number of steps of an epoch.
    """

    state: RunState
    machine: MachineOptions
    steps: int
    signals: Signals = field(default_factory=Signals)

    def __post_init__(self) -> None:
        folder = self.state.folder if self.state.group.first else None
        self.reporter = Reporter(self.state.name, folder, events=self.machine.tensorboard)

    def position(self) -> dict[str, Any]:
        """Return epoch, step, and the mean loss and accuracy of this epoch so far, for messages and reports."""
        now, epochs = self.state.progress, self.state.epochs
        place = {"epoch": min(now.epoch + 1, epochs), "epochs": epochs, "step": now.step, "steps": self.steps}
        seen = now.seen or None
        return place | {"loss": seen and now.loss / seen, "accuracy": seen and now.right / seen}

    def wishes(self) -> tuple[float, float]:
        """Return whether this process wants to save, and to leave, as numbers: their sums over the group decide for all."""
        due = time.monotonic() - self.state.saved_at > 60 * self.machine.save_minutes
        # The clock of one process decides, since clocks differ; a signal may reach any of them.
        return float(self.state.group.first and due), float(self.signals.caught is not None)

    def writing(self) -> AbstractContextManager[None]:
        """Guard a block that writes files: a disk that does not answer ends the run."""
        return watchdog.deadline(self.machine.wait_minutes, f"writing into {self.state.folder}")

    def save_epoch(self) -> None:
        """Save the state after the last epoch; after another one only if ``WORTH`` times the duration of a save has passed."""
        group, state = self.state.group, self.state
        worth = state.finished or time.monotonic() - state.saved_at >= WORTH * state.save_seconds
        if group.total(float(group.first and worth))[0]:
            self.save()

    def save(self) -> None:
        """Save the state. Raises ValueError, and keeps the state saved before, if a weight is not finite."""
        # A finite gradient can still lead to infinite weights. Saved, they would replace the last good ones.
        for name, value in self.state.model.state_dict().items():
            if not torch.isfinite(value).all():
                self.require_finite(f"weight {name}", math.nan, ["what was trained last"])
        with self.writing():
            self.state.save()

    def leave(self) -> None:
        """End the training after its state was saved. Raises Interrupted in the first process."""
        signal = self.signals.caught or "SIGTERM"  # another process of the group has caught it
        self.reporter.write_progress(stopped=signal, **self.position())
        self.state.group.stop(Interrupted(signal, self._step()))

    def until_signal(self, batches: Iterator[Sample]) -> Iterator[Sample]:
        """Yield batches until a stop signal; then save the state and leave."""
        # The state holds this epoch's training already. Validation is short: the next attempt repeats it all.
        for sample in batches:
            if self.state.group.total(float(self.signals.caught is not None))[0]:
                self.save()
                self.leave()
            yield sample

    def require_finite(self, what: str, value: float, videos: Sequence[str]) -> None:
        """Stop if ``value``, on which all processes agree, is not finite. Raises ValueError that names the ``videos``."""
        if math.isfinite(value):
            return
        self.reporter.write_progress(stopped=f"{what} not finite", **self.position())
        file = self.state.file
        kept = f"the last good state is kept in {file}" if file.exists() else "no state was saved before"
        when = "after the last epoch" if self.state.finished else f"in {self._step()}"
        problem = f"the {what} is {value} {when}, on {', '.join(videos)}; {kept}"
        self.state.group.stop(ValueError(f"{self.state.name}: {problem}"))

    def _step(self) -> str:
        return f"epoch {self.state.progress.epoch + 1}, step {self.state.progress.step + 1}"
