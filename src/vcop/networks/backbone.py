"""What the three backbones share: five stages conv1..conv5, a mean over space and time, and one feature a clip."""

from collections.abc import Iterable
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from vcop.config.names import LAYERS
from vcop.config.options import ComputeOptions
from vcop.networks.batchnorm import statistics_kept

Triple = tuple[int, int, int]


def channels(width: int, multiplier: float) -> int:
    """The paper's ``width`` scaled for small studies; never below one."""
    return max(1, round(width * multiplier))


class Backbone(nn.Module):
    """Five stages and a global average pool (CVPR 2019, 3.2: the fully connected layers are replaced by it).

    A subclass defines ``conv1`` .. ``conv5`` and ``features``, the number of values of a clip's feature (512 at width 1).
    """

    features: int

    def maps(self, x: Tensor, layers: Iterable[str] = LAYERS[-1:]) -> dict[str, Tensor]:
        """The maps after the named stages.

        Shape: (B, 3, L, H, W), RGB in [0, 1] -> name: (B, C, L', H', W'); for 16x112x112 conv5 gives (B, 512, 2, 7, 7).
        """
        wanted, found = set(layers), {}
        for name in LAYERS:
            x = self._stage(name, x)
            if name in wanted:
                found[name] = x
        return found

    recompute = False

    def _stage(self, name: str, x: Tensor) -> Tensor:
        """One stage; with ``recompute`` nothing within it is kept for the backward pass, which computes it again."""
        stage = self.get_submodule(name)
        if not (self.recompute and stage.training and torch.is_grad_enabled()):
            return stage(x)
        # The running statistics have been updated by the first pass: the second must leave them alone.
        return checkpoint(stage, x, use_reentrant=False, context_fn=lambda: (nullcontext(), statistics_kept(stage)))

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, 3, L, H, W) -> (B, features)."""
        # A mean, not adaptive pooling: the latter's backward pass is not deterministic on GPUs.
        return self.maps(x)[LAYERS[-1]].mean(dim=(2, 3, 4))

    def tune(self, compute: ComputeOptions) -> None:
        """How the stages are computed, not what: compiled, recomputed (stage by stage, so that both go together)."""
        self.recompute = compute.recompute
        if compute.compile:
            # Stages share their code, and PyTorch stops compiling a code's ninth shape: five stages have more than that.
            torch._dynamo.config.recompile_limit = 64  # noqa: SLF001
            for name in LAYERS:
                self.get_submodule(name).compile()

    def freeze_below(self, layer: str) -> None:
        """Freeze the stages before ``layer``: no gradients here, no new BatchNorm statistics in ``train`` (TMM Fig. 10)."""
        self.frozen = LAYERS[: LAYERS.index(layer)]
        for name in self.frozen:
            self.get_submodule(name).requires_grad_(False)
        self.train(self.training)

    frozen: tuple[str, ...] = ()

    def train(self, mode: bool = True) -> "Backbone":
        """Training mode for all stages but the frozen ones."""
        super().train(mode)
        for name in self.frozen:
            self.get_submodule(name).eval()
        return self
