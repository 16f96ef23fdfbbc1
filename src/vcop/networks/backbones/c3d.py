"""C3D with BatchNorm, and a global pool in place of its fully connected layers (CVPR 2019, 3.2, Figure 3 a).

::

    stage   channels    max pool      map of 16x112x112
    conv1    64         (1,2,2)       16x56x56
    conv2   128         (2,2,2)        8x28x28
    conv3   256, 256    (2,2,2)        4x14x14
    conv4   512, 512    (2,2,2)        2x7x7
    conv5   512, 512    none           2x7x7

Every convolution is 3x3x3 with stride 1, padding 1 and bias, then BatchNorm and ReLU. The pools have no padding, and
leave a dimension of a single frame or pixel as it is: clips may be shorter than 8 frames.
"""

from itertools import pairwise

from torch import nn

from vcop.networks.backbone import Backbone, Triple, channels
from vcop.networks.batchnorm import BatchNorm3d
from vcop.networks.convolution import Conv3d, MaxPool3d


def _stage(widths: tuple[int, ...], pool: int | Triple | None) -> nn.Sequential:
    """Build a convolution with BatchNorm and ReLU for each two neighbours in ``widths``, then the pool that ends the stage."""
    layers: list[nn.Module] = []
    for cin, cout in pairwise(widths):
        layers += [Conv3d(cin, cout, 3, padding=1), BatchNorm3d(cout), nn.ReLU(inplace=True)]
    if pool is not None:
        layers.append(MaxPool3d(pool))
    return nn.Sequential(*layers)


class C3D(Backbone):
    """Eight convolutions in five stages: 27,661,440 parameters at multiplier 1."""

    def __init__(self, multiplier: float) -> None:
        super().__init__()
        w1, w2, w3, w4 = (channels(c, multiplier) for c in (64, 128, 256, 512))
        self.conv1 = _stage((3, w1), (1, 2, 2))
        self.conv2 = _stage((w1, w2), 2)
        self.conv3 = _stage((w2, w3, w3), 2)
        self.conv4 = _stage((w3, w4, w4), 2)
        self.conv5 = _stage((w4, w4, w4), None)
        self.features = w4


def build(multiplier: float) -> C3D:
    """Build C3D."""
    return C3D(multiplier)
