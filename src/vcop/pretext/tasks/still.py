"""Order of still clips, ``still-16-8-3``: the papers' task with frames in place of clips, and nothing else changed.

Each clip is replaced by its middle frame, repeated. So it measures the claim of CVPR 2019, 1, that clips tell the order better than
frames. The paper compares with frame-based methods of others, whose networks and data differ; this control is ours.
"""

from __future__ import annotations

import numpy as np

from vcop.pretext.tasks.base import read_geometry
from vcop.pretext.tasks.order import Order
from vcop.sampling.draws import Draw, DrawnVideo, still_clips
from vcop.sampling.tasks import Task


class Still(Order):
    """Clip order without motion inside the clips."""

    def __init__(self, geometry: Task) -> None:
        super().__init__(geometry)
        self.name = f"still-{geometry}"

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a tuple as order prediction does, and repeat the middle frame of each clip."""
        clips, label, _ = super().draw(video, stride, rng)
        return Draw(still_clips(clips), label)


def parse(arguments: str) -> Still:
    """Return the task of ``clip length-interval-tuple length``. Raises ValueError for others, and for variants of a task."""
    return Still(read_geometry("still", arguments, 2, 5))
