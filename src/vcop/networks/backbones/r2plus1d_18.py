"""R(2+1)D of 18 layers, as torchvision's ``r2plus1d_18`` (Tran et al. 2018): each 3D convolution is a spatial and a temporal one.

It takes clips of any size. The papers' R(2+1)D, ``r21d``, has half as many blocks and splits its shortcuts, too.
"""

from torchvision.models.video.resnet import Conv2Plus1D

from vcop.networks.resnet18 import ResNet18, split_stem


def build(multiplier: float) -> ResNet18:
    """Build r2plus1d_18: 31,300,125 parameters at multiplier 1."""
    return ResNet18(multiplier, split_stem, [Conv2Plus1D] * 4)
