"""Clip contrast, ``contrast-16``: which of the clips of a batch comes from the same video as a given one.

Each video gives two clips, drawn independently, with crops, flips and colours of their own. The network is trained to make their projections alike, and those
of different videos unlike. Van den Oord et al., "Representation Learning with Contrastive Predictive Coding", 2018, section 2.3 (InfoNCE);
Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations" (SimCLR), ICML 2020, section 2; Qian et al.,
"Spatiotemporal Contrastive Video Representation Learning" (CVRL), CVPR 2021, section 3.

The first clip of a video is compared with the second clips of all videos and with the first clips of the other videos: of B videos one clip is right and
2B - 2 are wrong. CVRL has 1024 videos in a batch. Few videos are a handicap: with 8 there are 14 wrong clips, which are soon
told from the right one by their looks alone. So its results depend on the batch size, and its accuracy is of batches of that size.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from vcop.config.options import PretrainOptions
from vcop.networks.heads import ProjectionHead
from vcop.pretext.tasks.base import PretextTask, read_numbers
from vcop.sampling.clips import cut_clip, draw_clip
from vcop.sampling.draws import Draw, DrawnVideo

TEMPERATURE = 0.1  # CVRL, 4
PROJECTION = 128  # values of a projection; SimCLR, 2.1; CVRL, 3.1
GREY, COLOURED = 0.2, 0.8  # probabilities that a clip loses its colours, and else that they are changed (SimCLR, appendix A)
STRENGTH = 0.5  # of changed colours
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


class Contrast(PretextTask):
    """Clips of the same video among those of others. Args: clip_length: frames of a clip in the video.

    ``classes`` is the number of outputs of its head. The possible answers are the clips of the batch, so that ``chance`` depends on its size.
    """

    kind = "contrast"
    clips, classes = 2, PROJECTION
    own_crops = whole_batch = True

    def __init__(self, clip_length: int) -> None:
        self.name, self.clip_length, self.window = f"contrast-{clip_length}", clip_length, clip_length

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw two clips, and for each of them a look; the label is not used."""
        starts = [draw_clip(video.count, self.clip_length, rng) for _ in range(self.clips)]
        clips = [cut_clip(start, self.clip_length, stride, video.count) for start in starts]
        return Draw(clips, 0, tuple(number for _ in clips for number in draw_look(rng)))

    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build the projection, which later stages throw away."""
        return ProjectionHead(features, classes, options.head_batchnorm)

    def alter(self, clips: Tensor, labels: Tensor, more: Tensor) -> Tensor:
        """Change the look of each clip, of all its frames alike."""
        return change_looks(clips.flatten(0, 1), more.unflatten(1, (self.clips, -1)).flatten(0, 1)).unflatten(
            0, clips.shape[:2]
        )

    def logits(self, outputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return similarities with the second clips of all videos, then with the first clips of the others.

        So the right answer of row i is i. One row a video, and not two as in SimCLR, since each video has one row in the results.

        Shape:
            (B, 2, P), (B,) -> (B, 2B - 1), (B,).
        """
        first, second = nn.functional.normalize(outputs, dim=-1).unbind(1)
        rows = torch.arange(len(first), device=first.device)
        others = (first @ first.T)[rows[:, None] != rows].view(len(first), len(first) - 1)
        return torch.cat([first @ second.T, others], dim=1) / TEMPERATURE, rows

    def chance(self, batch: int, actions: int = 0) -> float:
        """Return the percentage of right answers of guessing among the 2B - 1 other clips of a batch."""
        return 100 / (2 * batch - 1)


def draw_look(rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Draw flip (0 or 1), and factors or shift of saturation, contrast and brightness; 1, 1 and 0 leave colours as they are."""
    flip, grey, coloured = float(rng.random() < 0.5), rng.random() < GREY, rng.random() < COLOURED
    saturation, contrast, brightness = 1 + STRENGTH * rng.uniform(-1, 1, 3) * coloured
    return flip, 0.0 if grey else float(saturation), float(contrast), float(brightness - 1)


def change_looks(clips: Tensor, looks: Tensor) -> Tensor:
    """Flip clips sideways, and change saturation, contrast and brightness.

    Brightness moves by so many standard deviations of the clip's pixels, and contrast is stretched about their mean. So it does not matter on which
    scale the input is (``input_mean``, ``input_gain``). Colours are not cut off at black and white.

    Shape:
        (N, 3, L, c, c), (N, 4) -> (N, 3, L, c, c).
    """
    flip, saturation, contrast, brightness = looks.to(clips)[:, :, None, None, None, None].unbind(1)
    clips = torch.where(flip > 0, clips.flip(-1), clips)
    luma = (clips * clips.new_tensor(LUMA)[:, None, None, None]).sum(1, keepdim=True)
    clips = luma + (clips - luma) * saturation
    deviation, mean = torch.std_mean(clips, dim=(1, 2, 3, 4), keepdim=True)
    return mean + (clips - mean) * contrast + deviation * brightness


def parse(arguments: str) -> Contrast:
    """Return the task of a clip length, ``16``. Raises ValueError for anything else."""
    return Contrast(*read_numbers("contrast", arguments, "clip length"))
