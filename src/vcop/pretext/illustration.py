"""``vcop illustrate``: one shuffled tuple through a trained order network, for a picture of it (Figure 2 of both papers).

The tuple is one of pretraining's test: of the test videos in a fixed draw the first of whose clips none is in its place. What the
network says of it does not enter the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples
from vcop.loading.inputs import prepare_tuples
from vcop.networks.heads import OrderNetwork
from vcop.sampling.clips import clip_indices
from vcop.sampling.seeding import seed_of
from vcop.storage.frame_store import Video
from vcop.training.session import ModelSession


def first_shuffled(videos: Sequence[Video], tuples: FixedTuples, where: str) -> Video:
    """The stated rule. Raises ValueError where every tuple has a clip in its place."""
    for video in sorted(videos, key=lambda video: seed_of("illustrate", video.name)):
        _, _, label = tuples.draw(video, 0)
        if all(place != clip for place, clip in enumerate(tuples.task.orders[label])):
            return video
    raise ValueError(
        f"{where}: each of the {len(videos)} test tuples has a clip in its place, so none is shown: add test videos"
    )


@torch.no_grad()
def illustrate_tuple(model: OrderNetwork, tuples: FixedTuples, session: ModelSession) -> dict[str, Any]:
    """The tuple of the only video: frames of the shuffled clips that enter the network, and the probability of every order.

    ``order``: places in time, from 0, in shuffled order; ``probabilities`` stand as in ``Task.orders``; ``crop``: top, left, size.
    """
    (sample,) = Batches(tuples, 1, 0, wait_minutes=session.machine.wait_minutes).once()
    inputs, labels = prepare_tuples(session.inputs, session.compute)(sample, session.group.device)
    (video,) = tuples.videos
    starts, corners, _ = tuples.draw(video, 0)
    clips = [clip_indices(start, tuples.clip_length, session.inputs.frame_stride, video.count) for start in starts]
    return {
        "video": video.name,
        "clips": [clip.tolist() for clip in clips],
        "crop": [*corners[0], session.inputs.crop],
        "order": list(tuples.task.orders[int(labels)]),
        "probabilities": [round(p, 6) for p in model(inputs).float().softmax(1)[0].tolist()],
    }
