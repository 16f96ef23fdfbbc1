"""Rotation, ``rotation-16``: by which multiple of 90 degrees all frames of a clip are turned.

Jing et al., "Self-supervised Spatiotemporal Feature Learning via Video Rotation Prediction" (3D RotNet), 2018, section 3. The square crop is turned,
so that no border tells the angle.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vcop.pretext.tasks.base import ClipTask, read_numbers
from vcop.sampling.draws import Draw, DrawnVideo


class Rotation(ClipTask):
    """Turned by 0, 90, 180 or 270 degrees. Args: clip_length: frames of the clip in the video."""

    kind = "rotation"
    classes = 4

    def __init__(self, clip_length: int) -> None:
        self.name, self.clip_length, self.window = f"rotation-{clip_length}", clip_length, clip_length

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a clip and an angle; the label counts quarter turns."""
        return Draw([self.draw_frames(video, stride, rng)], int(rng.integers(self.classes)))

    def alter(self, clips: Tensor, labels: Tensor, more: Tensor) -> Tensor:
        """Turn each clip counterclockwise by as many quarters as its label says."""
        turned = torch.empty_like(clips)  # which keeps the memory layout
        for clip, out, quarters in zip(clips, turned, labels.tolist(), strict=True):
            out.copy_(clip.rot90(quarters, (-2, -1)))
        return turned


def parse(arguments: str) -> Rotation:
    """Return the task of a clip length, ``16``. Raises ValueError for anything else."""
    return Rotation(*read_numbers("rotation", arguments, "clip length"))
