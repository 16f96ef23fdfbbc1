"""Where a training stands, and the numbers that are kept of its predictions."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

Confidence = tuple[str, int, float, int]  # video, epoch, probability of the right answer, whether it was the likeliest


@dataclass
class TrainingProgress:
    """Where a training stands; all of it is in the saved state."""

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    history: list[dict[str, Any]] = field(default_factory=list)
    confidence: list[Confidence] = field(default_factory=list)


def loss_and_correct(loss: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
    """The loss and how many are right, left on their device. Shape: (), (B, K), (B,) -> (2,)."""
    return torch.stack([loss.detach().double(), (logits.argmax(1) == labels).sum().double()])


def true_class_probability(logits: Tensor, labels: Tensor) -> tuple[list[float], list[int]]:
    """Probability of the right answer, and whether it is the likeliest. Shape: (B, K), (B,) -> B values each."""
    sure = logits.softmax(1).gather(1, labels[:, None])[:, 0]
    return sure.tolist(), (logits.argmax(1) == labels).int().tolist()
