"""What a training saves so that it can go on after a kill, and the right to save it."""

from __future__ import annotations

import copy
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vcop.runtime.atomic_files import clear_unfinished
from vcop.runtime.file_lease import Lease, Occupied
from vcop.training import checkpoints
from vcop.training.distributed import Group
from vcop.training.progress import TrainingProgress


@dataclass
class RunState:
    """Model, optimiser, progress and best weights of a training, and the file ``state.pt`` that holds them.

    Args:
        model: The network.
        optimiser: Its optimiser.
        folder: Directory of ``state.pt`` and of the lease beside it.
        fingerprint: What the result depends on; a saved state with another one is passed over.
        name: Name of the training in messages.
        epochs: Number of epochs after which the training is finished.
        group: The processes that share the training; the first one alone writes.
        restart: Whether saved states are deleted instead of resumed.
    """

    model: nn.Module
    optimiser: torch.optim.Optimizer
    folder: Path
    fingerprint: str
    name: str
    epochs: int
    group: Group
    restart: bool = False
    progress: TrainingProgress = field(default_factory=TrainingProgress)
    best: dict[str, Tensor] = field(default_factory=dict)
    best_optimiser: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file = self.folder / "state.pt"
        self.lease = Lease(self.folder / "state.lock")
        self.saved_at, self.save_seconds = time.monotonic(), 0.0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.progress.epoch >= self.epochs

    def claim(self) -> None:
        """Wait until no other process writes here. Raises Occupied if that takes too long."""
        # The first process waits for other jobs; its peers wait for it in the sum, so that all start or none does.
        refused = self.lease.take(self.name) if self.group.first else ""
        if self.group.total(float(bool(refused)))[0]:
            self.group.stop(Occupied(refused))

    def resume(self) -> None:
        """Load the saved state, if there is one of this run."""
        if self.group.first:
            clear_unfinished(self.file, alone=True)
        if self.restart and self.group.first:
            checkpoints.delete_checkpoints(self.file)
        # Every process reads the file itself, which is cheaper than sending the weights from the first.
        state = None if self.restart else checkpoints.load_checkpoint(self.file, self.fingerprint)
        if state is None:
            return
        self.progress = TrainingProgress(**state["running"])
        self.best, self.best_optimiser = state["best"], state["best_optimiser"]
        if "model" in state:
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
        if not self.finished:
            print(f"{self.name}: goes on from epoch {self.progress.epoch + 1}, step {self.progress.step + 1}")

    def keep_best(self, loss: float, *, with_optimiser: bool) -> None:
        """Copy the weights if ``loss``, that of the validation, is the lowest so far (CVPR 2019, 4)."""
        # The first loss counts as the lowest, whatever its value: a run must not end without weights.
        if loss < self.progress.best_loss or not self.best:
            self.progress.best_loss = loss
            # On the CPU: the copy would take memory from the training on a GPU.
            self.best = {name: value.detach().cpu().clone() for name, value in self.model.state_dict().items()}
            if with_optimiser:
                self.best_optimiser = copy.deepcopy(self.optimiser.state_dict())

    def save(self) -> None:
        """Write the state, in the first process alone. Raises RetryLater if the lease was lost."""
        began = self.saved_at = time.monotonic()
        if not self.group.first:
            return
        # A process that was taken for dead, after a node was lost from sight, must not write over its successor's state.
        self.lease.require()
        # A finished run needs its best weights and its history only: the rest is two thirds of the file.
        state = {} if self.finished else {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        about = {"fingerprint": self.fingerprint, "running": asdict(self.progress), "best": self.best}
        checkpoints.save_checkpoint(self.file, state | about | {"best_optimiser": self.best_optimiser})
        if self.finished:
            checkpoints.delete_previous(self.file)
        self.save_seconds = time.monotonic() - began
