"""Video clip order prediction, ``16-8-3``: the papers' task (CVPR 2019, 3; curricula: TMM 2020, III-D).

The geometry, the orders and their labels are those of ``vcop.sampling.tasks``; the name has no module in front.
"""

from __future__ import annotations

import numpy as np
from torch import nn

from vcop.config.options import PretrainOptions
from vcop.networks.heads import OrderHead
from vcop.pretext.tasks.base import PretextTask
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import Task


class Order(PretextTask):
    """The papers' task. Args: geometry: clip length, interval, tuple length, and how it is trained."""

    def __init__(self, geometry: Task) -> None:
        self.geometry, self.kind, self.name = geometry, "order", str(geometry)
        self.clip_length, self.clips, self.window = geometry.clip_length, geometry.tuple_length, geometry.window
        self.classes, self.goes_on = len(geometry.orders), geometry.goes_on

    @property
    def plain(self) -> Order:
        """The same task without its variant."""
        return Order(self.geometry.plain)

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a window and an order; see ``Task.draw``."""
        return self.geometry.draw(video, stride, rng)

    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build the order predictor (CVPR 2019, 3.3)."""
        return OrderHead(features, self.clips, options.dropout, options.head_batchnorm, classes)


def parse(arguments: str) -> Order:
    """Return the task of a name such as ``16-8-3`` or ``16-8-4-scratch``. Raises ValueError, see ``Task.parse``."""
    return Order(Task.parse(arguments))
