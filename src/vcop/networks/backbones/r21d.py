"""R(2+1)D, the residual network of spatial and temporal convolutions (CVPR 2019, 3.2, Figure 3 c)."""

from vcop.networks.residual import ResidualNetwork, convolution_2plus1d


def build(multiplier: float) -> ResidualNetwork:
    """Build R(2+1)D: 14,365,303 parameters at multiplier 1."""
    return ResidualNetwork(multiplier, convolution_2plus1d)
