import torch

from vcop.config.options import NetworkOptions
from vcop.networks.registry import build_backbone
from vcop.networks.residual import middle_channels


def test_middle_channels_of_the_paper():
    assert middle_channels(3, 64, (3, 7, 7)) == 83
    three = (3, 3, 3)
    assert [middle_channels(a, b, three) for a, b in ((64, 64), (64, 128), (128, 128))] == [144, 230, 288]
    assert [middle_channels(a, b, three) for a, b in ((128, 256), (256, 256), (256, 512), (512, 512))] == [460, 576, 921, 1152]
    assert [middle_channels(a, b, (1, 1, 1)) for a, b in ((64, 128), (128, 256), (256, 512))] == [42, 85, 170]


def test_middle_channels_agree_with_torchvision():
    """Its R(2+1)D has the same block; the formula is an independent implementation there."""
    from torchvision.models.video.resnet import BasicBlock, Conv2Plus1D

    block = BasicBlock(64, 128, Conv2Plus1D, stride=1)
    assert block.conv1[0][0].out_channels == middle_channels(64, 128, (3, 3, 3))


def test_a_narrow_network_computes_its_middle_widths_from_the_scaled_ones():
    narrow = build_backbone("r21d", NetworkOptions(multiplier=0.125))
    assert narrow.features == 64
    assert narrow.conv1[0][0].in_channels == 3
    assert narrow.conv1[0][0].out_channels == middle_channels(3, 8, (3, 7, 7))


def test_residual_block_is_the_papers_sum():
    """xo = F2(F1(xi)) + H(xi), H the identity where the size stays (eq. 1)."""
    block = build_backbone("r3d", NetworkOptions(multiplier=0.125), 0).conv2.eval()
    x = torch.rand(1, 8, 4, 6, 6)
    with torch.no_grad():
        assert torch.equal(block(x), torch.relu(block.residual(x) + x))


def test_every_convolution_of_r21d_is_spatial_or_temporal():
    kernels = {
        m.kernel_size
        for m in build_backbone("r21d", NetworkOptions(multiplier=0.125)).modules()
        if isinstance(m, torch.nn.Conv3d)
    }
    assert kernels == {(1, 7, 7), (3, 1, 1), (1, 3, 3), (1, 1, 1)}


def test_nine_convolutions_and_three_projections_without_bias():
    convolutions = [
        m for m in build_backbone("r3d", NetworkOptions(multiplier=0.125)).modules() if isinstance(m, torch.nn.Conv3d)
    ]
    assert len(convolutions) == 12
    assert all(m.bias is None for m in convolutions)
