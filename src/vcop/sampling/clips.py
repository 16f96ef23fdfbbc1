"""Which frames a clip is made of: pure arithmetic on counts (CVPR 2019, 3.1 and 4.1; SPEC section 2).

``cl``, intervals and windows count source frames; ``stride`` picks every n-th frame of a clip for the network.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vcop.sampling.tasks import Task

Indices = NDArray[np.int64]


def clip_indices(start: int, clip_length: int, stride: int, count: int) -> Indices:
    """The frames of a clip; a video shorter than the clip starts over from its first frame (looped).

    Shape: (ceil(clip_length / stride),), each in 0..count-1.
    """
    return np.arange(start, start + clip_length, stride, dtype=np.int64) % count


def draw_tuple(count: int, task: Task, rng: np.random.Generator) -> tuple[list[int], int]:
    """The first frames of the clips in shuffled order, and the label of that order (C 3.1).

    The window's start is uniform over the video, the order uniform over the tl! orders.
    Raises ValueError for a video with fewer frames than the window.
    """
    if count < task.window:
        raise ValueError(f"a tuple of {task} needs {task.window} frames, the video has {count}")
    first = int(rng.integers(count - task.window + 1))
    label = int(rng.integers(len(task.orders)))
    return [first + task.starts[k] for k in task.orders[label]], label


def draw_clip(count: int, clip_length: int, rng: np.random.Generator) -> int:
    """A clip's first frame, uniform over the video; 0 for a video shorter than the clip (C 4.2)."""
    return int(rng.integers(max(1, count - clip_length + 1)))


def evenly_spaced_starts(count: int, clip_length: int, clips: int) -> list[int]:
    """First frames of the test clips: centres evenly spaced from cl/2 to count - cl/2 (C 4.1).

    A video shorter than a clip gives the same looped clip every time.
    """
    if count < clip_length:
        return [0] * clips
    centres = np.linspace(clip_length / 2, count - clip_length / 2, clips)
    return [int(centre - clip_length / 2) for centre in centres]


evenly_spaced_starts.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def draw_corner(height: int, width: int, crop: int, rng: np.random.Generator) -> tuple[int, int]:
    """Top and left of a random crop: 0..16 and 0..59 for 112 of 128x171."""
    return int(rng.integers(height - crop + 1)), int(rng.integers(width - crop + 1))


def centre_corner(height: int, width: int, crop: int) -> tuple[int, int]:
    """Top and left of the central crop: 8 and 30 for 112 of 128x171 (59 / 2, rounded to even)."""
    return round((height - crop) / 2), round((width - crop) / 2)
