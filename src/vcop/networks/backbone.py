"""What the backbones share: five stages, conv1 to conv5, and a mean over space and time that gives one feature a clip.

Shapes: B clips, C channels, L frames, H W pixels; a prime marks the smaller maps after a stage.
"""

from collections.abc import Iterable
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from vcop.config.names import LAYERS
from vcop.config.options import ComputeOptions
from vcop.networks.batchnorm import preserve_statistics

Triple = tuple[int, int, int]  # sizes in time, height and width


def channels(width: int, multiplier: float) -> int:
    """Return the paper's number of channels scaled by the width multiplier, at least one."""
    return max(1, round(width * multiplier))


class Backbone(nn.Module):
    """Five stages and a global average pool, which replaces the fully connected layers (CVPR 2019, 3.2).

    A subclass defines the stages ``conv1`` to ``conv5``.

    Attributes:
        features: Number of values in the feature of a clip, 512 in the papers' networks at multiplier 1. A subclass defines it.
        smallest: Frames and pixels that a clip has to have at least.
        frozen: Names of the stages that are not trained, see ``freeze_below``.
        recompute: Whether stages are computed again in the backward pass, see ``tune``.
    """

    features: int
    smallest: tuple[int, int] = (1, 1)
    frozen: tuple[str, ...] = ()
    recompute = False

    def maps(self, x: Tensor, layers: Iterable[str] = LAYERS[-1:]) -> dict[str, Tensor]:
        """Return the feature maps after the named stages.

        Args:
            x: Clips, RGB in [0, 1].
            layers: Names of stages; the last one if none are named.

        Shape:
            (B, 3, L, H, W) -> {stage: (B, C, L', H', W')}; for clips of 16x112x112, conv5 gives (B, 512, 2, 7, 7).

        Raises:
            ValueError: The clips are smaller than ``smallest``.
        """
        frames, pixels = self.smallest
        if x.shape[2] < frames or min(x.shape[3:]) < pixels:
            given, name = "x".join(map(str, x.shape[2:])), type(self).__name__
            raise ValueError(
                f"{name} needs clips of at least {frames} frames of {pixels}x{pixels} pixels, and was given {given}"
            )
        wanted, maps = set(layers), {}
        for name in LAYERS:
            x = self._stage(name, x)
            if name in wanted:
                maps[name] = x
        return maps

    def _stage(self, name: str, x: Tensor) -> Tensor:
        """Compute one stage; with ``recompute`` keep only its input, and compute it again in the backward pass."""
        stage = self.get_submodule(name)
        if not (self.recompute and stage.training and torch.is_grad_enabled()):
            return stage(x)
        # The first pass has updated the running statistics; the second must leave them alone.
        return checkpoint(stage, x, use_reentrant=False, context_fn=lambda: (nullcontext(), preserve_statistics(stage)))

    def forward(self, x: Tensor) -> Tensor:
        """Return one feature a clip. Shape: (B, 3, L, H, W) -> (B, features)."""
        # A mean, since the backward pass of adaptive pooling is not deterministic on GPUs.
        feature = self.maps(x)[LAYERS[-1]].mean(dim=(2, 3, 4))
        if feature.shape[1] != self.features:
            raise ValueError(
                f"{type(self).__name__} says that a clip has {self.features} features, and conv5 has {feature.shape[1]}"
            )
        return feature

    def tune(self, compute: ComputeOptions) -> None:
        """Set how the stages are computed, not what: compiled, and recomputed in the backward pass to save memory."""
        self.recompute = compute.recompute
        if compute.compile:
            # All stages share the code of nn.Sequential. PyTorch would take their different sizes for one that changes, and compile slower
            # code for any size; and it compiles for eight shapes at most. Five stages, batches and modes have more.
            torch._dynamo.config.recompile_limit = 64  # noqa: SLF001
            for name in LAYERS:
                self.get_submodule(name).compile(dynamic=False)

    def freeze_below(self, layer: str) -> None:
        """Freeze the stages before ``layer``: their weights and their BatchNorm statistics (TMM 2020, Figure 10).

        Args:
            layer: The first stage that is trained; ``conv1`` freezes nothing.
        """
        self.frozen = LAYERS[: LAYERS.index(layer)]
        for name in self.frozen:
            self.get_submodule(name).requires_grad_(False)
        self.train(self.training)

    def train(self, mode: bool = True) -> "Backbone":
        """Set the mode of all stages but the frozen ones, which stay in evaluation mode."""
        super().train(mode)
        for name in self.frozen:
            self.get_submodule(name).eval()
        return self
