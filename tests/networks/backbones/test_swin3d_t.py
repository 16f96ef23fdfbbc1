import torch
from support.torchvision_networks import pair
from torch import nn

from vcop.config.names import LAYERS
from vcop.config.options import NetworkOptions
from vcop.networks.flops import count_parameters
from vcop.networks.registry import build_backbone


def test_its_size_and_the_maps_of_the_papers_clips():
    with torch.device("meta"):
        net = build_backbone("swin3d_t", NetworkOptions())
        maps = net.maps(torch.empty(1, 3, 16, 112, 112), LAYERS)
    assert count_parameters(net) == 27_850_470
    assert [tuple(maps[layer].shape[1:]) for layer in LAYERS] == [
        (96, 8, 28, 28), (96, 8, 28, 28), (192, 8, 14, 14), (384, 8, 7, 7), (768, 8, 4, 4),
    ]  # fmt: skip


@torch.no_grad()
def test_with_torchvisions_weights_its_features_are_torchvisions(tmp_path):
    published, ours = pair("swin3d_t", tmp_path)
    for size in ((8, 20, 20), (16, 64, 64)):  # the second has windows that are shifted
        x = torch.rand(1, 3, *size)
        assert torch.allclose(published(x), published.head(ours(x)), atol=1e-5)


def test_a_narrow_one_has_as_many_heads_and_nothing_random_in_training():
    net = build_backbone("swin3d_t", NetworkOptions(multiplier=0.125), 0).train()
    assert net.features == 96
    assert net.conv5[1][0].attn.num_heads == 24
    x = torch.rand(2, 3, 8, 20, 20)
    assert torch.equal(net(x), net(x))
    assert not any(module.p for module in net.modules() if isinstance(module, nn.Dropout))
