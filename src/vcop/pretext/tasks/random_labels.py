"""Random labels, ``random_labels-16-10``: a null. Each video has one of 10 labels, which says nothing about it.

The label depends on the video's name alone and is the same for all its clips and for every seed, so that it can only be learned by heart. What such a
pretraining gives to later stages is not owed to any question. Zhang et al., "Understanding Deep Learning Requires Rethinking
Generalization", ICLR 2017, train on such labels. Test videos have random labels, too: their accuracy is chance.
"""

from __future__ import annotations

import numpy as np

from vcop.pretext.tasks.base import ClipTask, read_numbers
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.seeding import seed_of


class RandomLabels(ClipTask):
    """A random label of each video. Args: clip_length: frames of the clip in the video. classes: number of labels."""

    kind = "random_labels"

    def __init__(self, clip_length: int, classes: int) -> None:
        self.name, self.classes = f"random_labels-{clip_length}-{classes}", classes
        self.clip_length, self.window = clip_length, clip_length

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a clip; the label is that of the video."""
        return Draw([self.draw_frames(video, stride, rng)], seed_of("random label", video.name) % self.classes)


def parse(arguments: str) -> RandomLabels:
    """Return the task of a clip length and a number of labels, ``16-10``. Raises ValueError for anything else."""
    clip_length, classes = read_numbers("random_labels", arguments, "clip length-number of labels")
    if classes < 2:
        raise ValueError(f"task: random_labels-{arguments}: there are at least two labels")
    return RandomLabels(clip_length, classes)
