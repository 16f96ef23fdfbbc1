"""What stands on a backbone: the order predictor (CVPR 2019, 3.3, eq. 3) and the action classifier (4.2).

Shapes: B batch, T clips per tuple, C channels, L frames per clip, H W pixels, D values of a feature.
"""

from itertools import combinations
from math import factorial

import torch
from torch import Tensor, nn

from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm1d
from vcop.sampling.seeding import torch_generator


class SeededDropout(nn.Module):
    """Dropout whose mask is a function of (seed, epoch, step), so that resuming needs no generator's history.

    The mask is drawn for the whole batch; ``rows`` (first, last, of how many) says which part of it this process sees.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p
        self.key: tuple[int, ...] = (0,)
        self.rows: tuple[int, int, int] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, ...) -> the same."""
        if not self.training or self.p == 0:
            return x
        first, last, total = self.rows or (0, len(x), len(x))
        # Drawn on the CPU, so that every device gets the same mask.
        draw = torch.rand((total, *x.shape[1:]), generator=torch_generator("dropout", *self.key))[first:last]
        return x * (draw >= self.p).to(x) / (1 - self.p)


class OrderHead(nn.Module):
    """``h_k = relu(W1 (f_i || f_j) + b1)``, ``a = W2 (h_1 || h_2 || ..) + b2`` over the pairs i < j (eq. 3).

    ``batchnorm`` puts a BatchNorm without scale on the features first: not the paper's, see docs/deviations.md.
    """

    def __init__(self, features: int, tuple_length: int, dropout: float, batchnorm: bool = False) -> None:
        super().__init__()
        self.pairs = list(combinations(range(tuple_length), 2))
        self.batchnorm = BatchNorm1d(features, affine=False) if batchnorm else nn.Identity()
        self.pair = nn.Linear(2 * features, features)
        self.dropout = SeededDropout(dropout)
        self.order = nn.Linear(features * len(self.pairs), factorial(tuple_length))

    def forward(self, features: Tensor) -> Tensor:
        """Shape: (B, T, D) -> logits (B, T!)."""
        f = self.batchnorm(features.flatten(0, 1)).view_as(features)
        first, second = (list(side) for side in zip(*self.pairs, strict=True))
        h = torch.relu(self.pair(torch.cat([f[:, first], f[:, second]], dim=-1)))
        return self.order(self.dropout(h.flatten(1)))


class OrderNetwork(nn.Module):
    """Backbone and order predictor: from shuffled clips to the logits of their orders (CVPR 2019, Figure 2)."""

    def __init__(self, backbone: Backbone, head: OrderHead, joint_batchnorm: bool = False) -> None:
        super().__init__()
        self.backbone, self.head, self.joint_batchnorm = backbone, head, joint_batchnorm

    def forward(self, clips: Tensor) -> Tensor:
        """Shape: (B, T, 3, L, H, W) -> (B, T!).

        The published code applies the backbone once a clip position, so that BatchNorm sees B clips at a time;
        with ``joint_batchnorm`` it sees all B * T in one, faster, pass. Evaluation mode is the same either way.
        """
        if self.joint_batchnorm or not self.training:
            features = self.backbone(clips.flatten(0, 1)).unflatten(0, clips.shape[:2])
        else:
            features = torch.stack([self.backbone(clips[:, t]) for t in range(clips.shape[1])], dim=1)
        return self.head(features)


class ActionNetwork(nn.Module):
    """Backbone and one linear layer (CVPR 2019, 4.2).

    ``batchnorm`` puts a BatchNorm without scale on the features first: not the paper's, see docs/deviations.md.
    """

    def __init__(self, backbone: Backbone, classes: int, batchnorm: bool = False) -> None:
        super().__init__()
        self.backbone = backbone
        self.batchnorm = BatchNorm1d(backbone.features, affine=False) if batchnorm else nn.Identity()
        self.head = nn.Linear(backbone.features, classes)

    def forward(self, clips: Tensor) -> Tensor:
        """Shape: (B, 3, L, H, W) -> (B, classes)."""
        return self.head(self.batchnorm(self.backbone(clips)))
