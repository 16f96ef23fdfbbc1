import torch
from torch import nn

from vcop.networks.flops import count_parameters
from vcop.networks.resnet18 import basic_stem, split_stem


def test_stems_by_hand():
    """Of a quarter of the width: 3 -> 16 channels by 3x7x7 weights; 3 -> 11 by 7x7, then 11 -> 16 by 3; BatchNorm has two a channel."""
    assert count_parameters(basic_stem(0.25)) == 3 * 16 * 147 + 32
    assert count_parameters(split_stem(0.25)) == 3 * 11 * 49 + 22 + 11 * 16 * 3 + 32
    for stem in (basic_stem, split_stem):
        assert stem(0.25)(torch.rand(2, 3, 4, 20, 20)).shape == (2, 16, 4, 10, 10)
        assert not any(m.bias is not None for m in stem(0.25) if isinstance(m, nn.Conv3d))
