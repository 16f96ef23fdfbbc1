"""Which frames a clip is made of, and where clips and crops lie (CVPR 2019, 3.1, 4.1 and 4.2).

Clip lengths, intervals and windows count frames of the video. A ``stride`` above 1 then gives the network only every stride-th
frame of a clip.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


def clip_indices(start: int, clip_length: int, stride: int, count: int) -> Indices:
    """Return the frames of a clip. A video shorter than the clip is looped: it starts over from its first frame.

    Args:
        start: First frame of the clip.
        clip_length: Frames of the clip in the video.
        stride: Every stride-th frame is taken.
        count: Frames of the video.

    Shape:
        (ceil(clip_length / stride),), values from 0 to count - 1.
    """
    return np.arange(start, start + clip_length, stride, dtype=np.int64) % count


def cut_clip(start: int, clip_length: int, stride: int, count: int) -> tuple[int, ...]:
    """Return the frames of a clip as a draw has them, see ``clip_indices``."""
    return tuple(clip_indices(start, clip_length, stride, count).tolist())


def draw_clip(count: int, clip_length: int, rng: np.random.Generator) -> int:
    """Draw the first frame of a clip, uniform over the video (CVPR 2019, 4.2); 0 for a video shorter than the clip."""
    return int(rng.integers(max(1, count - clip_length + 1)))


def evenly_spaced_starts(count: int, clip_length: int, clips: int) -> list[int]:
    """Return the first frames of the test clips of a video (CVPR 2019, 4.1).

    The centres are evenly spaced from half a clip after the first frame to half a clip before the last one. All clips of a
    video shorter than a clip are the same looped one.

    Args:
        count: Frames of the video.
        clip_length: Frames of a clip.
        clips: Number of clips, 10 in the papers.
    """
    if count < clip_length:
        return [0] * clips
    centres = np.linspace(clip_length / 2, count - clip_length / 2, clips)
    return [int(centre - clip_length / 2) for centre in centres]


def draw_corner(height: int, width: int, crop: int, rng: np.random.Generator) -> tuple[int, int]:
    """Draw top and left of a random crop in pixels: 0 to 16 and 0 to 59 for 112x112 of 128x171."""
    return int(rng.integers(height - crop + 1)), int(rng.integers(width - crop + 1))


def centre_corner(height: int, width: int, crop: int) -> tuple[int, int]:
    """Return top and left of the central crop in pixels: 8 and 30 (29.5 rounded to even) for 112x112 of 128x171."""
    return round((height - crop) / 2), round((width - crop) / 2)
