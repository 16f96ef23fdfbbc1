"""ResNet3D of 18 layers, as torchvision's ``r3d_18`` (Tran et al. 2018, R3D): 3D convolutions in all stages.

It takes clips of any size; at 16x112x112 the maps are those of ``vcop.networks.resnet18``.
"""

from torchvision.models.video.resnet import Conv3DSimple

from vcop.networks.resnet18 import ResNet18, basic_stem


def build(multiplier: float) -> ResNet18:
    """Build r3d_18: 33,166,272 parameters at multiplier 1."""
    return ResNet18(multiplier, basic_stem, [Conv3DSimple] * 4)
