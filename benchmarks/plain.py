"""Plain training of the order network: standard layers, NCDHW floats, a backbone pass per clip position, a GPU wait per step.

It does what the published code does, but is written from the papers (CVPR 2019, 3.2 and 3.3). The weights are copied from our
network layer by layer, so that both compute the same function.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise

import torch
from torch import Tensor, nn

from vcop.config.options import LoopOptions
from vcop.networks.convolution import MaxPool3d
from vcop.networks.heads import OrderNetwork
from vcop.networks.residual import middle_channels

Size = tuple[int, int, int]
Convolution = Callable[[int, int, Size, Size, Size], list[nn.Module]]


def c3d(w: list[int]) -> nn.Sequential:
    """Build C3D with its eight convolutions; ``w``: 64, 128, 256, 512 at full width."""
    layers: list[nn.Module] = []
    for widths, pool in (((3, w[0]), (1, 2, 2)), (w[:2], 2), ((*w[1:3], w[2]), 2), ((*w[2:4], w[3]), 2), ((w[3],) * 3, 0)):
        for cin, cout in pairwise(widths):
            layers += [nn.Conv3d(cin, cout, 3, padding=1), nn.BatchNorm3d(cout), nn.ReLU()]
        # PyTorch's own refuses maps that are smaller than the kernel, as those of the embedded study's short clips are.
        layers += [MaxPool3d(pool)] if pool else []
    return nn.Sequential(*layers)


def conv(cin: int, cout: int, kernel: Size, stride: Size, padding: Size) -> list[nn.Module]:
    """Build a convolution of R3D."""
    return [nn.Conv3d(cin, cout, kernel, stride, padding, bias=False)]


def conv21(cin: int, cout: int, kernel: Size, stride: Size, padding: Size) -> list[nn.Module]:
    """Build a convolution of R(2+1)D: a spatial one, then a temporal one."""
    (t, d, _), (st, s, _), (pt, p, _), middle = kernel, stride, padding, middle_channels(cin, cout, kernel)
    first = nn.Conv3d(cin, middle, (1, d, d), (1, s, s), (0, p, p), bias=False)
    second = nn.Conv3d(middle, cout, (t, 1, 1), (st, 1, 1), (pt, 0, 0), bias=False)
    return [first, nn.BatchNorm3d(middle), nn.ReLU(), second]


class Block(nn.Module):
    """Two convolutions and a shortcut."""

    def __init__(self, of: Convolution, cin: int, cout: int, s: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *of(cin, cout, (3, 3, 3), (s, s, s), (1, 1, 1)), nn.BatchNorm3d(cout), nn.ReLU(),
            *of(cout, cout, (3, 3, 3), (1, 1, 1), (1, 1, 1)), nn.BatchNorm3d(cout),
        )  # fmt: skip
        projection = [*of(cin, cout, (1, 1, 1), (s, s, s), (0, 0, 0)), nn.BatchNorm3d(cout)] if s > 1 else []
        self.shortcut = nn.Sequential(*projection)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, Cin, L, H, W) -> (B, Cout, L / s, H / s, W / s)."""
        return torch.relu(self.body(x) + self.shortcut(x))


def residual(of: Convolution, w: list[int]) -> nn.Sequential:
    """Build R3D or R(2+1)D from their kind of convolution."""
    stem = [*of(3, w[0], (3, 7, 7), (1, 2, 2), (1, 3, 3)), nn.BatchNorm3d(w[0]), nn.ReLU()]
    return nn.Sequential(*stem, Block(of, w[0], w[0], 1), *(Block(of, a, b, 2) for a, b in pairwise(w)))


class Plain(nn.Module):
    """The order network with the weights of ``ours``, on its device."""

    def __init__(self, network: str, ours: OrderNetwork) -> None:
        super().__init__()
        features, clips = ours.backbone.features, max(max(pair) for pair in ours.head.pairs) + 1
        w = [max(1, round(features / 512 * n)) for n in (64, 128, 256, 512)]
        self.backbone = c3d(w) if network == "c3d" else residual({"r3d": conv, "r21d": conv21}[network], w)
        self.batchnorm = (
            ours.head.batchnorm if isinstance(ours.head.batchnorm, nn.Identity) else nn.BatchNorm1d(features, affine=False)
        )
        self.pairs = list(combinations(range(clips), 2))
        self.pair, self.order = (
            nn.Linear(2 * features, features),
            nn.Linear(features * len(self.pairs), ours.head.order.out_features),
        )
        values = ours.state_dict().values()
        self.load_state_dict(dict(zip(self.state_dict(), (v.clone().contiguous() for v in values), strict=True)))
        self.to(next(ours.parameters()).device)

    def forward(self, clips: Tensor) -> Tensor:
        """Shape: (B, T, 3, L, H, W) -> (B, T!)."""
        f = torch.stack([self.backbone(clips[:, t]).mean(dim=(2, 3, 4)) for t in range(clips.shape[1])], dim=1)
        f = self.batchnorm(f.flatten(0, 1)).view_as(f)
        h = [torch.relu(self.pair(torch.cat([f[:, i], f[:, j]], dim=1))) for i, j in self.pairs]
        return self.order(torch.cat(h, dim=1))


def optimiser(network: nn.Module, loop: LoopOptions) -> torch.optim.Optimizer:
    """Return the optimiser of the study, with PyTorch's default implementation."""
    shared = {"lr": loop.learning_rate, "weight_decay": loop.weight_decay}
    if loop.optimiser == "sgd":
        return torch.optim.SGD(network.parameters(), momentum=loop.momentum, **shared)
    return torch.optim.AdamW(network.parameters(), **shared)


def step(network: Plain, by: torch.optim.Optimizer, clips: Tensor, labels: Tensor) -> tuple[float, int]:
    """Update the weights once; return the loss and the number of correct orders."""
    network.train()
    by.zero_grad()
    logits = network(clips)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    by.step()
    return loss.item(), int((logits.argmax(1) == labels).sum().item())
