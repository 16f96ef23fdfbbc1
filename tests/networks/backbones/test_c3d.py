import pytest
import torch
from torch import nn

from vcop.config.options import NetworkOptions
from vcop.networks.registry import build_backbone

NARROW = NetworkOptions(multiplier=0.125)


def test_eight_convolutions_with_bias_in_five_stages():
    net = build_backbone("c3d", NARROW)
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv3d)]
    assert [m.out_channels for m in convolutions] == [8, 16, 32, 32, 64, 64, 64, 64]
    assert all(m.kernel_size == (3, 3, 3) and m.padding == (1, 1, 1) and m.bias is not None for m in convolutions)


def test_pools_are_unpadded_and_the_last_stage_has_none():
    net = build_backbone("c3d", NARROW)
    pools = [m for m in net.modules() if isinstance(m, nn.MaxPool3d)]
    assert [p.kernel_size for p in pools] == [(1, 2, 2), 2, 2, 2]
    assert all(p.padding == 0 for p in pools)
    assert not any(isinstance(m, nn.MaxPool3d) for m in net.conv5)


@pytest.mark.parametrize("size", [(8, 16, 16), (4, 20, 20), (1, 1, 1)])
def test_short_clips_and_small_crops_have_a_feature_too(size):
    """Pools leave a single frame or pixel as it is."""
    with torch.no_grad():
        assert build_backbone("c3d", NARROW).eval()(torch.zeros(1, 3, *size)).shape == (1, 64)
