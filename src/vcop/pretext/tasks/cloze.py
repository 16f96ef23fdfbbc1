"""Video cloze procedure, ``cloze-16-8-3``: by which of five operations the middle clip of a tuple was changed.

Luo et al., "Video Cloze Procedure for Self-Supervised Spatio-Temporal Learning", AAAI 2020, section 3 (T Table V, VCP). The clips are in
chronological order. The operations, with their labels:

0. original: nothing is changed;
1. spatial rotation: all frames are turned by 90, 180 or 270 degrees;
2. spatial permutation: the four quarters of all frames change places;
3. temporal remote shuffle: the clip changes places with another clip of the tuple;
4. temporal adjacent shuffle: of the four quarters of its frames two change places.
"""

from __future__ import annotations

import numpy as np
from torch import Tensor

from vcop.pretext.tasks.base import read_geometry
from vcop.pretext.tasks.order import Order
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import Task, orders

ORIGINAL, ROTATION, PERMUTATION, REMOTE, ADJACENT = OPERATIONS = tuple(range(5))
QUARTERS = 4


class Cloze(Order):
    """Operation on the middle clip. Args: geometry: clip length, interval, tuple length."""

    def __init__(self, geometry: Task) -> None:
        super().__init__(geometry)
        self.kind, self.name, self.classes = "cloze", f"cloze-{geometry}", len(OPERATIONS)
        self.blank = self.clips // 2  # index of the clip that is changed

    @property
    def plain(self) -> Cloze:
        """The task itself, which has no variants."""
        return self

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a window and an operation; the further numbers are quarter turns, and the order of the frames' quarters.

        Raises:
            ValueError: If the video is shorter than the window, or a clip has too few frames to be shuffled.
        """
        first, label = self.geometry.draw_start(video, rng), int(rng.integers(self.classes))
        clips, turns, tiles = self.geometry.cut(first, range(self.clips), stride), 0, 0
        if len(clips[0]) < QUARTERS:
            raise ValueError(
                f"task {self}: a clip has {len(clips[0])} frames, at least {QUARTERS} are needed: lower input.frame_stride"
            )
        if label == ROTATION:
            turns = int(rng.integers(1, 4))
        elif label == PERMUTATION:
            tiles = int(rng.integers(1, len(orders(QUARTERS))))  # any order but the chronological one, which is number 0
        elif label == REMOTE:
            other = int(rng.choice([clip for clip in range(self.clips) if clip != self.blank]))
            clips[self.blank], clips[other] = clips[other], clips[self.blank]
        elif label == ADJACENT:
            clips[self.blank] = swap_quarters(clips[self.blank], rng)
        return Draw(clips, label, (float(turns), float(tiles)))

    def alter(self, clips: Tensor, labels: Tensor, more: Tensor) -> Tensor:
        """Turn the middle clips, or permute the quarters of their frames."""
        altered = clips.clone()
        middle = zip(clips[:, self.blank], altered[:, self.blank], more.int().tolist(), strict=True)
        for clip, out, (turns, tiles) in middle:
            if turns:
                out.copy_(clip.rot90(turns, (-2, -1)))
            elif tiles:
                permute_quarters(clip, out, orders(QUARTERS)[tiles])
        return altered


def swap_quarters(clip: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
    """Cut the frames of a clip into four parts, as equal as possible, and let two of them change places."""
    parts = np.array_split(np.array(clip), QUARTERS)
    one, other = rng.choice(QUARTERS, 2, replace=False)
    parts[one], parts[other] = parts[other], parts[one]
    return tuple(np.concatenate(parts).tolist())


def permute_quarters(clip: Tensor, out: Tensor, order: tuple[int, ...]) -> None:
    """Write the quarters of all frames in another order. Of an odd number of rows and columns the last ones stay.

    Args:
        clip: The frames.
        out: Where to write, which has all pixels of ``clip`` already.
        order: For each of top left, top right, bottom left, bottom right: which quarter comes there.

    Shape:
        ``clip`` and ``out``: (3, L, c, c).
    """
    half = clip.shape[-1] // 2
    spans = slice(0, half), slice(half, 2 * half)
    places = [(row, column) for row in spans for column in spans]
    for place, source in zip(places, order, strict=True):
        out[(..., *place)] = clip[(..., *places[source])]


def parse(arguments: str) -> Cloze:
    """Return the task of ``clip length-interval-tuple length``. Raises ValueError for others."""
    return Cloze(read_geometry("cloze", arguments, 2, 5))
