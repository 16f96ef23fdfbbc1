"""Order verification of still clips, ``verify_still-16-8-3``: the question of Misra et al. (ECCV 2016) as they ask it, of frames.

Each clip is its middle frame, repeated, so that a 3D backbone takes it. All else is as in ``verify``.
"""

from __future__ import annotations

import numpy as np

from vcop.pretext.tasks.base import read_geometry
from vcop.pretext.tasks.verify import Verify
from vcop.sampling.draws import Draw, DrawnVideo, still_clips
from vcop.sampling.tasks import Task


class VerifyStill(Verify):
    """Order verification without motion inside the clips."""

    def __init__(self, geometry: Task) -> None:
        super().__init__(geometry)
        self.name = f"verify_still-{geometry}"

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a sequence as ``Verify`` does, and repeat the middle frame of each clip."""
        clips, label, _ = super().draw(video, stride, rng)
        return Draw(still_clips(clips), label)


def parse(arguments: str) -> VerifyStill:
    """Return the task of ``16-8-3``. Raises ValueError for others."""
    return VerifyStill(read_geometry("verify_still", arguments, 3, 5))
