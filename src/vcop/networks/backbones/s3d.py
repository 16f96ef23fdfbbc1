"""S3D, the separable inception network, as torchvision's ``s3d`` (Xie et al. 2018).

::

    stage   torchvision's features   layers                                    channels   map of 16x112x112
    conv1   0                        separable 7x7x7 convolution, stride 2           64   8x56x56
    conv2   1 to 3                   pool, 1x1x1 and separable convolution          192   8x28x28
    conv3   4 to 6                   pool, 2 inception blocks                       480   8x14x14
    conv4   7 to 12                  pool, 5 inception blocks                       832   4x7x7
    conv5   13 to 15                 pool, 2 inception blocks                      1024   2x3x3

A stage begins where the map gets smaller. torchvision's own classifier, which needs clips of 14 frames and 224 pixels, is left out, and the
last pool leaves a dimension of a single frame or pixel as it is, so that clips may be small. BatchNorm's momentum is 0.1, as in all networks
here; torchvision's, 0.001, needs thousands of steps until the running statistics can be used.
"""

from functools import partial

from torch import nn
from torchvision.models.video.s3d import SepInceptionBlock3D, TemporalSeparableConv
from torchvision.ops.misc import Conv3dNormActivation

from vcop.networks.backbone import Backbone, channels
from vcop.networks.batchnorm import BatchNorm3d
from vcop.networks.convolution import MaxPool3d

NORM = partial(BatchNorm3d, eps=0.001)
# Channels of the inception blocks: of the first branch; inside and at the end of the second and of the third; of the fourth.
BLOCKS = (
    (64, 96, 128, 16, 32, 32),
    (128, 128, 192, 32, 96, 64),
    (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64),
    (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128),
    (256, 160, 320, 32, 128, 128),
    (384, 192, 384, 48, 128, 128),
)


class S3D(Backbone):
    """Separable convolutions and inception blocks: 7,910,048 parameters at multiplier 1."""

    def __init__(self, multiplier: float) -> None:
        super().__init__()
        stem, second = channels(64, multiplier), channels(192, multiplier)
        blocks = [tuple(channels(width, multiplier) for width in block) for block in BLOCKS]
        ends = [second, *(first + b + c + last for first, _, b, _, c, last in blocks)]
        inception = [SepInceptionBlock3D(cin, *block, norm_layer=NORM) for cin, block in zip(ends, blocks, strict=False)]
        narrow = partial(nn.MaxPool3d, (1, 3, 3), (1, 2, 2), (0, 1, 1))
        self.conv1 = nn.Sequential(TemporalSeparableConv(3, stem, 7, 2, 3, NORM))
        self.conv2 = nn.Sequential(
            narrow(),
            Conv3dNormActivation(stem, stem, kernel_size=1, norm_layer=NORM),
            TemporalSeparableConv(stem, second, 3, 1, 1, NORM),
        )
        self.conv3 = nn.Sequential(narrow(), *inception[:2])
        self.conv4 = nn.Sequential(nn.MaxPool3d(3, 2, 1), *inception[2:7])
        self.conv5 = nn.Sequential(MaxPool3d(2), *inception[7:])
        self.features = ends[-1]


def build(multiplier: float) -> S3D:
    """Build S3D."""
    return S3D(multiplier)
