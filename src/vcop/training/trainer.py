"""The training loop (CVPR 2019, 4): one for order prediction, recognition and question answering.

All randomness is a function of (seed, epoch, video or step), so a run that was killed goes on from its last state and ends with
the same bits (on the CPU) as one that was not, whatever the number of loader workers.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from vcop.config.options import ComputeOptions, LoopOptions, MachineOptions
from vcop.loading.batches import Batches, BatchSlice, slice_sample
from vcop.loading.inputs import PrepareBatch
from vcop.loading.samples import Sample
from vcop.networks.heads import SeededDropout
from vcop.runtime import watchdog
from vcop.training import distributed, optimisers, precision_check
from vcop.training.distributed import Group
from vcop.training.lifecycle import Lifecycle
from vcop.training.objective import Objective
from vcop.training.predictor import Predictor
from vcop.training.progress import TrainingProgress, loss_and_correct
from vcop.training.reporting import Epoch
from vcop.training.run_state import RunState


@dataclass
class Trainer:
    """A problem with right answers, and all that decides how it is learned.

    Args:
        model: The network, from inputs to what ``objective`` makes logits of.
        train: Batches of the training list.
        validation: Batches of the videos that choose the best weights.
        prepare: Makes (inputs, labels) on the device out of a batch of samples.
        loop: Epochs, batch size, optimiser and rate.
        compute: Precision and memory layout.
        machine: How often to save, and how long to wait.
        group: The processes that share each batch, and this one's device.
        seed: Seed of the dropout.
        clips: Number of clips of a sample, for speeds.
        folder: Directory of the state, the history and the progress file.
        fingerprint: What the result depends on; only a state with the same one is resumed.
        name: Name of the training in messages.
        keep_optimiser: Whether the optimiser's state at the best epoch is kept, too.
        restart: Whether a saved state is deleted instead of resumed.
        objective: Logits and losses; by default those of a classification.
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
    keep_optimiser: bool = False
    restart: bool = False
    objective: Objective = field(default_factory=Objective)

    def __post_init__(self) -> None:
        self.device = self.group.device
        distributed.set_layout(self.model, self.compute)
        self.group.agree(self._check_precision, self.name)
        # `wrapped` joins the processes' gradients, which is wanted in training alone; `model` has the names of the weights.
        self.model, self.wrapped = self.group.wrap(self.model)
        self.parameters = list(
            self.model.parameters()
        )  # in a small network it takes a while to collect them, so not in each step
        self.optimiser = optimisers.make_optimiser(self.parameters, self.loop)
        self.dropouts = [m for m in self.model.modules() if isinstance(m, SeededDropout)]
        self.state = RunState(
            self.model, self.optimiser, self.folder, self.fingerprint, self.name, self.loop.epochs, self.group, self.restart
        )
        self.lifecycle = Lifecycle(self.state, self.machine, len(self.train))
        self.predictor = Predictor(self.model, self.prepare, self.compute, self.lifecycle, self.objective)

    def _check_precision(self) -> None:
        """Raise ValueError where this machine computes the network wrongly."""
        if self.compute.precision == "fp32" and self.device.type == "cpu":
            precision_check.check_convolutions(self.device, self.compute, self.name)
            return
        with watchdog.deadline(self.machine.wait_minutes, f"reading {self.train.data.source}"):
            batch = self.prepare(self.train.first_samples(2), self.device)
        sizes = {True: self.train.share_sizes(), False: self.validation.share_sizes()}
        self.model.to(self.device)
        precision_check.check_network(self.model, batch, sizes, self.device, self.compute, self.name)

    @property
    def progress(self) -> TrainingProgress:
        """Position of the training, and its history."""
        return self.state.progress

    @property
    def seconds(self) -> float:
        """Duration of all epochs, over all attempts."""
        return float(sum(row["seconds"] for row in self.progress.history))

    def fit(self) -> None:
        """Train to the end, from the saved state if there is one; the model then has the weights of lowest validation loss.

        The lease is kept: results are still to be written beside the state.

        Raises:
            Interrupted: On SIGTERM or SIGINT, with the state saved.
            Occupied: If another process writes the same files.
            ValueError: If a loss, a gradient or a weight is not finite, with the last good state kept.
        """
        self.state.claim()
        try:
            self._train()
        except BaseException:
            self.state.lease.release()
            raise

    def _train(self) -> None:
        """Run all epochs that are left, and load the best weights."""
        self.state.resume()
        now, videos, life = self.progress, len(self.train.data), self.lifecycle
        done = self.clips * (now.epoch * videos + min(now.step * self.train.batch_size, videos))
        life.reporter.begin(self.clips * self.loop.epochs * videos, done, now.history, **life.position())
        try:
            with life.signals:
                while not self.state.finished:
                    self._train_epoch()
                self.model.load_state_dict(self.state.best)
        finally:
            life.reporter.close()
            self.train.close()
            self.validation.close()

    def _train_epoch(self) -> None:
        """Train the rest of an epoch, validate, and add a row to the history."""
        now, clock = self.progress, time.monotonic()
        # Both begin at the step at which the last attempt stopped: the saved state does not contain this step.
        batches = zip(self.train.index_batches(now.epoch, now.step), self.train.epoch(now.epoch, now.step), strict=True)
        for indices, sample in batches:
            save, leave = self.step(sample, indices)
            if save or leave:
                now.seconds += time.monotonic() - clock
                clock = time.monotonic()
                self.lifecycle.save()
            if leave:
                self.lifecycle.leave()
        trained = now.seconds + time.monotonic() - clock
        loss, accuracy = self.evaluate(self.validation)
        self.state.keep_best(loss, with_optimiser=self.keep_optimiser)
        row = Epoch(
            epoch=now.epoch + 1,
            loss=now.loss / now.seen,
            accuracy=now.right / now.seen,
            validation_loss=loss,
            validation_accuracy=accuracy,
            learning_rate=self.optimiser.param_groups[0]["lr"],
            seconds=round(now.seconds + time.monotonic() - clock, 3),
            clips_per_second=round(now.seen * self.clips / trained, 2),
        )
        self._end_epoch(row)

    def _end_epoch(self, row: Epoch) -> None:
        """Save the state of the next epoch's beginning, then report. What a kill loses of the reports is rewritten."""
        now, life = self.progress, self.lifecycle
        position, history = life.position(), [*now.history, asdict(row)]
        self.state.progress = TrainingProgress(now.epoch + 1, best_loss=now.best_loss, history=history)
        life.save_epoch()
        with life.writing():
            life.reporter.epoch(history)
            life.reporter.write_progress(**position)

    def step(self, sample: Sample, indices: list[int]) -> tuple[bool, bool]:
        """Make one update of the weights.

        Args:
            sample: This process's rows of the batch.
            indices: The whole batch, as indices in the training list.

        Returns:
            Whether it is time to save the state, and whether to leave.

        Raises:
            ValueError: If the loss or a gradient is not finite; the weights are those from before the step.
        """
        now, life, total = self.progress, self.lifecycle, len(indices)
        steps = len(self.train)
        optimisers.set_learning_rate(self.optimiser, self.loop, now.epoch * steps + now.step, self.loop.epochs * steps)
        if not self.model.training:
            self.model.train()
        self.optimiser.zero_grad(set_to_none=True)
        # Double precision, on the device: parts are added without rounding and without waiting for a GPU.
        sums, shares = torch.zeros(2, dtype=torch.float64, device=self.device), self.train.share(total)
        for number, share in enumerate(shares, 1):
            with self.group.joining(self.wrapped, number == len(shares)):
                sums += self._accumulate(slice_sample(sample, share.begin, share.end), share)
        norm = nn.utils.get_total_norm([p.grad for p in self.parameters if p.grad is not None])
        # Only here a step waits for the GPU and for the other processes, so everything they exchange goes into one message.
        loss, rights, save, leave, length = self.group.total(sums, *life.wishes(), alone=norm)
        names = [self.train.data.name(index) for index in indices]
        # This comes before the optimiser's step, since a single gradient that is not finite would spoil all weights for good.
        life.require_finite("loss", loss, names)
        life.require_finite("gradients' norm", length, names)
        optimisers.clip_gradients(self.parameters, norm, self.loop)
        self.optimiser.step()
        now.step, now.seen = now.step + 1, now.seen + total
        now.loss, now.right = now.loss + loss * total, now.right + int(rights)
        with life.writing():
            life.reporter.step(total * self.clips, **life.position())
        return save > 0, leave > 0

    def _accumulate(self, sample: Sample, share: BatchSlice) -> Tensor:
        """Add the gradients of a part of a batch. Returns its share of the batch's mean loss, and how many are right."""
        now = self.progress
        for dropout in self.dropouts:
            dropout.key, dropout.rows = (self.seed, now.epoch, now.step), (share.first, share.last, share.total)
        inputs, labels = self.prepare(sample, self.device)
        with distributed.autocast(self.device, self.compute):
            outputs = self.wrapped(inputs)
        logits, labels = self.objective.logits(outputs.float(), labels)
        # A sum over the whole batch's size: parts and processes of unequal size then add up to the mean of the batch.
        loss = self.objective.loss(logits, labels) / share.total
        self.group.backward(loss)
        return loss_and_correct(loss, logits, labels)

    def evaluate(self, batches: Batches) -> tuple[float, float]:
        """Return mean loss and accuracy in evaluation mode. Raises ValueError if the loss is not finite."""
        return self.predictor.evaluate(batches)

    def logits(self, sample: Sample) -> tuple[Tensor, Tensor]:
        """Return logits (of several clips: their mean) and labels of a batch in evaluation mode. Shape: (B, K), (B,)."""
        return self.predictor.logits(sample)
