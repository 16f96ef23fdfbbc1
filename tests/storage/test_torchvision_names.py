import re

import pytest
import torch
import torchvision.models.video as theirs
from torchvision.models.video.resnet import BasicBlock, BasicStem, Conv3DSimple

from vcop.config.options import NetworkOptions
from vcop.networks.registry import build_backbone
from vcop.storage import foreign_weights
from vcop.storage.torchvision_names import MODULES, from_torchvision, recognise
from vcop.storage.weights import load_backbone_weights, read_about


def state(network):
    with torch.device("meta"):
        return getattr(theirs, network)().state_dict()


@pytest.mark.parametrize("network", MODULES)
def test_each_network_is_recognised_and_its_names_are_those_of_our_backbone(network):
    tensors = state(network)
    assert recognise(tensors) == network
    multiplier, renamed = from_torchvision(network, tensors)
    with torch.device("meta"):
        ours = build_backbone(network, NetworkOptions()).state_dict()
    assert multiplier == 1
    assert {name: value.shape for name, value in renamed.items()} == {f"backbone.{n}": v.shape for n, v in ours.items()}


def test_others_are_not():
    assert recognise({}) is None
    assert recognise({"fc.weight": torch.zeros(1)}) is None
    assert recognise(build_backbone("r3d", NetworkOptions(multiplier=0.0625)).state_dict()) is None
    assert recognise(state("r3d_18") | {"layer5.weight": torch.zeros(1)}) is None


def test_a_published_file_says_its_network_and_what_its_input_was(tmp_path):
    path = tmp_path / "mc3_18.pth"
    torch.save(theirs.mc3_18().state_dict(), path)
    about = read_about(path)
    assert about == {"names": "torchvision", "network": "mc3_18", "multiplier": 1.0}
    note = foreign_weights.note(path, about)
    assert "mc3_18 of width 1, told by names and shapes of torchvision, without its classifier" in note
    assert "input_gain 4.5" in note


def test_what_does_not_fit_is_listed(tmp_path):
    """Another depth: three blocks in the second layer."""
    deeper = theirs.resnet.VideoResNet(BasicBlock, [Conv3DSimple] * 4, [2, 3, 2, 2], BasicStem)
    torch.save(deeper.state_dict(), tmp_path / "w.pth")
    message = (
        r"w\.pth: not the weights of this network: 12 unexpected \(conv3\.2\.conv1\.0\.weight 128x128x3x3x3, .* and 8 more\)"
    )
    with pytest.raises(ValueError, match=message) as problem:
        load_backbone_weights(tmp_path / "w.pth", build_backbone("r3d_18", NetworkOptions()))
    assert not re.search("missing|shape", str(problem.value))
