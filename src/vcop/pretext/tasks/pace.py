"""Pace prediction, ``pace-16-4``: how fast a clip runs. At pace p every p-th frame of the video is taken.

The name says the clip length and the paces:

- ``pace-16-4``: paces 1, 2, 3, 4. Wang et al., "Self-supervised Video Representation Learning by Pace Prediction", ECCV 2020, section 3.
- ``pace-16-2``: paces 1 and 2, normal or sped up. Benaim et al., "SpeedNet: Learning the Speediness in Videos", CVPR 2020, section 3.
- ``pace-16-1-2-4-8``: these paces. Yao et al., "Video Playback Rate Perception for Self-supervised Spatio-Temporal Representation
  Learning" (PRP), CVPR 2020, section 3: its discriminative half. The generative half, which reconstructs frames, is not here.

A clip at pace p spans p times as many frames of the video. All paces have the same distribution of a clip's middle, so that the place in the video
tells nothing::

    frame         0 .................... 63     16 frames, window of 64
    pace 4        |  |  |  |  |  |  |  |  |
    pace 1                 ||||||||
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vcop.pretext.tasks.base import ClipTask, read_numbers
from vcop.sampling.clips import cut_clip, draw_clip
from vcop.sampling.draws import Draw, DrawnVideo


class Pace(ClipTask):
    """Pace of a clip.

    Args:
        clip_length: Frames of a clip at pace 1.
        paces: The paces, rising; the index of a pace is its label.
    """

    kind = "pace"

    def __init__(self, clip_length: int, paces: Sequence[int]) -> None:
        self.clip_length, self.paces, self.classes = clip_length, tuple(paces), len(paces)
        self.window = clip_length * paces[-1]
        listed = [paces[-1]] if self.paces == tuple(range(1, paces[-1] + 1)) else paces
        self.name = "-".join(map(str, ["pace", clip_length, *listed]))

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a window of the highest pace, and a pace; the clip lies in the middle of the window."""
        first, label = draw_clip(video.count, self.window, rng), int(rng.integers(self.classes))
        span = self.clip_length * self.paces[label]
        start = first + (self.window - span) // 2
        return Draw([cut_clip(start, span, stride * self.paces[label], video.count)], label)


def parse(arguments: str) -> Pace:
    """Return the task of a clip length and the highest pace, or all paces. Raises ValueError for anything else."""
    listed = arguments.count("-")
    clip_length, *paces = read_numbers("pace", arguments, "clip length-highest pace" + "-pace" * (listed - 1))
    if listed == 1:
        paces = list(range(1, paces[0] + 1))
    if len(paces) < 2 or paces != sorted(set(paces)) or paces[0] < 1:
        raise ValueError(
            f"task: pace-{arguments}: give the highest pace, at least 2, or several paces, each higher than the last"
        )
    task = Pace(clip_length, paces)
    if task.name != f"pace-{arguments}":
        raise ValueError(f"task: pace-{arguments}: paces from 1 without a gap are named by the highest one: {task}")
    return task
