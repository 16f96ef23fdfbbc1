import torch
from support.torchvision_networks import pair, stages_of_resnet

from vcop.config.names import LAYERS
from vcop.config.options import NetworkOptions
from vcop.networks.flops import count_parameters
from vcop.networks.registry import build_backbone


def test_its_size_and_the_map_of_the_papers_clips():
    with torch.device("meta"):
        net = build_backbone("r2plus1d_18", NetworkOptions())
        assert count_parameters(net) == 31300125
        assert net.maps(torch.empty(1, 3, 16, 112, 112))["conv5"].shape == (1, *(512, 2, 7, 7))


@torch.no_grad()
def test_with_torchvisions_weights_its_stages_are_torchvisions(tmp_path):
    published, ours = pair("r2plus1d_18", tmp_path)
    x = torch.rand(1, 3, 4, 24, 24)
    maps = ours.maps(x, LAYERS)
    assert all(torch.equal(maps[layer], map_) for layer, map_ in zip(LAYERS, stages_of_resnet(published, x), strict=True))
    assert torch.allclose(published(x), published.fc(ours(x)), atol=1e-5)
