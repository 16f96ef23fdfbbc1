"""The training loop (CVPR 2019, 4): one for order prediction, recognition and question answering.

All randomness is a function of (seed, epoch, video or step), so a run that was killed goes on from its last state and ends with
the same bits (on the CPU) as one that was not, whatever the number of loader workers.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vcop.config.options import ComputeOptions, LoopOptions, MachineOptions
from vcop.loading.batches import Batches, BatchSlice, slice_sample
from vcop.loading.inputs import PrepareBatch
from vcop.loading.samples import Sample
from vcop.networks.heads import SeededDropout
from vcop.runtime import watchdog
from vcop.runtime.atomic_files import clear_unfinished
from vcop.runtime.file_lease import Lease, Occupied
from vcop.runtime.signals import Interrupted, Signals
from vcop.training import checkpoints as states
from vcop.training import distributed, optimisers, precision_check
from vcop.training.distributed import Group
from vcop.training.progress import TrainingProgress, loss_and_correct, true_class_probability
from vcop.training.reporting import Epoch, Reporter


@dataclass
class Trainer:
    """A classification problem and all that decides how it is learned.

    ``prepare`` makes (inputs, labels) on the device out of a batch of samples; ``clips`` is the number of clips a sample has.
    Of the last ``confidence_epochs`` epochs the predictions on the training videos are kept, in ``confidence_mode``.
    """

    model: nn.Module
    train: Batches
    validation: Batches
    prepare: PrepareBatch
    loop: LoopOptions
    compute: ComputeOptions
    machine: MachineOptions
    group: Group
    seed: int
    clips: int
    folder: Path
    fingerprint: str
    name: str
    confidence_epochs: int = 0
    confidence_mode: str = "training"
    keep_optimiser: bool = False
    restart: bool = False

    def __post_init__(self) -> None:
        self.device = self.group.device
        precision_check.check_precision(self.device, self.compute)
        distributed.set_layout(self.model, self.compute)
        self.model, self.wrapped = self.group.wrap(self.model)
        self.optimiser = optimisers.make_optimiser(self.model.parameters(), self.loop)
        self.dropouts = [m for m in self.model.modules() if isinstance(m, SeededDropout)]
        self.state_file = self.folder / "state.pt"
        self.lease = Lease(self.folder / "state.lock")
        folder = self.folder if self.group.first else None
        self.reporter = Reporter(self.name, folder, events=self.machine.tensorboard)
        self.signals = Signals()
        self.running = TrainingProgress()
        self.best: dict[str, Tensor] = {}
        self.best_optimiser: dict[str, Any] = {}
        self.saved = time.monotonic()

    def fit(self) -> None:
        """Train to the end, from the saved state if there is one.

        The model then has the weights with the lowest validation loss. Raises Interrupted, with the state saved, on SIGTERM, and
        Occupied where another process writes the same files.
        """
        self._claim()
        try:
            self._train()
        except BaseException:
            self.lease.release()
            raise
        self.model.load_state_dict(self.best)

    def _train(self) -> None:
        self._resume()
        run, videos = self.running, len(self.train.data)
        done = self.clips * (run.epoch * videos + min(run.step * self.train.batch_size, videos))
        self.reporter.begin(self.clips * self.loop.epochs * videos, done, run.history, **self._at())
        try:
            with self.signals:
                while self.running.epoch < self.loop.epochs:
                    self._epoch()
        finally:
            self.reporter.close()
            self.train.close()
            self.validation.close()

    def _epoch(self) -> None:
        """The rest of an epoch, validation, and its row of the history."""
        run, clock = self.running, time.monotonic()
        batches = zip(self.train.index_batches(run.epoch, run.step), self.train.epoch(run.epoch, run.step), strict=True)
        for indices, sample in batches:
            save, leave = self._step(sample, indices)
            if save or leave:
                run.seconds += time.monotonic() - clock
                clock = time.monotonic()
                self._save()
            if leave:
                self._leave()
        trained = run.seconds + time.monotonic() - clock
        if self.confidence_mode == "evaluation":
            self._judge_again()
        loss, accuracy = self.evaluate(self.validation)
        if loss < run.best_loss or not self.best:
            run.best_loss, self.best = loss, {k: v.detach().cpu().clone() for k, v in self.model.state_dict().items()}
            if self.keep_optimiser:
                self.best_optimiser = copy.deepcopy(self.optimiser.state_dict())
        row = Epoch(
            epoch=run.epoch + 1,
            loss=run.loss / run.seen,
            accuracy=run.right / run.seen,
            validation_loss=loss,
            validation_accuracy=accuracy,
            learning_rate=self.optimiser.param_groups[0]["lr"],
            seconds=round(run.seconds + time.monotonic() - clock, 3),
            clips_per_second=round(run.seen * self.clips / trained, 2),
        )
        at = self._at()
        history = [*run.history, asdict(row)]
        self.running = TrainingProgress(run.epoch + 1, best_loss=run.best_loss, history=history, confidence=run.confidence)
        self._save()
        with self._writing():
            self.reporter.epoch(history)
            self.reporter.write_progress(**at)

    def _step(self, sample: Sample, indices: list[int]) -> tuple[bool, bool]:
        """One update. Returns whether it is time to save the state, and whether to leave.

        Raises ValueError, with the state of before kept, if the loss or a gradient is not finite.
        """
        run, loop, total = self.running, self.loop, len(indices)
        part = (run.epoch * len(self.train) + run.step) / (loop.epochs * len(self.train))
        optimisers.set_learning_rate(self.optimiser, loop, part)
        self.model.train()
        self.optimiser.zero_grad(set_to_none=True)
        loss_and_right, shares = torch.zeros(2, dtype=torch.float64, device=self.device), self.train.share(total)
        for number, share in enumerate(shares, 1):
            with self.group.joining(self.wrapped, number == len(shares)):
                loss_and_right += self._part(slice_sample(sample, share.begin, share.end), share)
        due = time.monotonic() - self.saved > 60 * self.machine.save_minutes
        mine = (float(self.group.first and due), float(self.signals.caught is not None))
        norm = nn.utils.get_total_norm([p.grad for p in self.model.parameters() if p.grad is not None])
        # The one place of a step that waits for a GPU.
        loss, rights, save, leave, length = self.group.total(loss_and_right, *mine, alone=norm)
        names = [self.train.data.name(index) for index in indices]
        self._require_finite("loss", loss, names)
        self._require_finite("gradients' norm", length, names)
        self.optimiser.step()
        run.step, run.seen = run.step + 1, run.seen + total
        run.loss, run.right = run.loss + loss * total, run.right + int(rights)
        with self._writing():
            self.reporter.step(total * self.clips, **self._at())
        return save > 0, leave > 0

    def _require_finite(self, what: str, value: float, names: Sequence[str]) -> None:
        """Stop where ``value`` is not a finite number, with the videos that it is of. All processes agree on it."""
        if math.isfinite(value):
            return
        self.reporter.write_progress(stopped=f"{what} not finite", **self._at())
        kept = f"the last good state is kept in {self.state_file}" if self.state_file.exists() else "no state was saved before"
        where = f"epoch {self.running.epoch + 1}, step {self.running.step + 1}"
        self.group.stop(ValueError(f"{self.name}: the {what} is {value} in {where}, on {', '.join(names)}; {kept}"))

    def _part(self, sample: Sample, share: BatchSlice) -> Tensor:
        """Gradients of one part of a batch. Returns its share of the batch's mean loss, and how many are right."""
        run = self.running
        for dropout in self.dropouts:
            dropout.key, dropout.rows = (self.seed, run.epoch, run.step), (share.first, share.last, share.total)
        inputs, labels = self.prepare(sample, self.device)
        with distributed.autocast(self.device, self.compute):
            logits = self.wrapped(inputs)
        loss = nn.functional.cross_entropy(logits.float(), labels, reduction="sum") / share.total
        self.group.backward(loss)
        if self.confidence_mode == "training":
            self._judge(sample, logits.detach().float(), labels)
        return loss_and_correct(loss, logits, labels)

    def _judge(self, sample: Sample, logits: Tensor, labels: Tensor) -> None:
        """Keep how sure the network is of the right answers, in the last epochs."""
        if self.running.epoch < self.loop.epochs - self.confidence_epochs:
            return
        sure, right = true_class_probability(logits, labels)
        rows = zip(sample["video"], [self.running.epoch + 1] * len(sure), sure, right, strict=True)
        self.running.confidence += self.group.gather(list(rows))

    def _judge_again(self) -> None:
        """The same on the same draws, in evaluation mode."""
        if self.running.epoch >= self.loop.epochs - self.confidence_epochs:
            # An attempt that was interrupted in the validation after this has left its rows.
            self.running.confidence = [row for row in self.running.confidence if row[1] <= self.running.epoch]
            for sample in self._unless_asked_to_leave(self.train.epoch(self.running.epoch)):
                self._judge(sample, *self.logits(sample))

    def evaluate(self, batches: Batches) -> tuple[float, float]:
        """Mean loss and accuracy in evaluation mode. Raises ValueError, as a step does, if the loss is not finite."""
        loss_and_right, seen = torch.zeros(2, dtype=torch.float64, device=self.device), 0
        losses: list[tuple[list[str], Tensor]] = []
        for sample in self._unless_asked_to_leave(batches.epoch(0)):
            logits, labels = self.logits(sample)
            loss_and_right += (
                found := loss_and_correct(nn.functional.cross_entropy(logits, labels, reduction="sum"), logits, labels)
            )
            losses.append((sample["video"], found[0]))
            seen += len(labels)
        loss, rights, count = self.group.total(loss_and_right, seen)
        bad = [name for names, one in losses if not torch.isfinite(one) for name in names] if not math.isfinite(loss) else []
        self._require_finite("validation loss", loss / count, bad or ["what another process validates"])
        return loss / count, rights / count

    def _unless_asked_to_leave(self, batches: Iterator[Sample]) -> Iterator[Sample]:
        """The batches, as long as no signal asks to leave: what an epoch has trained is saved then, its tests are not."""
        kept = self.running.confidence[:]
        for sample in batches:
            if self.group.total(float(self.signals.caught is not None))[0]:
                self.running.confidence = kept
                self._save()
                self._leave()
            yield sample

    @torch.no_grad()
    def logits(self, sample: Sample) -> tuple[Tensor, Tensor]:
        """Logits and labels of a batch in evaluation mode."""
        self.reporter.keep_alive(**self._at())
        self.model.eval()
        inputs, labels = self.prepare(sample, self.device)
        with distributed.autocast(self.device, self.compute):
            return self.model(inputs).float(), labels

    @property
    def seconds(self) -> float:
        """Of all epochs and attempts."""
        return float(sum(row["seconds"] for row in self.running.history))

    def _at(self) -> dict[str, Any]:
        """Where the training stands, for people."""
        run, epochs = self.running, self.loop.epochs
        position = {"epoch": min(run.epoch + 1, epochs), "epochs": epochs, "step": run.step, "steps": len(self.train)}
        seen = run.seen or None
        return position | {"loss": seen and run.loss / seen, "accuracy": seen and run.right / seen}

    def _leave(self) -> None:
        """Leave after the state has been saved."""
        name = self.signals.caught or "SIGTERM"  # another process of the group has caught it
        self.reporter.write_progress(stopped=name, **self._at())
        self.group.stop(Interrupted(name, f"epoch {self.running.epoch + 1}, step {self.running.step + 1}"))

    def _save(self) -> None:
        self.saved = time.monotonic()
        for name, value in self.model.state_dict().items():
            if not torch.isfinite(value).all():
                self._require_finite(f"weight {name}", math.nan, ["what was trained last"])
        if self.group.first:
            with self._writing():
                self._write_state()

    def _writing(self) -> AbstractContextManager[None]:
        """A disk that does not answer ends the run."""
        return watchdog.deadline(self.machine.wait_minutes, f"writing into {self.folder}")

    def _write_state(self) -> None:
        self.lease.require()
        done = self.running.epoch >= self.loop.epochs
        # A finished run needs its best weights and its history only: the rest is two thirds of the file.
        state = {} if done else {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict()}
        about = {"fingerprint": self.fingerprint, "running": asdict(self.running), "best": self.best}
        states.save_checkpoint(self.state_file, state | about | {"best_optimiser": self.best_optimiser})
        if done:
            states.delete_previous(self.state_file)

    def _claim(self) -> None:
        """All processes wait for the first, which waits for those of another job."""
        refused = self.lease.take(self.name) if self.group.first else ""
        if self.group.total(float(bool(refused)))[0]:
            self.group.stop(Occupied(refused))

    def _resume(self) -> None:
        if self.group.first:
            clear_unfinished(self.state_file, alone=True)
        if self.restart and self.group.first:
            states.delete_checkpoints(self.state_file)
        state = None if self.restart else states.load_checkpoint(self.state_file, self.fingerprint)
        if state is None:
            return
        self.running, self.best, self.best_optimiser = (
            TrainingProgress(**state["running"]),
            state["best"],
            state["best_optimiser"],
        )
        if "model" in state:
            self.model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
        if self.running.epoch < self.loop.epochs:
            print(f"{self.name}: goes on from epoch {self.running.epoch + 1}, step {self.running.step + 1}")
