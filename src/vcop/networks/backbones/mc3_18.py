"""ResNet of mixed convolutions, as torchvision's ``mc3_18`` (Tran et al. 2018, MC3): 3D in the first two stages, then 2D, frame by frame.

It takes clips of any size. The 2D stages keep the number of frames, so that conv5 has as many as the clip.
"""

from torchvision.models.video.resnet import Conv3DNoTemporal, Conv3DSimple

from vcop.networks.resnet18 import ResNet18, basic_stem


def build(multiplier: float) -> ResNet18:
    """Build mc3_18: 11,490,240 parameters at multiplier 1."""
    return ResNet18(multiplier, basic_stem, [Conv3DSimple, *[Conv3DNoTemporal] * 3])
