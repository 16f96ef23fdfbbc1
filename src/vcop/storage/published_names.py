"""The names of weights in the code that the authors of the 2019 paper published, and ours, both ways.

Their repository is ``xudejing/video-clip-order-prediction``. Its networks compute the same as ours and name their layers otherwise::

    ours                        2019, C3D      2019, R3D                                    2019, R(2+1)D
    conv1.0                     conv1          conv1.temporal_spatial_conv                  conv1.spatial_conv, .bn, .temporal_conv
    conv3.residual.3 (conv3.3)  conv3b         conv3.block1.conv2.temporal_spatial_conv     conv3.block1.conv2.spatial_conv, ...
    conv3.shortcut.0            -              conv3.block1.downsampleconv. ...             conv3.block1.downsampleconv. ...
    head.pair, head.order       fc7, fc8       of the order network; its backbone is ``base_network``
    head                        linear         of the network that recognises actions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import torch
from torch import Tensor

from vcop.config.names import PAPER_NETWORKS

PUBLISHED = "2019"  # what flags and headers call these names
ORDER_HEAD = {
    f"head.{ours}.{leaf}": f"{theirs}.{leaf}"
    for ours, theirs in (("pair", "fc7"), ("order", "fc8"))
    for leaf in ("weight", "bias")
}
ACTION_HEAD = {f"head.{leaf}": f"linear.{leaf}" for leaf in ("weight", "bias")}
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
NORM = ("weight", "bias", *STATISTICS)
EPSILON = 1e-5  # of every BatchNorm here
Modules = Iterator[tuple[str, str, tuple[str, ...]]]  # our name of a layer, theirs, its weights


@cache
def backbone_names(network: str) -> dict[str, str]:
    """Return 2019's name of each of our weights of a backbone.

    Args:
        network: ``c3d``, ``r3d`` or ``r21d``.

    Returns:
        Names by our names, without ``backbone.`` and ``base_network.``, in the order of our network.
    """
    modules = _c3d() if network == "c3d" else _residual(split=network == "r21d")
    return {f"{ours}.{leaf}": f"{theirs}.{leaf}" for ours, theirs, leaves in modules for leaf in leaves}


def _c3d() -> Modules:
    """Yield the layers of C3D: a convolution with bias and a BatchNorm, once or twice a stage."""
    for stage, letters in enumerate(("", "", "ab", "ab", "ab"), start=1):
        for k, letter in enumerate(letters or [""]):
            yield f"conv{stage}.{3 * k}", f"conv{stage}{letter}", ("weight", "bias")
            yield f"conv{stage}.{3 * k + 1}", f"bn{stage}{letter}", NORM


def _residual(*, split: bool) -> Modules:
    """Yield the layers of R3D, or of R(2+1)D, whose convolutions are split."""
    yield from _convolution("conv1.0", "conv1", split=split)
    yield "conv1.1", "bn1", NORM
    for stage in range(2, 6):
        ours, theirs = f"conv{stage}", f"conv{stage}.block1"
        for k, number in ((0, 1), (3, 2)):
            yield from _convolution(f"{ours}.residual.{k}", f"{theirs}.conv{number}", split=split)
            yield f"{ours}.residual.{k + 1}", f"{theirs}.bn{number}", NORM
        if stage > 2:  # the shortcut of the second stage is the identity
            yield from _convolution(f"{ours}.shortcut.0", f"{theirs}.downsampleconv", split=split)
            yield f"{ours}.shortcut.1", f"{theirs}.downsamplebn", NORM


def _convolution(ours: str, theirs: str, *, split: bool) -> Modules:
    """Yield one convolution in space and time, or a spatial one, BatchNorm and a temporal one."""
    if not split:
        yield ours, f"{theirs}.temporal_spatial_conv", ("weight",)
        return
    yield f"{ours}.0", f"{theirs}.spatial_conv", ("weight",)
    yield f"{ours}.1", f"{theirs}.bn", NORM
    yield f"{ours}.3", f"{theirs}.temporal_conv", ("weight",)


def to_published(network: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights under 2019's names, for networks in evaluation mode: an order network, an action network or a backbone.

    2019's heads have no BatchNorm. One before a head of ours (``head_batchnorm``) has no scale, so that it becomes part of the first linear
    layer, which gives the same outputs.

    Args:
        network: Name of the backbone.
        tensors: Weights by our names.

    Raises:
        ValueError: The network or a name has no counterpart in 2019's code.
    """
    if network not in PAPER_NETWORKS:
        raise ValueError(f"{network} has no counterpart in the code of {PUBLISHED}, which has {', '.join(PAPER_NETWORKS)}")
    tensors = _fold_batchnorm(tensors)
    order = any(name in ORDER_HEAD for name in tensors)
    prefix = "base_network." if order else ""
    names = {f"backbone.{ours}": prefix + theirs for ours, theirs in backbone_names(network).items()}
    names |= ORDER_HEAD if order else ACTION_HEAD
    unknown = [name for name in tensors if name not in names]
    if unknown:
        raise ValueError(f"{unknown[0]} has no counterpart in the code of {PUBLISHED}")
    return {names[name]: tensors[name] for name in names if name in tensors}


def from_published(network: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights under our names; names that 2019's code does not have stay as they are.

    Args:
        network: Name of the backbone.
        tensors: Weights by 2019's names, with or without ``base_network.`` before those of the backbone.
    """
    ours = {theirs: f"backbone.{name}" for name, theirs in backbone_names(network).items()}
    ours |= {theirs: name for name, theirs in (ORDER_HEAD | ACTION_HEAD).items()}
    return {ours.get(name.removeprefix("base_network."), name): value for name, value in tensors.items()}


def _fold_batchnorm(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Make a BatchNorm without scale part of the linear layer after it: ``W (f - m) / s + b`` is ``(W / s) f + (b - W m / s)``."""
    rest = dict(tensors)
    for batchnorm, linear in (("head.batchnorm", "head.pair"), ("batchnorm", "head")):
        mean, variance, count = (rest.pop(f"{batchnorm}.{name}", None) for name in STATISTICS)
        if mean is None or variance is None or count is None:
            continue
        weight, bias = rest[f"{linear}.weight"].double(), rest[f"{linear}.bias"].double()
        copies = weight.shape[1] // len(mean)  # the pair layer sees the features of two clips
        scaled = weight / torch.sqrt(variance.double() + EPSILON).repeat(copies)
        rest[f"{linear}.weight"] = scaled.float()
        rest[f"{linear}.bias"] = (bias - scaled @ mean.double().repeat(copies)).float()
    return rest
