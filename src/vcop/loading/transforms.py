"""From stored frames to a network's input, for a whole batch, on the device the clips were sent to as uint8.

Shapes: N clips (of one or more tuples), L frames, H W stored pixels, c crop.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vcop.config.options import InputOptions


def crop_and_scale(frames: Tensor, corners: Tensor, options: InputOptions, channels_last: bool = False) -> Tensor:
    """Crop each clip, all of its frames alike, and scale RGB to [0, 1], then to ``(x - input_mean) * input_gain``.

    Shape: frames (N, L, H, W, 3) uint8, corners (N, 2) top and left -> (N, 3, L, c, c) float32.
    """
    crop = options.crop
    if not len(frames):  # a process may have no row of a batch; the layout has to be right all the same
        corners = corners.new_zeros((1, 2))
        return crop_and_scale(frames.new_zeros((1, *frames.shape[1:])), corners, options, channels_last)[:0]
    cut = torch.stack([f[:, t : t + crop, s : s + crop] for f, (t, s) in zip(frames, corners.tolist(), strict=True)])
    # The stored order is channels-last already. In place, since fresh memory costs more than the arithmetic.
    layout = torch.channels_last_3d if channels_last else torch.contiguous_format
    x = cut.permute(0, 4, 1, 2, 3).to(torch.float32, memory_format=layout)
    return x.div_(255).sub_(options.input_mean).mul_(options.input_gain)
