from vcop.networks.backbones.r3d import build
from vcop.networks.convolution import FlatConv3d
from vcop.networks.flops import count_parameters


def test_it_has_3d_convolutions_alone():
    net = build(0.125)
    assert not any(isinstance(module, FlatConv3d) for module in net.modules())
    assert net.conv2.residual[0].kernel_size == (3, 3, 3)
    assert count_parameters(build(1.0)) == 14_361_792
