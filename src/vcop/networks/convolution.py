"""Convolutions and pools of the backbones, for maps that may be small.

The results are those of PyTorch's layers up to rounding; only the way to them is shorter. At the papers' size all but ``FlatConv3d`` do
exactly what PyTorch does. Shapes: B batch, Cin Cout channels, L frames, H W pixels; t x d x d is a kernel in time, height and width.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv3d, max_pool3d


def seen_part(size: int, kernel: int, stride: int, padding: int) -> tuple[slice, int]:
    """Return the part of a kernel that sees the map at all, along one dimension, and the padding that this part needs.

    At the ends of a kernel there may be weights that are never multiplied with anything but the zeros of the padding: of three weights, two
    if the map has a single pixel. A convolution with the part alone has the same outputs. If no smaller part gives these outputs with
    equal padding on both sides, the whole kernel is returned.

    Args:
        size: Frames or pixels of the map.
        kernel: Weights of the kernel.
        stride: Stride of the convolution.
        padding: Zeros on each side of the map.
    """
    outputs = (size + 2 * padding - kernel) // stride + 1
    first, last = max(0, padding - (outputs - 1) * stride), min(kernel - 1, size - 1 + padding)
    part, around = slice(first, last + 1), padding - first
    same = last >= first and (size + 2 * around - (last + 1 - first)) // stride + 1 == outputs
    return (part, around) if same else (slice(0, kernel), padding)


class Conv3d(nn.Conv3d):
    """A 3D convolution that leaves out those weights of its kernel that see nothing but padding.

    In small maps these are most of them: 26 of 27 in a map of one frame and one pixel. Their gradient is zero, as it is without this.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, Cin, L, H, W) -> (B, Cout, L / stride, H / stride, W / stride)."""
        weight, padding = self.seen(x)
        return conv3d(x, weight, self.bias, self.stride, padding)

    def seen(self, x: Tensor) -> tuple[Tensor, tuple[int, ...]]:
        """Return the part of the kernel that sees the input, (Cout, Cin, t', d', d'), and its padding."""
        assert not isinstance(self.padding, str)
        if all(size >= kernel for size, kernel in zip(x.shape[2:], self.kernel_size, strict=True)):
            return self.weight, self.padding  # the whole kernel is always right, and here nearly all of it sees the map
        sizes = zip(x.shape[2:], self.kernel_size, self.stride, self.padding, strict=True)
        (t, pt), (h, ph), (w, pw) = (seen_part(*size) for size in sizes)
        return self.weight[:, :, t, h, w], (pt, ph, pw)


class FlatConv3d(Conv3d):
    """A 1 x d x d or t x 1 x 1 convolution that can be computed as a 2D convolution, which libraries do faster.

    Where the memory layout would have to be copied for it, and wherever ``flat`` is off, the 3D convolution runs.
    """

    flat = False  # switched by the option `compute.flat`, see vcop.training.distributed.set_layout

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, Cin, L, H, W) -> (B, Cout, L / stride, H / stride, W / stride)."""
        (t, d, _), (st, s, _) = self.kernel_size, self.stride
        if self.flat and t > 1 and d == s == 1:  # temporal: the H * W pixels are one dimension, convolved with a 1-wide kernel
            weight, (pt, _, _) = self.seen(x)
            return conv2d(x.flatten(3), weight.flatten(3), None, (st, 1), (pt, 0)).unflatten(3, x.shape[3:])
        if self.flat and d > 1 and t == st == 1 and x.is_contiguous(memory_format=torch.channels_last_3d):
            # A spatial convolution sees a batch of B * L frames. Only this layout allows a view without copying memory.
            weight, (_, ph, pw) = self.seen(x)
            frames = x.transpose(1, 2).flatten(0, 1)
            return conv2d(frames, weight.squeeze(2), None, s, (ph, pw)).unflatten(0, (len(x), x.shape[2])).transpose(1, 2)
        return super().forward(x)


class MaxPool3d(nn.MaxPool3d):
    """A max pool that leaves a dimension as it is where the map is smaller than the kernel, so that clips may be short."""

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, C, L, H, W) -> (B, C, L / t, H / d, W / d)."""
        return max_pool3d(x, self.fitting_kernel(x))

    def fitting_kernel(self, x: Tensor) -> tuple[int, ...]:
        """Return the kernel for an input, which is also used as the stride: 1 in each dimension in which the map is smaller than it."""
        kernel = self.kernel_size if isinstance(self.kernel_size, tuple) else (self.kernel_size,) * 3
        return tuple(k if k <= size else 1 for k, size in zip(kernel, x.shape[2:], strict=True))
