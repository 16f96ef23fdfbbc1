from itertools import product

import pytest
import torch
from torch import nn
from torch.nn.functional import conv3d, max_pool3d
from torch.utils.flop_counter import FlopCounterMode

from vcop.config.options import ComputeOptions, NetworkOptions
from vcop.networks.convolution import Conv3d, FlatConv3d, MaxPool3d, seen_part
from vcop.networks.registry import build_backbone
from vcop.training.distributed import set_layout

SIZES = [(n, k, p) for n, k, p in product(range(1, 9), (1, 2, 3, 5, 7), (0, 1, 2, 3)) if n + 2 * p >= k]


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_seen_part_has_the_same_outputs_as_the_whole_kernel(stride):
    """All maps of up to eight pixels, kernels of up to seven and paddings of up to three."""
    for size, kernel, padding in SIZES:
        x, weight = torch.arange(1.0, size + 1), torch.arange(1.0, kernel + 1)
        part, around = seen_part(size, kernel, stride, padding)
        outputs = [
            torch.nn.functional.conv1d(x[None, None], w[None, None], stride=stride, padding=p)
            for w, p in ((weight, padding), (weight[part], around))
        ]
        assert torch.equal(*outputs), (size, kernel, padding)


def test_the_seen_part_is_the_whole_kernel_in_large_maps_and_one_weight_in_a_single_pixel():
    assert all(seen_part(size, 3, 1, 1) == (slice(0, 3), 1) for size in range(2, 30))
    assert seen_part(112, 7, 2, 3) == (slice(0, 7), 3)
    assert seen_part(1, 3, 1, 1) == (slice(1, 2), 0)
    assert seen_part(2, 3, 2, 1) == (slice(1, 3), 0)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last_3d])
@pytest.mark.parametrize("size", [(1, 1, 1), (1, 2, 2), (2, 3, 3), (4, 5, 5)])
@pytest.mark.parametrize("stride", [1, 2])
def test_outputs_and_gradients_are_those_of_pytorchs_convolution(size, stride, layout):
    torch.manual_seed(0)
    ours = Conv3d(5, 4, 3, stride, 1).double().to(memory_format=layout)
    theirs = nn.Conv3d(5, 4, 3, stride, 1).double().to(memory_format=layout)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(2, 5, *size, dtype=torch.float64).to(memory_format=layout)
    found = []
    for layer in (ours, theirs):
        clip = x.clone().requires_grad_()
        out = layer(clip)
        (out * torch.arange(out.numel()).reshape(out.shape)).sum().backward()
        found.append((out, clip.grad, layer.weight.grad, layer.bias.grad))
    for one, other in zip(*found, strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-12)


def test_a_single_pixel_is_multiplied_with_one_weight_of_27():
    operations = []
    for layer in (Conv3d(8, 8, 3, padding=1), nn.Conv3d(8, 8, 3, padding=1)):
        with FlopCounterMode(display=False) as counter:
            layer(torch.rand(2, 8, 1, 1, 1))
        operations.append(counter.get_total_flops())
    assert operations[1] == 27 * operations[0]


def test_a_pool_leaves_dimensions_that_are_smaller_than_its_kernel():
    x = torch.rand(2, 3, 4, 6, 7)
    assert torch.equal(MaxPool3d(2)(x), max_pool3d(x, 2))
    assert torch.equal(MaxPool3d((1, 2, 2))(x), max_pool3d(x, (1, 2, 2)))
    assert torch.equal(MaxPool3d(2)(x[:, :, :1]), max_pool3d(x[:, :, :1], (1, 2, 2)))
    assert torch.equal(MaxPool3d(2)(x[:, :, :1, :1, :1]), x[:, :, :1, :1, :1])


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last_3d])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [
        ((1, 7, 7), (1, 2, 2), (0, 3, 3)),
        ((1, 3, 3), (1, 1, 1), (0, 1, 1)),
        ((3, 1, 1), (1, 1, 1), (1, 0, 0)),
        ((3, 1, 1), (2, 1, 1), (1, 0, 0)),
        ((1, 1, 1), (1, 2, 2), (0, 0, 0)),
        ((1, 1, 1), (2, 1, 1), (0, 0, 0)),
        ((3, 1, 1), (1, 2, 2), (1, 0, 0)),
        ((1, 3, 3), (2, 1, 1), (0, 1, 1)),
        ((3, 3, 3), (2, 2, 2), (1, 1, 1)),
    ],
)
def test_a_flat_convolution_is_the_3d_one(kernel, stride, padding, layout):
    """Output and gradients of any kernel and stride; what is computed in 2D keeps its memory layout."""
    torch.manual_seed(0)
    flat = FlatConv3d(5, 4, kernel, stride, padding, bias=False).double().to(memory_format=layout)
    set_layout(flat, ComputeOptions(flat=True, channels_last=layout is torch.channels_last_3d))
    x = torch.randn(2, 5, 6, 9, 8, dtype=torch.float64).to(memory_format=layout)
    ours, theirs = x.clone().requires_grad_(), x.clone().requires_grad_()
    weight = flat.weight.detach().clone().requires_grad_()
    out, right = flat(ours), conv3d(theirs, weight, None, stride, padding)
    assert out.shape == right.shape
    assert out.is_contiguous(memory_format=layout) or out.grad_fn.name() == "ConvolutionBackward0"
    for y in (out, right):
        (y * torch.arange(y.numel()).reshape(y.shape)).sum().backward()
    for one, other in ((out, right), (ours.grad, theirs.grad), (flat.weight.grad, weight.grad)):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-6)


def test_flat_convolutions_are_asked_for_and_left():
    net = build_backbone("r21d", NetworkOptions(multiplier=0.125), 0)
    x = torch.rand(1, 3, 8, 24, 24)
    found = []
    for flat in (True, False):
        set_layout(net, ComputeOptions(flat=flat, channels_last=False))
        with torch.no_grad():
            found.append(net.maps(x, ["conv1"])["conv1"])
        assert {m.flat for m in net.modules() if isinstance(m, FlatConv3d)} == {flat}
    assert torch.allclose(*found, atol=1e-5)


def test_weights_of_2d_convolutions_keep_their_layout():
    """A network of one's own may have some."""
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Conv3d(2, 3, 3))
    set_layout(net, ComputeOptions(channels_last=True))
    assert net[0].weight.is_contiguous()
    assert net[1].weight.is_contiguous(memory_format=torch.channels_last_3d)
