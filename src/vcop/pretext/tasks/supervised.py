"""Action recognition as a pretext task, ``supervised-16``: which action a clip shows.

The labels of the data set are the answers, so this is not self-supervised. It is the ceiling: what the same network learns from the same videos and as many
clips, with the same optimiser and a head of one layer, when it is told the actions.
"""

from __future__ import annotations

import numpy as np
from torch import nn

from vcop.config.options import PretrainOptions
from vcop.pretext.tasks.base import ClipTask, read_numbers
from vcop.sampling.draws import Draw, DrawnVideo


class Supervised(ClipTask):
    """Actions of the data set. Args: clip_length: frames of the clip in the video."""

    kind = "supervised"
    classes = 0  # as many as the data set has actions

    def __init__(self, clip_length: int) -> None:
        self.name, self.clip_length, self.window = f"supervised-{clip_length}", clip_length, clip_length

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a clip; the label is that of the video's action."""
        return Draw([self.draw_frames(video, stride, rng)], video.label)

    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build a linear layer. Raises ValueError if the data set has no actions to tell apart."""
        if classes < 2:
            raise ValueError(f"task {self}: all videos have the same label, so there is nothing to learn: choose another task")
        return super().head(features, options, classes)


def parse(arguments: str) -> Supervised:
    """Return the task of a clip length, ``16``. Raises ValueError for anything else."""
    return Supervised(*read_numbers("supervised", arguments, "clip length"))
