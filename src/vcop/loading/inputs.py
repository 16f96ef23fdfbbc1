"""Inputs and labels of a network from batches of stored frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from vcop.config.options import ComputeOptions, InputOptions
from vcop.loading.samples import Sample
from vcop.loading.transforms import crop_and_scale
from vcop.storage.frame_store import Video


def print_looped(videos: Sequence[Video], clip_length: int) -> None:
    """Print which videos are shorter than a clip, and what is done with them."""
    for video in videos:
        if video.count < clip_length:
            print(f"{video.name}: {video.count} frames, fewer than a clip's {clip_length}: it is looped from its first frame")


def prepare_tuples(options: InputOptions, compute: ComputeOptions, alter: AlterClips | None = None) -> PrepareBatch:
    """Return a function from samples of T clips to inputs (B, T, 3, L, c, c) and labels (B,).

    Args:
        options: What enters the network.
        compute: Memory layout.
        alter: Changes the inputs of a batch: the function of a pretext task, see ``PretextTask.alter``.
    """
    prepare = partial(_prepare, options=options, channels_last=compute.channels_last, single=False)
    return prepare if alter is None else partial(_prepare_altered, prepare=prepare, alter=alter)


def prepare_clips(options: InputOptions, compute: ComputeOptions) -> PrepareBatch:
    """Return a function from samples of T clips to inputs (B * T, 3, L, c, c) and labels (B,)."""
    return partial(_prepare, options=options, channels_last=compute.channels_last, single=True)


def _prepare(
    sample: Sample, device: torch.device, options: InputOptions, channels_last: bool, single: bool
) -> tuple[Tensor, Tensor]:
    frames: Tensor = sample["frames"]
    moved = frames.to(device, non_blocking=True).flatten(0, 1)
    clips = crop_and_scale(moved, sample["corners"].flatten(0, 1), options, channels_last)
    return clips if single else clips.unflatten(0, frames.shape[:2]), sample["label"].to(device, non_blocking=True)


def _prepare_altered(sample: Sample, device: torch.device, prepare: PrepareBatch, alter: AlterClips) -> tuple[Tensor, Tensor]:
    clips, labels = prepare(sample, device)
    more = sample.get("more", torch.empty(len(labels), 0))
    return alter(clips, labels, more.to(device)), labels


AlterClips = Callable[[Tensor, Tensor, Tensor], Tensor]  # of inputs, labels and the further numbers of a draw
PrepareBatch = Callable[[Sample, torch.device], tuple[Any, Tensor]]  # what the model takes, and the labels
