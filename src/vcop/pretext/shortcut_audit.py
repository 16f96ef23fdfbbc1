"""Shortcut audit: the cues by which a pretrained network orders clips, or answers another pretext task (not in the papers).

The test samples of the pretraining are changed in ways that keep their answer but remove or reverse a cue. A network that still
orders clips of repeated frames, or that fails without colour, has learned something other than motion. Reversing the frames turns the
answer of a task round that asks about their direction.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from vcop.config.options import PretrainOptions
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples
from vcop.loading.inputs import prepare_tuples
from vcop.loading.samples import Sample
from vcop.networks.heads import OrderNetwork
from vcop.pretext import order_prediction
from vcop.pretext.order_prediction import Prediction
from vcop.pretext.tasks.base import PretextTask
from vcop.runtime.progress import Progress
from vcop.sampling.clips import draw_corner
from vcop.sampling.seeding import generator
from vcop.training.session import ModelSession

HEADER = ("condition", *order_prediction.HEADER)
LUMA = (0.299, 0.587, 0.114)  # weights of R, G, B (ITU-R BT.601)


def audit_network(
    session: ModelSession, options: PretrainOptions, task: PretextTask, weights: Path
) -> dict[str, list[Prediction]]:
    """Predict the answers of all test samples under every condition.

    Args:
        session: Frame store, network and where to compute.
        options: Options of the pretraining.
        task: The pretext task.
        weights: The pretrained network (.safetensors).

    Returns:
        The predictions by condition, see ``CONDITIONS``; those of ``plain`` are the test results of the pretraining.

    Raises:
        ValueError: If store, weights and options do not fit each other, or no test video is long enough.
    """
    _, test = order_prediction.usable_videos(session.store, task)
    model = order_prediction.open_pretrained(session, options, task, weights)
    # Batches as large as those of the pretraining, so that the plain condition gives the same bits as its test.
    tested = order_prediction.in_batches(task, test)
    batches = session.batches(FixedTuples(session.store, tested, task, session.inputs), options.batch_size)
    return audit_answers(model, batches, session, options.test_tuples, task)


@torch.no_grad()
def audit_answers(
    model: OrderNetwork, batches: Batches, session: ModelSession, tuples: int, task: PretextTask
) -> dict[str, list[Prediction]]:
    """Return the predictions for every sample by condition; each sample is read once.

    Args:
        model: The network, in evaluation mode.
        batches: The videos.
        session: What enters the network, and where to compute.
        tuples: Number of fixed samples of each video.
        task: The pretext task.
    """
    prepare, device = prepare_tuples(session.inputs, session.compute, task.alter), session.group.device
    predictions: dict[str, list[Prediction]] = {condition: [] for condition in CONDITIONS}
    with Progress("audit", tuples * len(batches.data), "tuple") as progress:
        for number, sample in order_prediction.fixed_batches(batches, tuples):
            for condition, change in CONDITIONS.items():
                inputs, labels = prepare(change(sample, session.inputs.crop), device)
                answers = order_prediction.answers(model, inputs, labels, task, session.compute)
                predictions[condition] += order_prediction.make_predictions(sample["video"], number, *answers)
            progress.advance(len(sample["video"]))
    return predictions


# The conditions. Each takes a batch of ``vcop.loading.clip_datasets``, with frames (B, T, L, H, W, 3) and corners of the crops
# (B, T, 2), and the width of a crop in pixels. It returns a changed copy.


def plain(sample: Sample, crop: int) -> Sample:
    """Change nothing: the test of the pretraining."""
    return sample


def still(sample: Sample, crop: int) -> Sample:
    """Replace every frame of a clip by its first one: no motion within a clip."""
    frames: Tensor = sample["frames"]
    return sample | {"frames": frames[:, :, :1].expand_as(frames)}


def grey(sample: Sample, crop: int) -> Sample:
    """Replace all three channels by the luma: no colour."""
    frames: Tensor = sample["frames"]
    luma = (frames * torch.tensor(LUMA)).sum(-1, keepdim=True).round().to(torch.uint8)
    return sample | {"frames": luma.expand_as(frames)}


def reverse(sample: Sample, crop: int) -> Sample:
    """Reverse the frames within every clip, but not the clips: motion points the other way."""
    return sample | {"frames": sample["frames"].flip(2)}


def own_crops(sample: Sample, crop: int) -> Sample:
    """Draw a random crop for each clip, as in training: positions cannot be compared between clips."""
    return sample | {"corners": draw_corners(sample, crop, shared=False)}


def shared_crop(sample: Sample, crop: int) -> Sample:
    """Draw one random crop for all clips of a tuple: positions can be compared. Only its place differs from the plain crop."""
    return sample | {"corners": draw_corners(sample, crop, shared=True)}


def draw_corners(sample: Sample, crop: int, *, shared: bool) -> Tensor:
    """Return the corners of random crops, which depend on the video's name only. A shared corner is that of the first clip.

    Shape:
        (B, T, 2), top and left in pixels.
    """
    _, clips, _, height, width, _ = sample["frames"].shape
    drawn = []
    for video in sample["video"]:
        rng = generator("audit crop", video)
        own = [draw_corner(height, width, crop, rng) for _ in range(clips)]
        drawn.append(own[:1] * clips if shared else own)
    return torch.tensor(drawn)


CONDITIONS: dict[str, Callable[[Sample, int], Sample]] = {
    "plain": plain,
    "still": still,
    "grey": grey,
    "reversed": reverse,
    "own-crops": own_crops,
    "shared-crop": shared_crop,
}
