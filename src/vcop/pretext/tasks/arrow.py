"""Arrow of time, ``arrow-16``: whether a clip runs forwards or backwards.

Wei et al., "Learning and Using the Arrow of Time", CVPR 2018, section 3. They show optical flow to a network of their own; here a clip of
frames enters the backbone, as in all tasks. Half of the clips are reversed.
"""

from __future__ import annotations

import numpy as np
from torch import nn

from vcop.config.options import PretrainOptions
from vcop.networks.heads import ClipHead
from vcop.pretext.tasks.base import PretextTask, read_numbers
from vcop.sampling.clips import clip_indices, draw_clip
from vcop.sampling.draws import Draw, DrawnVideo


class Arrow(PretextTask):
    """Forwards (0) or backwards (1). Args: clip_length: frames of the clip in the video."""

    kind = "arrow"
    classes = 2

    def __init__(self, clip_length: int) -> None:
        self.name, self.clip_length, self.window = f"arrow-{clip_length}", clip_length, clip_length

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a clip and a direction."""
        start, label = draw_clip(video.count, self.clip_length, rng), int(rng.integers(2))
        frames = tuple(clip_indices(start, self.clip_length, stride, video.count).tolist())
        return Draw([frames[::-1] if label else frames], label)

    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build a linear layer."""
        return ClipHead(features, classes, options.dropout, options.head_batchnorm)


def parse(arguments: str) -> Arrow:
    """Return the task of a clip length, ``16``. Raises ValueError for anything else."""
    return Arrow(*read_numbers("arrow", arguments, "clip length"))
