"""Illustration: one shuffled tuple and what a trained order network predicts for it (for Figure 2 of both papers).

The tuple is one of the test tuples of the pretraining. Test videos are taken in a fixed random order; the first one is shown
whose tuple has no clip at its chronological position. What the network predicts has no influence on the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from vcop.config.options import PretrainOptions
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples
from vcop.loading.inputs import prepare_tuples
from vcop.networks.heads import OrderNetwork
from vcop.pretext import order_prediction
from vcop.pretext.tasks.order import Order
from vcop.sampling.seeding import seed_of
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import Video
from vcop.training.session import ModelSession


def illustrate(session: ModelSession, options: PretrainOptions, task: Task, weights: Path) -> dict[str, Any]:
    """Choose a test tuple and predict its order.

    Args:
        session: Frame store, network and where to compute.
        options: Options of the pretraining.
        task: The pretext task.
        weights: The pretrained order network (.safetensors).

    Returns:
        ``network``, ``task``, ``frames`` (digest of the frame store) and what ``illustrate_tuple`` returns, ready for JSON.

    Raises:
        ValueError: If store, weights and options do not fit each other, or no test tuple can be shown.
    """
    session.require_fit(weights, task.clip_length, task=str(task), head_batchnorm=options.head_batchnorm)
    _, test = order_prediction.usable_videos(session.store, task)
    tuples = FixedTuples(session.store, [], task, session.inputs)
    tuples.videos = [first_shuffled(test, tuples, task, order_prediction.describe_source(session.store, task))]
    model = order_prediction.load_pretrained(
        session.network, session.nets, options, Order(task), weights, session.group.device
    )
    about = {"network": session.network, "task": str(task), "frames": session.store.digest}
    return about | illustrate_tuple(model, tuples, task, session)


def first_shuffled(videos: Sequence[Video], tuples: FixedTuples, task: Task, source: str) -> Video:
    """Return the first video, in a fixed random order, whose tuple has no clip at its chronological position.

    Args:
        videos: The test videos.
        tuples: Gives the tuple of each video.
        task: The pretext task.
        source: How an error names the frame store and the task.

    Raises:
        ValueError: If there is none.
    """
    for video in sorted(videos, key=lambda video: seed_of("illustrate", video.name)):
        if all(position != clip for position, clip in enumerate(task.orders[tuples.draw(video, 0).label])):
            return video
    raise ValueError(
        f"{source}: each of the {len(videos)} test tuples has a clip at its chronological position, so none shows a full "
        "shuffle: add test videos"
    )


@torch.no_grad()
def illustrate_tuple(model: OrderNetwork, tuples: FixedTuples, task: Task, session: ModelSession) -> dict[str, Any]:
    """Predict the order of a tuple.

    Args:
        model: The order network, in evaluation mode.
        tuples: The tuple of a single video.
        task: The pretext task.
        session: What enters the network, and where to compute.

    Returns:
        - ``video``: its name.
        - ``clips``: the frames of the shuffled clips that enter the network.
        - ``crop``: top, left and size in pixels.
        - ``order``: chronological positions of the shuffled clips, counted from 0.
        - ``probabilities``: one for each order, in the sequence of ``Task.orders``.
    """
    # No loader processes for a single sample.
    (sample,) = Batches(tuples, 1, 0, wait_minutes=session.machine.wait_minutes).once()
    inputs, label = prepare_tuples(session.inputs, session.compute)(sample, session.group.device)
    (video,) = tuples.videos
    clips, corners, _, _ = tuples.draw(video, 0)
    return {
        "video": video.name,
        "clips": [list(clip) for clip in clips],
        "crop": [*corners[0], session.inputs.crop],
        "order": list(task.orders[int(label)]),
        "probabilities": [round(p, 6) for p in model(inputs).float().softmax(1)[0].tolist()],
    }
