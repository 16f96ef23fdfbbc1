"""The residual networks of 18 layers that torchvision has (Tran et al. 2018): its blocks, in widths that can be scaled.

::

    stage   torchvision   channels   map of 16x112x112 (2D stages keep 16 frames)
    conv1   stem                64   16x56x56
    conv2   layer1              64   16x56x56
    conv3   layer2             128    8x28x28
    conv4   layer3             256    4x14x14
    conv5   layer4             512    2x7x7

With the same weights, stages and features are those of torchvision's networks, whose classifier ``fc`` is left out.
"""

from collections.abc import Callable, Sequence

from torch import nn
from torchvision.models.video.resnet import BasicBlock, Conv2Plus1D, Conv3DNoTemporal, Conv3DSimple

from vcop.networks.backbone import Backbone, Triple, channels

Convolution = type[Conv3DSimple | Conv3DNoTemporal | Conv2Plus1D]


def _convolution(cin: int, cout: int, kernel: Triple, stride: Triple) -> list[nn.Module]:
    """Build a convolution with BatchNorm and ReLU."""
    padding = (kernel[0] // 2, kernel[1] // 2, kernel[2] // 2)
    return [nn.Conv3d(cin, cout, kernel, stride, padding, bias=False), nn.BatchNorm3d(cout), nn.ReLU(inplace=True)]


def basic_stem(multiplier: float) -> nn.Sequential:
    """Build the stem of one 3x7x7 convolution."""
    return nn.Sequential(*_convolution(3, channels(64, multiplier), (3, 7, 7), (1, 2, 2)))


def split_stem(multiplier: float) -> nn.Sequential:
    """Build the stem of R(2+1)D: a spatial and a temporal convolution."""
    middle, width = channels(45, multiplier), channels(64, multiplier)
    return nn.Sequential(*_convolution(3, middle, (1, 7, 7), (1, 2, 2)), *_convolution(middle, width, (3, 1, 1), (1, 1, 1)))


def _layer(convolution: Convolution, cin: int, cout: int, stride: int) -> nn.Sequential:
    """Build a stage of two blocks; the shortcut of the first is a convolution where the size changes."""
    shortcut = None
    if stride != 1:
        steps = convolution.get_downsample_stride(stride)
        shortcut = nn.Sequential(nn.Conv3d(cin, cout, 1, steps, bias=False), nn.BatchNorm3d(cout))
    return nn.Sequential(BasicBlock(cin, cout, convolution, stride, shortcut), BasicBlock(cout, cout, convolution))


class ResNet18(Backbone):
    """A stem and four stages of two blocks.

    Args:
        multiplier: Width multiplier.
        stem: Builds the first stage.
        convolutions: The kind of convolution in each of the other four.
    """

    def __init__(self, multiplier: float, stem: Callable[[float], nn.Module], convolutions: Sequence[Convolution]) -> None:
        super().__init__()
        w1, w2, w3, w4 = (channels(c, multiplier) for c in (64, 128, 256, 512))
        first, second, third, fourth = convolutions
        self.conv1 = stem(multiplier)
        self.conv2 = _layer(first, w1, w1, 1)
        self.conv3 = _layer(second, w1, w2, 2)
        self.conv4 = _layer(third, w2, w3, 2)
        self.conv5 = _layer(fourth, w3, w4, 2)
        self.features = w4
        for module in self.modules():  # as torchvision initialises them
            if isinstance(module, nn.Conv3d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
