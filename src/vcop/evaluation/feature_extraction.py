"""``vcop extract``: features of the ten test clips of every video of split 1 (CVPR 2019, 4.1; TMM 2020, Table IV and IV-D).

For retrieval the map after a stage is max-pooled in space, time kept: 512x2x7x7 becomes 512x2x3x3, 9216 values; all five stages
give 9216. For question answering it is averaged: 512 values. Of a store that holds clips alone, all are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vcop.loading.clip_datasets import TestClips
from vcop.loading.inputs import prepare_clips
from vcop.networks.backbone import Backbone
from vcop.runtime.progress import Progress
from vcop.training import distributed
from vcop.training.session import ModelSession

SPLIT = 1
VIDEOS_A_BATCH = 4


def max_pool(maps: Tensor) -> Tensor:
    """Max pooling in space with kernel = stride = max(1, floor(n / 3)) on an n x n map; smaller maps than 3x3 are kept.

    Shape: (B, C, L, n, n) -> (B, C * L * m * m), m = 3 for n = 7, 14, 28, 56.
    """
    k = max(1, maps.shape[-1] // 3)
    return nn.functional.max_pool3d(maps, (1, k, k)).flatten(1)


def average_pool(maps: Tensor) -> Tensor:
    """The mean over time and space, which is what the networks' own heads see. Shape: (B, C, L, n, n) -> (B, C)."""
    return maps.mean((2, 3, 4))


POOLINGS: dict[str, Callable[[Tensor], Tensor]] = {"max": max_pool, "mean": average_pool}


@torch.no_grad()
def _pooled(
    backbone: Backbone, session: ModelSession, clips: TestClips, layers: list[str], pooled: Callable[[Tensor], Tensor]
) -> Iterator[dict[str, NDArray[Any]]]:
    """Pooled maps of a few videos at a time: layer to (videos, clips, values)."""
    prepare, where = prepare_clips(session.inputs, session.compute), session.group.device
    with Progress("extract", len(clips), "video") as progress:
        for sample in session.batches(clips, VIDEOS_A_BATCH).once():
            inputs, _ = prepare(sample, where)
            with distributed.autocast(where, session.compute):
                maps = backbone.maps(inputs, layers)
            progress.advance(len(sample["video"]))
            found = {
                layer: pooled(m).float().unflatten(0, (-1, clips.clips)).cpu().numpy().astype(np.float32)
                for layer, m in maps.items()
            }
            for layer, values in found.items():
                if not np.isfinite(values).all():
                    raise ValueError(
                        f"{layer} of {', '.join(sample['video'])} holds values that are not finite: other precision?"
                    )
            yield found
