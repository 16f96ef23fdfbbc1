"""Arrow of time, ``arrow-16``: whether a clip runs forwards or backwards.

Wei et al., "Learning and Using the Arrow of Time", CVPR 2018, section 3. They show optical flow to a network of their own; here a clip of
frames enters the backbone, as in all tasks. Half of the clips are reversed.
"""

from __future__ import annotations

import numpy as np

from vcop.pretext.tasks.base import ClipTask, read_numbers
from vcop.sampling.draws import Draw, DrawnVideo


class Arrow(ClipTask):
    """Forwards (0) or backwards (1). Args: clip_length: frames of the clip in the video."""

    kind = "arrow"
    classes = 2

    def __init__(self, clip_length: int) -> None:
        self.name, self.clip_length, self.window = f"arrow-{clip_length}", clip_length, clip_length

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a clip and a direction."""
        frames, label = self.draw_frames(video, stride, rng), int(rng.integers(2))
        return Draw([frames[::-1] if label else frames], label)


def parse(arguments: str) -> Arrow:
    """Return the task of a clip length, ``16``. Raises ValueError for anything else."""
    return Arrow(*read_numbers("arrow", arguments, "clip length"))
