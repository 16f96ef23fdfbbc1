"""R3D and R(2+1)D: one residual network, two kinds of convolution (CVPR 2019, 3.2, eqs. 1 and 2, Figure 3 b, c).

::

    conv1  t x d x d = 3x7x7, stride (1,2,2)     64
    conv2  [block]                               64      block:  x --conv-BN-ReLU-conv-BN--(+)-ReLU-->
    conv3  [block, stride 2]                    128              |                        |
    conv4  [block, stride 2]                    256              +--(1x1x1 conv-BN)-------+
    conv5  [block, stride 2]                    512              (projection where the size changes)

R(2+1)D replaces every t x d x d convolution, stem and projections too, by a 1 x d x d one, BN, ReLU and a t x 1 x 1 one.
Shapes: B batch, C channels, L frames, H W pixels.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from vcop.networks.backbone import Backbone, Triple, channels
from vcop.networks.batchnorm import BatchNorm3d

Convolution = Callable[[int, int, Triple, Triple, Triple], nn.Module]


def convolution_3d(cin: int, cout: int, kernel: Triple, stride: Triple, padding: Triple) -> nn.Module:
    """One t x d x d convolution without bias (Figure 3 b)."""
    return nn.Conv3d(cin, cout, kernel, stride, padding, bias=False)


def middle_channels(cin: int, cout: int, kernel: Triple) -> int:
    """Channels between the two convolutions, so that their weights number those of the 3D one (Tran et al. 2018, 3.5).

    ``floor(t d^2 Cin Cout / (d^2 Cin + t Cout))``; the stem's 3>64 gives 83.
    """
    t, d, _ = kernel
    return t * d * d * cin * cout // (d * d * cin + t * cout)


def convolution_2plus1d(cin: int, cout: int, kernel: Triple, stride: Triple, padding: Triple) -> nn.Module:
    """A spatial, then a temporal convolution with BN and ReLU between them (Figure 3 c, eq. 2)."""
    (t, d, _), (st, s, _), (pt, p, _) = kernel, stride, padding
    middle = middle_channels(cin, cout, kernel)
    return nn.Sequential(
        FlatConv3d(cin, middle, (1, d, d), (1, s, s), (0, p, p), bias=False),
        BatchNorm3d(middle),
        nn.ReLU(inplace=True),
        FlatConv3d(middle, cout, (t, 1, 1), (st, 1, 1), (pt, 0, 0), bias=False),
    )


class FlatConv3d(nn.Conv3d):
    """A 1 x d x d or t x 1 x 1 convolution without bias, computed as the 2D one that it is (``flat``).

    Libraries have faster ways for these. Nothing is copied: of the layouts, channels last is a 2D one of all frames, too.
    """

    flat = False  # as `compute.flat` says (processes.lay_out)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, Cin, L, H, W) -> (B, Cout, L / stride, H / stride, W / stride)."""
        assert not isinstance(self.padding, str)
        (t, d, _), (st, s, _), (pt, p, _) = self.kernel_size, self.stride, self.padding
        if self.flat and t > 1 and d == s == 1:
            return conv2d(x.flatten(3), self.weight.flatten(3), None, (st, 1), (pt, 0)).unflatten(3, x.shape[3:])
        if self.flat and d > 1 and t == st == 1 and x.is_contiguous(memory_format=torch.channels_last_3d):
            frames = x.transpose(1, 2).flatten(0, 1)
            return conv2d(frames, self.weight.squeeze(2), None, s, p).unflatten(0, (len(x), x.shape[2])).transpose(1, 2)
        return super().forward(x)


class Block(nn.Module):
    """A residual block: two convolutions and a shortcut, ``xo = F2(F1(xi)) + H(xi)`` (eq. 1)."""

    def __init__(self, convolution: Convolution, cin: int, cout: int, stride: int) -> None:
        super().__init__()
        size, one, pad = (3, 3, 3), (1, 1, 1), (1, 1, 1)
        self.residual = nn.Sequential(
            convolution(cin, cout, size, (stride,) * 3, pad),
            BatchNorm3d(cout),
            nn.ReLU(inplace=True),
            convolution(cout, cout, size, one, pad),
            BatchNorm3d(cout),
        )
        changes = stride != 1 or cin != cout
        self.shortcut = (
            nn.Sequential(convolution(cin, cout, one, (stride,) * 3, (0, 0, 0)), BatchNorm3d(cout))
            if changes
            else nn.Identity()
        )
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, Cin, L, H, W) -> (B, Cout, L / stride, H / stride, W / stride)."""
        return self.relu(self.residual(x) + self.shortcut(x))


class Residual(Backbone):
    """The nine-convolution residual network with either kind of convolution."""

    def __init__(self, multiplier: float, convolution: Convolution) -> None:
        super().__init__()
        w1, w3, w4, w5 = (channels(c, multiplier) for c in (64, 128, 256, 512))
        self.conv1 = nn.Sequential(convolution(3, w1, (3, 7, 7), (1, 2, 2), (1, 3, 3)), BatchNorm3d(w1), nn.ReLU(inplace=True))
        self.conv2 = Block(convolution, w1, w1, stride=1)
        self.conv3 = Block(convolution, w1, w3, stride=2)
        self.conv4 = Block(convolution, w3, w4, stride=2)
        self.conv5 = Block(convolution, w4, w5, stride=2)
        self.features = w5


def r3d(multiplier: float = 1.0) -> Residual:
    """R3D: 3D convolutions (3.2, "R3D"); 14,361,792 parameters at 1.0."""
    return Residual(multiplier, convolution_3d)


def r21d(multiplier: float = 1.0) -> Residual:
    """R(2+1)D: spatial, then temporal convolutions (3.2, "R(2+1)D"); 14,365,303 parameters at 1.0."""
    return Residual(multiplier, convolution_2plus1d)
