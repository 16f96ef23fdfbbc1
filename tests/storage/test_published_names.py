"""2019's names, against their architecture described again here, layer by layer, by PyTorch's own modules."""

from collections import OrderedDict

import pytest
import torch
from support.published_networks import ActionC3D, ActionResidual, PublishedOrderNetwork, published_backbone
from torch import nn

from vcop.config.names import PAPER_NETWORKS
from vcop.config.options import NetworkOptions
from vcop.networks.heads import ActionNetwork, OrderHead, OrderNetwork
from vcop.networks.registry import build_backbone
from vcop.storage import published_names

NARROW = NetworkOptions(multiplier=0.0625)
CLIPS = torch.rand(2, 3, 8, 32, 32, generator=torch.Generator().manual_seed(0))


def trained(module):
    """Give every BatchNorm statistics and scales of its own, as a training does."""
    generator = torch.Generator().manual_seed(1)
    for layer in module.modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            layer.running_mean.normal_(0, 0.1, generator=generator)
            layer.running_var.uniform_(0.5, 2, generator=generator)
            if layer.affine:
                nn.init.uniform_(layer.weight, 0.5, 2, generator=generator)
                nn.init.normal_(layer.bias, 0, 0.1, generator=generator)
    return module.eval()


@pytest.mark.parametrize("network", PAPER_NETWORKS)
def test_every_weight_of_our_backbones_has_a_name(network):
    ours = build_backbone(network, NARROW).state_dict()
    assert list(published_names.backbone_names(network)) == list(ours)
    assert len(set(published_names.backbone_names(network).values())) == len(ours)


@pytest.mark.parametrize("network", PAPER_NETWORKS)
def test_their_network_with_our_weights_computes_the_same_and_ours_with_theirs(network):
    ours = trained(build_backbone(network, NARROW, 0))
    tensors = {f"backbone.{name}": value for name, value in ours.state_dict().items()}
    theirs = published_backbone(network, 4).eval()
    theirs.load_state_dict(published_names.to_published(network, tensors))
    with torch.no_grad():
        expected, got = ours(CLIPS), theirs(CLIPS)
    assert expected.std() > 0.01
    torch.testing.assert_close(got, expected, rtol=0, atol=1e-6)
    back = published_names.from_published(network, theirs.state_dict())
    assert back.keys() == tensors.keys()
    assert all(torch.equal(back[name], value) for name, value in tensors.items())


@pytest.mark.parametrize("batchnorm", [False, True])
def test_an_order_network_computes_the_same_under_their_names(batchnorm):
    backbone = build_backbone("r3d", NARROW, 0)
    ours = trained(OrderNetwork(backbone, OrderHead(backbone.features, 3, 0.5, batchnorm)))
    theirs = PublishedOrderNetwork(published_backbone("r3d", 4), backbone.features, 3).eval()
    theirs.load_state_dict(published_names.to_published("r3d", ours.state_dict()))
    clips = torch.stack([CLIPS, CLIPS.flip(2), 1 - CLIPS], dim=1)
    with torch.no_grad():
        torch.testing.assert_close(theirs(clips), ours(clips), rtol=0, atol=1e-5 if batchnorm else 1e-6)


@pytest.mark.parametrize(("network", "theirs"), [("c3d", ActionC3D), ("r21d", ActionResidual)])
@pytest.mark.parametrize("batchnorm", [False, True])
def test_an_action_network_computes_the_same_under_their_names(network, theirs, batchnorm):
    ours = trained(ActionNetwork(build_backbone(network, NARROW, 0), 5, batchnorm))
    other = theirs(4, 5).eval()
    other.load_state_dict(published_names.to_published(network, ours.state_dict()))
    with torch.no_grad():
        torch.testing.assert_close(other(CLIPS), ours(CLIPS), rtol=0, atol=1e-5 if batchnorm else 1e-6)


def test_names_that_are_known_nowhere_stay_or_are_refused():
    assert list(published_names.from_published("c3d", OrderedDict(extra=torch.zeros(1)))) == ["extra"]
    with pytest.raises(ValueError, match="backbone.conv9 has no counterpart in the code of 2019"):
        published_names.to_published("c3d", {"backbone.conv9": torch.zeros(1)})
