"""Predictions of a training in evaluation mode: on its validation list, and on its test videos."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vcop.config.options import ComputeOptions
from vcop.loading.batches import Batches
from vcop.loading.inputs import PrepareBatch
from vcop.loading.samples import Sample
from vcop.training import distributed
from vcop.training.lifecycle import Lifecycle
from vcop.training.objective import Objective
from vcop.training.progress import loss_and_correct


@dataclass
class Predictor:
    """A network in evaluation mode.

    Args:
        model: The network, from inputs to what ``objective`` makes logits of.
        prepare: Makes (inputs, labels) on the device out of a batch of samples.
        compute: Precision.
        lifecycle: Stops the training at a signal or a number that is not finite.
        objective: Logits and losses.
    """

    model: nn.Module
    prepare: PrepareBatch
    compute: ComputeOptions
    lifecycle: Lifecycle
    objective: Objective

    @torch.no_grad()
    def logits(self, sample: Sample) -> tuple[Tensor, Tensor]:
        """Return logits and labels of a batch; of a sample of several clips, the mean of their logits. Shape: (B, K), (B,)."""
        # Without this, a long validation or test would look like a dead run to readers of progress.json.
        self.lifecycle.reporter.keep_alive(**self.lifecycle.position())
        self.model.eval()
        device = self.lifecycle.state.group.device
        inputs, labels = self.prepare(sample, device)
        with distributed.autocast(device, self.compute):
            outputs = self.model(inputs)
        logits, labels = self.objective.logits(outputs.float(), labels)
        if len(logits) > len(labels):  # the clips of a sample follow each other
            logits = logits.unflatten(0, (len(labels), -1)).mean(1)
        return logits, labels

    def evaluate(self, batches: Batches) -> tuple[float, float]:
        """Return mean loss and accuracy, of all processes. Raises ValueError, as a step does, if the loss is not finite."""
        group = self.lifecycle.state.group
        sums, seen = torch.zeros(2, dtype=torch.float64, device=group.device), 0
        losses: list[tuple[list[str], Tensor]] = []
        for sample in self.lifecycle.until_signal(batches.epoch(0)):
            logits, labels = self.logits(sample)
            batch = loss_and_correct(self.objective.loss(logits, labels), logits, labels)
            sums += batch
            losses.append((sample["video"], batch[0]))
            seen += len(labels)
        loss, rights, count = group.total(sums, seen)
        # Reading a loss waits for the GPU, so the losses stay on the device unless their sum turns out not to be finite.
        bad = [name for names, one in losses if not torch.isfinite(one) for name in names] if not math.isfinite(loss) else []
        self.lifecycle.require_finite("validation loss", loss / count, bad or ["what another process validates"])
        return loss / count, rights / count
