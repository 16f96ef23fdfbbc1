"""BatchNorm as all networks here use it: a rule for a single value, and one set of statistics over several processes.

Shapes: B batch, C channels, then any dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import batch_norm


class _Total(torch.autograd.Function):
    """The sum over all processes; its gradient is the sum of all processes' gradients."""

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
    """What ``BatchNorm1d`` and ``BatchNorm3d`` below have in common; torch's of the same names but for two things.

    The rule for a batch of one: where a channel has a single value, it has no variance; such a batch is normalised by the running
    statistics, as in evaluation, and leaves them as they are. And the statistics may be those of several processes' batch.
    """

    shared = False  # over the processes of a group, see ``share_statistics``

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, C, ...) -> the same."""
        if self.training and self.shared:
            return self._over_processes(x)
        if self.training and x.numel() == x.shape[1]:
            return self._by_running(x)
        return super().forward(x)

    def _by_running(self, x: Tensor) -> Tensor:
        return batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=self.eps)

    def _over_processes(self, x: Tensor) -> Tensor:
        """As on one process that holds the whole batch; a process may hold none of it."""
        kind, x = x.dtype, x.float()  # under autocast, too, statistics are fp32
        around = [d for d in range(x.dim()) if d != 1]
        sums = torch.cat([x.sum(around), x.new_tensor([x.numel() / x.shape[1]])])
        sums = _Total.apply(sums)
        count = float(sums[-1].detach())
        if count == 1:
            return self._by_running(x).to(kind)
        shape = [1, -1] + [1] * (x.dim() - 2)
        mean = sums[:-1] / count
        centred = x - mean.view(shape)
        variance = _Total.apply(centred.square().sum(around)) / count
        with torch.no_grad():
            self.num_batches_tracked.add_(1)  # type: ignore[union-attr, operator]
            self.running_mean.lerp_(mean, self.momentum)  # type: ignore[union-attr, arg-type]
            self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)  # type: ignore[union-attr, arg-type]
        out = centred * (variance + self.eps).rsqrt().view(shape)
        return (out if self.weight is None else out * self.weight.view(shape) + self.bias.view(shape)).to(kind)


class BatchNorm1d(BatchNorm, nn.BatchNorm1d):
    """Of features (B, C)."""


class BatchNorm3d(BatchNorm, nn.BatchNorm3d):
    """Of maps (B, C, L, H, W)."""


def share_statistics(network: nn.Module, device: torch.device) -> nn.Module:
    """Let every BatchNorm use the statistics of the whole batch that several processes hold parts of.

    torch's own version on GPUs; it refuses the CPU, where ours does the same by two reductions.
    """
    if device.type == "cuda":
        return nn.SyncBatchNorm.convert_sync_batchnorm(network)
    for module in network.modules():
        if isinstance(module, BatchNorm):
            module.shared = True
    return network


@contextmanager
def statistics_kept(network: nn.Module) -> Iterator[None]:
    """Leave the running statistics as they were: what is computed a second time must not be counted a second time."""
    norms = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]  # noqa: SLF001
    buffers = [b for m in norms for b in m.buffers(recurse=False)]
    before = [b.clone() for b in buffers]
    try:
        yield
    finally:
        for buffer, value in zip(buffers, before, strict=True):
            buffer.data.copy_(value)  # `.data`: autograd need not know, the backward pass does not read them
