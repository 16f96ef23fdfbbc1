"""torchvision's own networks beside ours, with the same weights."""

import torch
import torchvision.models.video as theirs

from vcop.config.options import NetworkOptions
from vcop.networks.registry import build_backbone
from vcop.storage.weights import load_backbone_weights


def pair(network, folder):
    """torchvision's network with random weights and statistics, and our backbone that has read them from its file."""
    torch.manual_seed(0)
    published = getattr(theirs, network)(num_classes=5).eval()
    for name, buffer in published.named_buffers():
        if "running" in name:
            buffer.uniform_(0.5, 1.5)
    torch.save(published.state_dict(), folder / "published.pth")
    ours = build_backbone(network, NetworkOptions()).eval()
    load_backbone_weights(folder / "published.pth", ours)
    return published, ours


def stages_of_resnet(net, x):
    """The maps after stem and layers of torchvision's residual networks."""
    maps = []
    for name in ("stem", "layer1", "layer2", "layer3", "layer4"):
        x = net.get_submodule(name)(x)
        maps.append(x)
    return maps
