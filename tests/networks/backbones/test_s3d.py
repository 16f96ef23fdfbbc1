import torch
from support.torchvision_networks import pair

from vcop.config.names import LAYERS
from vcop.config.options import NetworkOptions
from vcop.networks.flops import count_parameters
from vcop.networks.registry import build_backbone

LAST = dict(zip(LAYERS, (0, 3, 6, 12, 15), strict=True))  # of torchvision's features


def test_its_size_and_the_maps_of_the_papers_clips():
    with torch.device("meta"):
        net = build_backbone("s3d", NetworkOptions())
        maps = net.maps(torch.empty(1, 3, 16, 112, 112), LAYERS)
    assert count_parameters(net) == 7_910_048
    assert [tuple(maps[layer].shape[1:]) for layer in LAYERS] == [
        (64, 8, 56, 56), (192, 8, 28, 28), (480, 8, 14, 14), (832, 4, 7, 7), (1024, 2, 3, 3),
    ]  # fmt: skip


@torch.no_grad()
def test_with_torchvisions_weights_its_stages_are_torchvisions(tmp_path):
    published, ours = pair("s3d", tmp_path)
    x = torch.rand(1, 3, 8, 40, 40)
    maps = ours.maps(x, LAYERS)
    for layer, last in LAST.items():
        assert torch.equal(maps[layer], published.features[: last + 1](x)), layer


def test_short_clips_and_small_crops_have_a_feature_too():
    net = build_backbone("s3d", NetworkOptions(multiplier=0.125)).eval()
    with torch.no_grad():
        assert all(net(torch.zeros(1, 3, *size)).shape == (1, 128) for size in ((5, 17, 17), (4, 20, 20), (1, 16, 16)))
