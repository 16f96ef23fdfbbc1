"""SPEC section 1's table, computed by the verb from the built networks."""

from conftest import vcop

from vcop.networks import build
from vcop.networks.residual import middle_channels
from vcop.options import NetworkOptions

TABLE = """\
network,backbone,classes101,classes51,order2,order3,order4,order5,gmac
c3d,27661440,27713253,27687603,28187266,28195462,28259992,28800760,38.497
r3d,14361792,14413605,14387955,14887618,14895814,14960344,15501112,19.887
r21d,14365303,14417116,14391466,14891129,14899325,14963855,15504623,21.362
"""


def test_the_table_of_sizes(capsys):
    assert vcop("sizes") == 0
    assert capsys.readouterr().out == TABLE


def test_middle_channels_of_the_paper():
    assert middle_channels(3, 64, (3, 7, 7)) == 83
    three = (3, 3, 3)
    assert [middle_channels(a, b, three) for a, b in ((64, 64), (64, 128), (128, 128))] == [144, 230, 288]
    assert [middle_channels(a, b, three) for a, b in ((128, 256), (256, 256), (256, 512), (512, 512))] == [460, 576, 921, 1152]
    assert [middle_channels(a, b, (1, 1, 1)) for a, b in ((64, 128), (128, 256), (256, 512))] == [42, 85, 170]


def test_middle_channels_agree_with_torchvision():
    """Its R(2+1)D has the same block; the formula is an independent implementation there."""
    from torchvision.models.video.resnet import BasicBlock, Conv2Plus1D

    block = BasicBlock(64, 128, Conv2Plus1D, stride=1)
    assert block.conv1[0][0].out_channels == middle_channels(64, 128, (3, 3, 3))


def test_a_narrow_network_computes_its_middle_widths_from_the_scaled_ones():
    narrow = build("r21d", NetworkOptions(multiplier=0.125))
    assert narrow.features == 64
    assert narrow.conv1[0][0].in_channels == 3
    assert narrow.conv1[0][0].out_channels == middle_channels(3, 8, (3, 7, 7))
