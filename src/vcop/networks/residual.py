"""R3D and R(2+1)D: one residual network, two kinds of convolution (CVPR 2019, 3.2, eqs. 1 and 2, Figure 3 b, c).

::

    stage                                  channels   map of 16x112x112
    conv1  3x7x7 conv, stride (1,2,2)            64   16x56x56
    conv2  residual block                        64   16x56x56
    conv3  residual block, stride 2             128    8x28x28
    conv4  residual block, stride 2             256    4x14x14
    conv5  residual block, stride 2             512    2x7x7

R3D uses t x d x d convolutions. R(2+1)D replaces each of them, in conv1 and in the shortcuts as well, by two: a spatial
1 x d x d one, BatchNorm and ReLU, and a temporal t x 1 x 1 one.
Shapes: B batch, Cin Cout channels, L frames, H W pixels; t x d x d is a kernel in time, height and width.
"""

from collections.abc import Callable

from torch import Tensor, nn

from vcop.networks.backbone import Backbone, Triple, channels
from vcop.networks.batchnorm import BatchNorm3d
from vcop.networks.convolution import Conv3d, FlatConv3d

# Builds a convolution from its input channels, output channels, kernel, stride and padding.
Convolution = Callable[[int, int, Triple, Triple, Triple], nn.Module]


def convolution_3d(cin: int, cout: int, kernel: Triple, stride: Triple, padding: Triple) -> nn.Module:
    """Build one t x d x d convolution without bias (Figure 3 b)."""
    return Conv3d(cin, cout, kernel, stride, padding, bias=False)


def middle_channels(cin: int, cout: int, kernel: Triple) -> int:
    """Return the channels between the spatial and the temporal convolution of R(2+1)D (Tran et al. 2018, 3.5).

    ``floor(t d^2 Cin Cout / (d^2 Cin + t Cout))``, so that both together have about as many weights as the 3D convolution.
    For conv1, from 3 to 64 channels, this is 83.
    """
    t, d, _ = kernel
    return t * d * d * cin * cout // (d * d * cin + t * cout)


def convolution_2plus1d(cin: int, cout: int, kernel: Triple, stride: Triple, padding: Triple) -> nn.Module:
    """Build a spatial and then a temporal convolution, with BatchNorm and ReLU between them (Figure 3 c, eq. 2)."""
    (t, d, _), (st, s, _), (pt, p, _) = kernel, stride, padding
    middle = middle_channels(cin, cout, kernel)
    return nn.Sequential(
        FlatConv3d(cin, middle, (1, d, d), (1, s, s), (0, p, p), bias=False),
        BatchNorm3d(middle),
        nn.ReLU(inplace=True),
        FlatConv3d(middle, cout, (t, 1, 1), (st, 1, 1), (pt, 0, 0), bias=False),
    )


class ResidualBlock(nn.Module):
    """Two convolutions and a shortcut: ``xo = ReLU(F2(F1(xi)) + H(xi))`` (eq. 1).

    ::

        xi --+-- conv - BN - ReLU - conv - BN --(+)-- ReLU --> xo
             |                                   |
             +------------ shortcut -------------+

    The shortcut H is the identity where input and output have the same size, else a 1x1x1 convolution with BatchNorm.

    Args:
        convolution: Builds a convolution, ``convolution_3d`` or ``convolution_2plus1d``.
        cin: Input channels.
        cout: Output channels.
        stride: Stride of the first convolution and of the shortcut, in time, height and width.
    """

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


class ResidualNetwork(Backbone):
    """Nine convolutions in five stages, and three convolutions in shortcuts; of either kind of convolution."""

    def __init__(self, multiplier: float, convolution: Convolution) -> None:
        super().__init__()
        w1, w3, w4, w5 = (channels(c, multiplier) for c in (64, 128, 256, 512))
        self.conv1 = nn.Sequential(convolution(3, w1, (3, 7, 7), (1, 2, 2), (1, 3, 3)), BatchNorm3d(w1), nn.ReLU(inplace=True))
        self.conv2 = ResidualBlock(convolution, w1, w1, stride=1)
        self.conv3 = ResidualBlock(convolution, w1, w3, stride=2)
        self.conv4 = ResidualBlock(convolution, w3, w4, stride=2)
        self.conv5 = ResidualBlock(convolution, w4, w5, stride=2)
        self.features = w5
