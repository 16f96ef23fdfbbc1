"""The names of weights in torchvision's video networks, and ours: the files that torchvision publishes can be start weights.

::

    ours     r3d_18, mc3_18, r2plus1d_18   s3d                 swin3d_t
    conv1    stem                          features.0          patch_embed
    conv2    layer1                        features.1 to .3    features.0
    conv3    layer2                        features.4 to .6    features.1, .2
    conv4    layer3                        features.7 to .12   features.3, .4
    conv5    layer4                        features.13 to .15  features.5, .6, norm

The classifier (``fc``, ``classifier`` or ``head``) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from torch import Tensor

TORCHVISION = "torchvision"  # what headers call these names
CLASSIFIERS = ("fc.", "classifier.", "head.")
INDEX = "relative_position_index"  # of swin3d_t: follows from the windows, and is not read
RESNET = {"stem": "conv1", "layer1": "conv2", "layer2": "conv3", "layer3": "conv4", "layer4": "conv5"}


def _features(*firsts: int) -> dict[str, str]:
    """Return our name of each numbered feature, given the numbers at which the last stages begin, and the end."""
    stages = enumerate(pairwise(firsts), start=7 - len(firsts))
    return {f"features.{n}": f"conv{stage}.{n - first}" for stage, (first, end) in stages for n in range(first, end)}


MODULES = {
    "r3d_18": RESNET,
    "mc3_18": RESNET,
    "r2plus1d_18": RESNET,
    "s3d": _features(0, 1, 4, 7, 13, 16),
    "swin3d_t": {"patch_embed": "conv1.0", "norm": "conv5.2"} | _features(0, 1, 3, 5, 7),
}
# A weight whose first dimension is the width of the first stage, and that width in torchvision.
FIRST = {
    "r3d_18": ("stem.0.weight", 64),
    "mc3_18": ("stem.0.weight", 64),
    "r2plus1d_18": ("stem.3.weight", 64),
    "s3d": ("features.0.0.0.weight", 64),
    "swin3d_t": ("patch_embed.proj.weight", 96),
}


def recognise(tensors: Mapping[str, Tensor]) -> str | None:
    """Return which of torchvision's networks these weights are of; None if of none."""
    names = [name for name in tensors if not name.startswith(CLASSIFIERS)]
    if not names or not all(_module(name, MODULES["s3d"] | MODULES["swin3d_t"] | RESNET) for name in names):
        return None
    if "patch_embed.proj.weight" in tensors:
        return "swin3d_t"
    if "features.0.0.0.weight" in tensors:
        return "s3d"
    if "stem.3.weight" in tensors:
        return "r2plus1d_18"
    second = tensors.get("layer2.0.conv1.0.weight")
    flat = second is not None and second.dim() == 5 and second.shape[2] == 1
    return ("mc3_18" if flat else "r3d_18") if "stem.0.weight" in tensors else None


def from_torchvision(network: str, tensors: Mapping[str, Tensor]) -> tuple[float, dict[str, Tensor]]:
    """Return the width multiplier, and the weights under our names without the classifier; unknown names stay as they are."""
    first, width = FIRST[network]
    kept = {name: value for name, value in tensors.items() if not name.startswith(CLASSIFIERS) and not name.endswith(INDEX)}
    return len(tensors[first]) / width, {_ours(network, name): value for name, value in kept.items()}


def _ours(network: str, name: str) -> str:
    """Return our name of a weight."""
    module = _module(name, MODULES[network])
    return f"backbone.{MODULES[network][module]}{name[len(module) :]}" if module else name


def _module(name: str, modules: Mapping[str, str]) -> str:
    """Return the module among these that a weight belongs to; an empty text for none."""
    parts = name.split(".")
    return next((module for module in (parts[0], ".".join(parts[:2])) if module in modules), "")
