from torch import nn

from vcop.networks.backbones.r21d import build
from vcop.networks.convolution import FlatConv3d
from vcop.networks.flops import count_parameters


def test_all_its_convolutions_are_split():
    net = build(0.125)
    assert all(isinstance(module, FlatConv3d) for module in net.modules() if isinstance(module, nn.Conv3d))
    assert count_parameters(build(1.0)) == 14_365_303
