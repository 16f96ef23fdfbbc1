"""R3D, the residual network of 3D convolutions (CVPR 2019, 3.2, Figure 3 b)."""

from vcop.networks.residual import ResidualNetwork, convolution_3d


def build(multiplier: float) -> ResidualNetwork:
    """Build R3D: 14,361,792 parameters at multiplier 1."""
    return ResidualNetwork(multiplier, convolution_3d)
