"""Video Swin Transformer, tiny, as torchvision's ``swin3d_t`` (Liu et al. 2022).

::

    stage   torchvision                layers                                     channels   map of 16x112x112
    conv1   patch_embed                patches of 2x4x4 pixels                          96   8x28x28
    conv2   features.0                 2 blocks of attention in windows of 8x7x7        96   8x28x28
    conv3   features.1, .2             4 neighbours merged, 2 blocks                   192   8x14x14
    conv4   features.3, .4             4 neighbours merged, 6 blocks                   384   8x7x7
    conv5   features.5, .6, norm       4 neighbours merged, 2 blocks                   768   8x4x4

It takes clips of any size: what does not fill a patch or a window is padded, and a window is never larger than the map.
The multiplier scales the channels of a head of attention, of which there are 32; the number of heads stays. There is no stochastic depth, as there
is no dropout inside any backbone here: a training that is resumed would draw other masks.
"""

from torch import Tensor, nn
from torchvision.models.video.swin_transformer import ShiftedWindowAttention3d, SwinTransformer3d

from vcop.networks.backbone import Backbone, channels

HEADS = (3, 6, 12, 24)


class ChannelsLast(nn.Sequential):
    """Layers that expect the channels last, between maps that have them in front."""

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, C, L, H, W) -> (B, C', L, H', W')."""
        x = super().forward(x.permute(0, 2, 3, 4, 1))
        return x.permute(0, 4, 1, 2, 3)


class PatchEmbedding(nn.Sequential):
    """torchvision's embedding of patches, which has the channels last in its output alone."""

    def forward(self, x: Tensor) -> Tensor:
        """Shape: (B, 3, L, H, W) -> (B, C, L / 2, H / 4, W / 4), rounded up."""
        return super().forward(x).permute(0, 4, 1, 2, 3)


class Swin3D(Backbone):
    """Attention in shifted windows: 27,850,470 parameters at multiplier 1."""

    def __init__(self, multiplier: float) -> None:
        super().__init__()
        net = SwinTransformer3d(
            patch_size=[2, 4, 4],
            embed_dim=HEADS[0] * channels(32, multiplier),
            depths=[2, 2, 6, 2],
            num_heads=list(HEADS),
            window_size=[8, 7, 7],
            stochastic_depth_prob=0.0,
        )
        self.conv1 = PatchEmbedding(net.patch_embed)
        self.conv2 = ChannelsLast(net.features[0])
        self.conv3 = ChannelsLast(*net.features[1:3])
        self.conv4 = ChannelsLast(*net.features[3:5])
        self.conv5 = ChannelsLast(*net.features[5:], net.norm)
        self.features = net.num_features
        for module in self.modules():
            if isinstance(module, ShiftedWindowAttention3d):  # follows from the windows: 15 MB that no weights file needs
                module.register_buffer("relative_position_index", module.relative_position_index, persistent=False)


def build(multiplier: float) -> Swin3D:
    """Build the tiny Video Swin Transformer."""
    return Swin3D(multiplier)
