"""The heads on top of a backbone: order prediction (CVPR 2019, 3.3, eq. 3) and action recognition (CVPR 2019, 4.2).

Shapes: B tuples, T clips of a tuple, L frames of a clip, H W pixels, D values of a clip feature, T! orders of T clips.
"""

from itertools import combinations
from math import factorial

import torch
from torch import Tensor, nn

from vcop.networks.backbone import Backbone
from vcop.networks.batchnorm import BatchNorm1d
from vcop.sampling.seeding import torch_generator


class SeededDropout(nn.Module):
    """Dropout whose mask depends on (seed, epoch, step) alone, so that an interrupted training goes on with the same masks.

    Args:
        p: Probability that a value is dropped.

    Attributes:
        key: What the next mask is drawn from; the trainer sets it before each step.
        rows: First row, last row and size of the whole batch, where this process holds only a part of it. The mask is drawn
            for the whole batch, so that the number of processes does not matter.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p
        self.key: tuple[int, ...] = (0,)
        self.rows: tuple[int, int, int] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Drop values in training mode, and scale the others up. Shape: (B, ...) -> the same."""
        if not self.training or self.p == 0:
            return x
        first, last, total = self.rows or (0, len(x), len(x))
        # Drawn on the CPU, so that every device gets the same mask.
        draw = torch.rand((total, *x.shape[1:]), generator=torch_generator("dropout", *self.key))[first:last]
        return x * (draw >= self.p).to(x, non_blocking=True) / (1 - self.p)


class OrderHead(nn.Module):
    """Order predictor: from the features of the shuffled clips to the logits of their orders (CVPR 2019, 3.3, eq. 3).

    ``h_k = relu(W1 (f_i || f_j) + b1)`` for each pair ``i < j``, then ``a = W2 (h_1 || h_2 || ..) + b2``. For three clips::

        (f_1 || f_2) --- pair layer --- h_1 --+
        (f_1 || f_3) --- pair layer --- h_2 --+-- concatenate -- dropout -- order layer --> 3! = 6 logits
        (f_2 || f_3) --- pair layer --- h_3 --+

    All pairs share the weights of the pair layer, so it can be carried over to longer tuples (task-based curriculum, TMM 2020,
    III-D1). The order layer has T! outputs and cannot.

    Args:
        features: Values of a clip feature, D.
        tuple_length: Clips of a tuple, T.
        dropout: Probability of a dropped value before the order layer.
        batchnorm: Whether features pass a BatchNorm without scale first: not in the papers, see docs/deviations.md.
        classes: Number of logits, K; T! if 0. Other questions about several clips have other answers.
    """

    def __init__(self, features: int, tuple_length: int, dropout: float, batchnorm: bool = False, classes: int = 0) -> None:
        super().__init__()
        self.pairs = list(combinations(range(tuple_length), 2))
        # On the device, since a list of indices would be sent there in each step; no part of the weights.
        for name, side in zip(("left", "right"), zip(*self.pairs, strict=True), strict=True):
            self.register_buffer(name, torch.tensor(side), persistent=False)
        self.batchnorm = BatchNorm1d(features, affine=False) if batchnorm else nn.Identity()
        self.pair = nn.Linear(2 * features, features)
        self.dropout = SeededDropout(dropout)
        self.order = nn.Linear(features * len(self.pairs), classes or factorial(tuple_length))

    def forward(self, features: Tensor) -> Tensor:
        """Return the logits of the orders, as ``vcop.sampling.tasks.orders`` lists them. Shape: (B, T, D) -> (B, K)."""
        f = self.batchnorm(features.flatten(0, 1)).view_as(features)
        h = torch.relu(self.pair(torch.cat([f[:, self.left], f[:, self.right]], dim=-1)))
        return self.order(self.dropout(h.flatten(1)))


