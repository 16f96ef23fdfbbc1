"""Position and history of a training, and what is counted of its predictions."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor


@dataclass
class TrainingProgress:
    """Position of a training and its history so far; all of it is in the saved state.

    ``loss``, ``right``, ``seen`` and ``seconds`` are sums over the steps of the current epoch.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    history: list[dict[str, Any]] = field(default_factory=list)


def loss_and_correct(loss: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
    """Return the loss and the number of right predictions, on their device. Shape: (), (B, K), (B,) -> (2,)."""
    return torch.stack([loss.detach().double(), (logits.argmax(1) == labels).sum().double()])
