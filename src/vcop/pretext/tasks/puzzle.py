"""Space-time cubic puzzle, ``puzzle-16``: the order of four pieces of a video, side by side or one after another.

Kim et al., "Self-Supervised Video Representation Learning with Space-Time Cubic Puzzles", AAAI 2019, section 3 (T Table V, 3D ST-puzzle)::

    cells of a video: 4 in time, 2 x 2 in the crop        a piece lies anywhere in its cell
    time 0      1      2      3                           +-----------+
      +---+  +---+  +---+  +---+   spatial puzzle:        |  +-----+  |
      |0|1|  |0|1|  |0|1|  |0|1|   0 1 2 3 of one time    |  |piece|  |
      |2|3|  |2|3|  |2|3|  |2|3|   temporal puzzle:       |  +-----+  |
      +---+  +---+  +---+  +---+   one cell at all times  +-----------+

Half of the puzzles are spatial. Against shortcuts pieces do not touch (jitter), and all have one colour channel, three times. A piece is then enlarged
to the size of the crop, since the backbones need as many pixels.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from vcop.config.options import PretrainOptions
from vcop.networks.heads import OrderHead
from vcop.pretext.tasks.base import PretextTask, read_numbers
from vcop.sampling.clips import cut_clip, draw_clip
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import orders

PIECES = 4
SIDE = 80 / 112  # of a piece, as a part of its cell's
CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))  # rows and columns of the cells of a crop


class Puzzle(PretextTask):
    """Order of four pieces of space-time. Args: clip_length: frames of a piece in the video."""

    kind = "puzzle"
    clips, classes = PIECES, len(orders(PIECES))
    own_crops = False  # the cells of a puzzle are those of one crop

    def __init__(self, clip_length: int) -> None:
        self.name, self.clip_length = f"puzzle-{clip_length}", clip_length
        self.slack = clip_length // 4  # frames by which a piece can move within its cell
        self.cell = clip_length + self.slack
        self.window = PIECES * self.cell

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a window, a kind of puzzle, an order, and a place for each piece.

        The further numbers are a colour channel, then top and left of each piece as parts of the crop's side.
        """
        first, label = draw_clip(video.count, self.window, rng), int(rng.integers(self.classes))
        spatial, fixed = rng.integers(2), int(rng.integers(PIECES))
        cells = [(fixed, *corner) if spatial else (number, *CORNERS[fixed]) for number, corner in enumerate(CORNERS)]
        clips, more = [], [float(rng.integers(3))]
        for time, row, column in (cells[number] for number in orders(PIECES)[label]):
            start = first + time * self.cell + int(rng.integers(self.slack + 1))
            clips.append(cut_clip(start, self.clip_length, stride, video.count))
            more += [(place + (1 - SIDE) * rng.random()) / 2 for place in (row, column)]
        return Draw(clips, label, tuple(more))

    def alter(self, clips: Tensor, labels: Tensor, more: Tensor) -> Tensor:
        """Cut the pieces out, repeat their colour channel, and enlarge them to the crop."""
        crop, altered = clips.shape[-1], torch.empty_like(clips)  # which keeps the memory layout
        side = round(crop * SIDE / 2)
        for sample, out, (channel, *places) in zip(clips, altered, more.tolist(), strict=True):
            corners = zip(places[::2], places[1::2], strict=True)
            for clip, piece, (top, left) in zip(sample[:, int(channel)], out, corners, strict=True):
                y, x = int(top * crop), int(left * crop)
                cut = clip[None, :, y : y + side, x : x + side]  # the frames take the place of channels
                piece.copy_(nn.functional.interpolate(cut, size=(crop, crop), mode="bilinear", align_corners=False)[0])
        return altered

    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build the order predictor, as for clips."""
        return OrderHead(features, self.clips, options.dropout, options.head_batchnorm, classes)


def parse(arguments: str) -> Puzzle:
    """Return the task of a clip length, ``16``. Raises ValueError for anything else."""
    return Puzzle(*read_numbers("puzzle", arguments, "clip length"))