class ClipHead(nn.Module):
    """One linear layer on the feature of a single clip, for pretext tasks that ask about one clip.

    Args:
        features: Values of a clip feature, D.
        classes: Number of answers, K.
        dropout: Probability of a dropped value.
        batchnorm: Whether features pass a BatchNorm without scale first, as in ``OrderHead``.
    """

    def __init__(self, features: int, classes: int, dropout: float = 0.0, batchnorm: bool = False) -> None:
        super().__init__()
        self.batchnorm = BatchNorm1d(features, affine=False) if batchnorm else nn.Identity()
        self.dropout = SeededDropout(dropout)
        self.answer = nn.Linear(features, classes)

    def forward(self, features: Tensor) -> Tensor:
        """Return the logits of the answers. Shape: (B, 1, D) -> (B, K)."""
        return self.answer(self.dropout(self.batchnorm(features.flatten(1))))


class ProjectionHead(nn.Module):
    """Two layers that project the features of clips, which are then compared (SimCLR, Chen et al. 2020, 2.1).

    Args:
        features: Values of a clip feature, D.
        outputs: Values of a projection, P.
        batchnorm: Whether features pass a BatchNorm without scale first, as in ``OrderHead``.
    """

    def __init__(self, features: int, outputs: int, batchnorm: bool = False) -> None:
        super().__init__()
        self.batchnorm = BatchNorm1d(features, affine=False) if batchnorm else nn.Identity()
        self.hidden = nn.Linear(features, features)
        self.project = nn.Linear(features, outputs)

    def forward(self, features: Tensor) -> Tensor:
        """Return the projections. Shape: (B, T, D) -> (B, T, P)."""
        f = self.batchnorm(features.flatten(0, 1)).view_as(features)
        return self.project(torch.relu(self.hidden(f)))


class OrderNetwork(nn.Module):
    """Backbone and the head of a pretext task; of order prediction: from shuffled clips to their orders (CVPR 2019, Figure 2).

    Args:
        backbone: Computes the feature of a clip; all clips share it.
        head: Predicts the order, or answers another question, from the features of all clips.
        joint_batchnorm: Whether BatchNorm sees all B * T clips in one pass, which is faster. The default is as in the authors'
            published code: one pass for each clip position, so that BatchNorm sees B clips at a time. In evaluation mode both
            give the same.
    """

    def __init__(self, backbone: Backbone, head: nn.Module, joint_batchnorm: bool = False) -> None:
        super().__init__()
        self.backbone, self.head, self.joint_batchnorm = backbone, head, joint_batchnorm

    def forward(self, clips: Tensor) -> Tensor:
        """Return the head's output; logits of the orders. Shape: (B, T, 3, L, H, W), RGB in [0, 1] -> (B, T!)."""
        if self.joint_batchnorm or not self.training:
            features = self.backbone(clips.flatten(0, 1)).unflatten(0, clips.shape[:2])
        else:
            # Copies without gaps in memory: libraries make them anyway, and FlatConv3d asks for them.
            features = torch.stack([self.backbone(clips[:, t].clone()) for t in range(clips.shape[1])], dim=1)
        return self.head(features)


class ActionNetwork(nn.Module):
    """Backbone and one linear layer, for action recognition (CVPR 2019, 4.2).

    Args:
        backbone: Computes the feature of a clip.
        classes: Number of actions.
        batchnorm: Whether features pass a BatchNorm without scale first: not in the paper, see docs/deviations.md.
    """

    def __init__(self, backbone: Backbone, classes: int, batchnorm: bool = False) -> None:
        super().__init__()
        self.backbone = backbone
        self.batchnorm = BatchNorm1d(backbone.features, affine=False) if batchnorm else nn.Identity()
        self.head = nn.Linear(backbone.features, classes)

    def forward(self, clips: Tensor) -> Tensor:
        """Return the logits of the actions. Shape: (B, 3, L, H, W), RGB in [0, 1] -> (B, classes)."""
        return self.head(self.batchnorm(self.backbone(clips)))
