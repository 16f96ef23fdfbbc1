"""What a network is trained for: logits and labels of a batch, and their loss."""

from __future__ import annotations

from torch import Tensor, nn


class Objective:
    """Classification: the network's output are the logits of the classes, and the loss is the cross-entropy.

    A subclass may make logits and labels of its own out of the output, for example those of a comparison within the batch.
    """

    whole_batch = False  # whether a sample's loss depends on the others of its batch, so that the batch must stay in one piece

    def logits(self, outputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits and labels of a batch. Shape: outputs of the network, (B,) -> (B, K), (B,)."""
        return outputs, labels

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the sum of the samples' losses. Shape: (B, K), (B,) -> ()."""
        return nn.functional.cross_entropy(logits, labels, reduction="sum")
