"""BatchNorm as all networks here use it: defined for a single value, and able to share statistics between processes.

Shapes: B batch, C channels, then any dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm


class _AllReduceSum(torch.autograd.Function):
    """Sum over all processes; its gradient is the sum of all processes' gradients."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        total = x.clone()
        torch.distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        torch.distributed.all_reduce(total)
        return total


class BatchNorm(nn.modules.batchnorm._BatchNorm):  # noqa: SLF001  # what torch's own three share
    """Base of ``BatchNorm1d``, ``BatchNorm2d`` and ``BatchNorm3d`` below, which differ from PyTorch's in two points.

    First, a channel with a single value has no variance, and PyTorch raises an error. Here such a batch is normalised by the
    running statistics, as in evaluation mode, and does not change them: in an epoch's last batch one video may be left over.
    Second, the statistics may be those of a batch that several processes share, see ``share_statistics``.
    """

    shared = False

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, C, ...) -> the same."""
        if self.training and self.shared:
            return self._normalise_shared_batch(x)
        if self.training and x.numel() == x.shape[1]:
            return self._normalise_by_running(x)
        return super().forward(x)

    def _normalise_by_running(self, x: Tensor) -> Tensor:
        """Normalise as in evaluation mode."""
        return batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=self.eps)

    def _normalise_shared_batch(self, x: Tensor) -> Tensor:
        """Normalise as one process that holds the whole batch would; this process may hold none of it."""
        dtype, x = x.dtype, x.float()  # statistics are fp32 under autocast as well
        all_but_channels = [d for d in range(x.dim()) if d != 1]
        # Channel sums and the number of values a channel travel together: one reduction less.
        sums = torch.cat([x.sum(all_but_channels), x.new_tensor([x.numel() / x.shape[1]])])
        sums = _AllReduceSum.apply(sums)
        count = float(sums[-1].detach())
        if count == 1:
            return self._normalise_by_running(x).to(dtype)
        shape = [1, -1] + [1] * (x.dim() - 2)
        mean = sums[:-1] / count
        centred = x - mean.view(shape)
        variance = _AllReduceSum.apply(centred.square().sum(all_but_channels)) / count
        with torch.no_grad():
            self.num_batches_tracked.add_(1)  # type: ignore[union-attr, operator]
            self.running_mean.lerp_(mean, self.momentum)  # type: ignore[union-attr, arg-type]
            self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)  # type: ignore[union-attr, arg-type]
        out = centred * (variance + self.eps).rsqrt().view(shape)
        return (out if self.weight is None else out * self.weight.view(shape) + self.bias.view(shape)).to(dtype)


class BatchNorm1d(BatchNorm, nn.BatchNorm1d):
    """BatchNorm of features (B, C)."""


class BatchNorm2d(BatchNorm, nn.BatchNorm2d):
    """BatchNorm of the maps of single frames (B, C, H, W)."""


class BatchNorm3d(BatchNorm, nn.BatchNorm3d):
    """BatchNorm of feature maps (B, C, L, H, W)."""


class SyncBatchNorm(nn.SyncBatchNorm):
    """PyTorch's BatchNorm across GPUs, corrected for a process that has no row of the batch.

    In bf16 PyTorch lets such a process send zeros in bf16, while all others send float32. Here it sends float32, too.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, C, ...) -> the same."""
        return super().forward(x) if len(x) else super().forward(x.float()).to(x.dtype)


OURS: dict[type[nn.Module], type[nn.Module]] = {
    nn.BatchNorm1d: BatchNorm1d,
    nn.BatchNorm2d: BatchNorm2d,
    nn.BatchNorm3d: BatchNorm3d,
    nn.SyncBatchNorm: SyncBatchNorm,
}


def use_our_batchnorm(network: nn.Module) -> None:
    """Turn each of PyTorch's BatchNorm layers into ours, with its weights and options."""
    for module in network.modules():
        if ours := OURS.get(type(module)):
            module.__class__ = ours


def share_statistics(network: nn.Module, device: torch.device) -> nn.Module:
    """Let every BatchNorm use the statistics of the whole batch, of which each process holds a part.

    On GPUs this is PyTorch's ``SyncBatchNorm``, see above. That refuses the CPU, where our own layers do the same by two reductions.

    Returns:
        The network to use from now on; on GPUs its BatchNorm layers have been replaced.
    """
    if device.type == "cuda":
        network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
        use_our_batchnorm(network)
        return network
    for module in network.modules():
        if isinstance(module, BatchNorm):
            module.shared = True
    return network


@contextmanager
def preserve_statistics(network: nn.Module) -> Iterator[None]:
    """Restore the running statistics afterwards: a batch that is computed a second time must not be counted twice."""
    norms = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]  # noqa: SLF001
    buffers = [b for m in norms for b in m.buffers(recurse=False)]
    before = [b.clone() for b in buffers]
    try:
        yield
    finally:
        for buffer, value in zip(buffers, before, strict=True):
            buffer.data.copy_(value)  # `.data` hides this from autograd, whose backward pass does not read them
