"""The training loop (CVPR 2019, 4): one for order prediction and for recognition.

All randomness is a function of (seed, epoch, video or step), so a run that was killed goes on from its last state and ends with
the same bits (on the CPU) as one that was not, whatever the number of loader workers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vcop import state as states
from vcop.datasets import Batches, Sample
from vcop.files import write_csv
from vcop.networks.heads import SeededDropout
from vcop.options import ComputeOptions, LoopOptions, MachineOptions
from vcop.progress import Progress

Prepare = Callable[[Sample, torch.device], tuple[Tensor, Tensor]]


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


@dataclass
class Running:
    """Where a training stands; all of it is in the saved state."""

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Trainer:
    """A classification problem and all that decides how it is learned.

    ``prepare`` makes (inputs, labels) on the device out of a batch of samples; ``clips`` is the number of clips a sample has.
    """

    model: nn.Module
    train: Batches
    validation: Batches
    prepare: Prepare
    loop: LoopOptions
    compute: ComputeOptions
    machine: MachineOptions
    seed: int
    clips: int
    state_file: Path
    history_file: Path
    fingerprint: str
    name: str

    def __post_init__(self) -> None:
        self.device = device(self.machine)
        self.model.to(self.device)
        if self.compute.channels_last:
            self.model.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        shared: dict[str, Any] = {"lr": self.loop.learning_rate, "weight_decay": self.loop.weight_decay, "fused": True}
        self.optimiser: torch.optim.Optimizer = (
            torch.optim.SGD(parameters, momentum=self.loop.momentum, **shared)
            if self.loop.optimiser == "sgd"
            else torch.optim.AdamW(parameters, **shared)
        )
        self.running = Running()
        self.best: dict[str, Tensor] = {}
        self.saved = time.monotonic()

    def fit(self) -> None:
        """Train to the end, from the saved state if there is one.

        The model then has the weights with the lowest validation loss.
        """
        self._resume()
        total = self.loop.epochs * len(self.train)
        done = self.running.epoch * len(self.train) + self.running.step
        with Progress(self.name, total, "step", done) as progress:
            while self.running.epoch < self.loop.epochs:
                self._epoch(progress)
        self.model.load_state_dict(self.best)
        self._write_history()

    def _epoch(self, progress: Progress) -> None:
        """The rest of an epoch, validation, and its row of the history."""
        run, clock = self.running, time.monotonic()
        for sample in self.train.epoch(run.epoch, run.step):
            self._step(sample)
            run.step += 1
            progress.advance(loss=f"{run.loss / run.seen:.3f}", accuracy=f"{run.right / run.seen:.3f}")
            if time.monotonic() - self.saved > 60 * self.machine.save_minutes:
                run.seconds, clock = run.seconds + time.monotonic() - clock, time.monotonic()
                self._save()
        trained = run.seconds + time.monotonic() - clock
        loss, accuracy = self.evaluate(self.validation)
        if loss < run.best_loss or not self.best:
            run.best_loss, self.best = loss, {k: v.detach().cpu().clone() for k, v in self.model.state_dict().items()}
        seconds = run.seconds + time.monotonic() - clock
        row = Epoch(
            epoch=run.epoch + 1,
            loss=run.loss / run.seen,
            accuracy=run.right / run.seen,
            validation_loss=loss,
            validation_accuracy=accuracy,
            learning_rate=self.optimiser.param_groups[0]["lr"],
            seconds=round(seconds, 3),
            clips_per_second=round(run.seen * self.clips / trained, 2),
        )
        self.running = Running(epoch=run.epoch + 1, best_loss=run.best_loss, history=[*run.history, asdict(row)])
        self._save()
        self._write_history()

    def _step(self, sample: Sample) -> None:
        """One update. Raises ValueError, with the state of before kept, if the loss is not finite."""
        run, loop = self.running, self.loop
        if loop.schedule == "cosine":
            part = (run.epoch * len(self.train) + run.step) / (loop.epochs * len(self.train))
            self.optimiser.param_groups[0]["lr"] = loop.learning_rate * 0.5 * (1 + math.cos(math.pi * part))
        self.model.train()
        for module in self.model.modules():
            if isinstance(module, SeededDropout):
                module.key = (self.seed, run.epoch, run.step)
        inputs, labels = self.prepare(sample, self.device)
        with self._autocast():
            logits = self.model(inputs)
        loss = nn.functional.cross_entropy(logits.float(), labels)
        value = loss.item()
        if not math.isfinite(value):
            raise ValueError(
                f"{self.name}: the loss is {value} in epoch {run.epoch + 1}, step {run.step + 1}, on {', '.join(sample['video'])}; "
                f"the last good state is kept in {self.state_file}"
            )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        run.loss += value * len(labels)
        run.right += int((logits.argmax(1) == labels).sum())
        run.seen += len(labels)

    def evaluate(self, batches: Batches) -> tuple[float, float]:
        """Mean loss and accuracy in evaluation mode."""
        loss, right, seen = 0.0, 0, 0
        for sample in batches.epoch(0):
            logits, labels = self.logits(sample)
            loss += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
            right += int((logits.argmax(1) == labels).sum())
            seen += len(labels)
        return loss / seen, right / seen

    @torch.no_grad()
    def logits(self, sample: Sample) -> tuple[Tensor, Tensor]:
        """Logits and labels of a batch in evaluation mode."""
        self.model.eval()
        inputs, labels = self.prepare(sample, self.device)
        with self._autocast():
            return self.model(inputs).float(), labels

    @property
    def seconds(self) -> float:
        """Of all epochs and attempts."""
        return float(sum(row["seconds"] for row in self.running.history))

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.compute.precision == "bf16")

    def _save(self) -> None:
        self.saved = time.monotonic()
        done = self.running.epoch >= self.loop.epochs
        # A finished run needs its best weights and its history only: the rest is two thirds of the file.
        state = {} if done else {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        about = {"fingerprint": self.fingerprint, "running": asdict(self.running), "best": self.best}
        states.save(self.state_file, state | about)
        if done:
            states.forget_previous(self.state_file)

    def _resume(self) -> None:
        state = states.load(self.state_file, self.fingerprint)
        if state is None:
            return
        self.running, self.best = Running(**state["running"]), state["best"]
        if "model" in state:
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
        print(f"{self.name}: goes on from epoch {self.running.epoch + 1}, step {self.running.step + 1}")

    def _write_history(self) -> None:
        columns = list(Epoch.__dataclass_fields__)
        write_csv(self.history_file, columns, [[row[c] for c in columns] for row in self.running.history])


def device(machine: MachineOptions) -> torch.device:
    """The device to use. Raises ValueError if a GPU is asked for and none is there."""
    if machine.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("machine.device: cuda, but PyTorch sees no GPU here")
    return torch.device("cuda" if machine.device != "cpu" and torch.cuda.is_available() else "cpu")
