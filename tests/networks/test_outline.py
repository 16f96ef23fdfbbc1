import pytest
import torch
from torch import nn

from vcop.config.names import LAYERS
from vcop.config.options import InputOptions, NetworkOptions
from vcop.networks.outline import outline_backbone, outline_networks
from vcop.networks.registry import build_backbone


@pytest.fixture(scope="module")
def papers():
    """The outline at the papers' widths and input."""
    return outline_networks(NetworkOptions(), InputOptions())


def test_the_input_follows_crop_and_stride():
    outline = outline_networks(NetworkOptions(multiplier=0.125), InputOptions(crop=32, frame_stride=2), clip_length=17)
    assert outline["multiplier"] == 0.125
    assert outline["input"] == [3, 9, 32, 32]


def flat(parts):
    """All parts, those of a sum, too."""
    for part in parts:
        yield part
        yield from flat(part.get("residual", []))
        yield from flat(part.get("shortcut", []))


def convolutions(found, stage):
    """(kernel, channels) of a stage's convolutions."""
    parts = flat(found["stages"][LAYERS.index(stage)]["parts"])
    return [(part["kernel"], part["channels"]) for part in parts if part["kind"] == "convolution"]


def test_parameters_and_maps_are_the_specifications(papers):
    assert papers["input"] == [3, 16, 112, 112]
    found = papers["networks"]
    assert {n: of["parameters"] for n, of in found.items()} == {"c3d": 27_661_440, "r3d": 14_361_792, "r21d": 14_365_303}
    maps = [[64, 16, 56, 56], [128, 8, 28, 28], [256, 4, 14, 14], [512, 2, 7, 7], [512, 2, 7, 7]]
    assert [stage["map"] for stage in found["c3d"]["stages"]] == maps
    assert [stage["map"] for stage in found["r21d"]["stages"]] == [maps[0], *maps[:4]]


def test_blocks_are_the_papers(papers):
    c3d, r3d, r21d = papers["networks"].values()
    assert convolutions(c3d, "conv3") == [([3, 3, 3], [128, 256]), ([3, 3, 3], [256, 256])]
    assert convolutions(r3d, "conv2") == [([3, 3, 3], [64, 64]), ([3, 3, 3], [64, 64])]
    assert convolutions(r3d, "conv3") == [([3, 3, 3], [64, 128]), ([3, 3, 3], [128, 128]), ([1, 1, 1], [64, 128])]
    assert convolutions(r21d, "conv1") == [([1, 7, 7], [3, 83]), ([3, 1, 1], [83, 64])]
    assert convolutions(r21d, "conv3") == [
        ([1, 3, 3], [64, 230]), ([3, 1, 1], [230, 128]), ([1, 3, 3], [128, 288]), ([3, 1, 1], [288, 128]),
        ([1, 1, 1], [64, 42]), ([1, 1, 1], [42, 128]),
    ]  # fmt: skip
    assert sum(len(convolutions(c3d, layer)) for layer in LAYERS) == 8
    assert sum(len(convolutions(r3d, layer)) for layer in LAYERS) == 9 + 3


def test_names_are_those_of_the_modules(papers):
    with torch.device("meta"):
        for network, found in papers["networks"].items():
            backbone = build_backbone(network, NetworkOptions())
            for part in flat(part for stage in found["stages"] for part in stage["parts"]):
                module = backbone.get_submodule(part["name"])
                if part["kind"] == "convolution":
                    assert [list(module.kernel_size), list(module.stride)] == [part["kernel"], part["stride"]]
                    assert [module.in_channels, module.out_channels] == part["channels"]
                elif part["kind"] == "pool":
                    assert [module(torch.ones(1, 1, *part["kernel"])).numel(), module.stride] == [1, module.kernel_size]
                elif part["kind"] == "sum":
                    assert hasattr(module, "shortcut")
                else:
                    assert type(module).__name__ == part["kind"]


def test_a_changed_module_changes_the_outline_and_an_unknown_one_is_named():
    with torch.device("meta"):
        backbone, clip = build_backbone("c3d", NetworkOptions(multiplier=0.125)), torch.empty(1, 3, 8, 24, 24)
        backbone.conv3[0] = nn.Conv3d(16, 32, (5, 3, 3), padding=(2, 1, 1))
        assert convolutions(outline_backbone(backbone, clip), "conv3")[0] == ([5, 3, 3], [16, 32])
        backbone.conv3[0] = nn.ConvTranspose3d(16, 32, 3, padding=1)
        with pytest.raises(ValueError, match=r"conv3\.0: layers of type ConvTranspose3d have no outline"):
            outline_backbone(backbone, clip)
