"""How fast this machine is: seconds that a training tuple and a decoded frame take, measured in a few seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import torch
from torch import nn

from vcop.config.data_options import FrameOptions
from vcop.config.options import ComputeOptions
from vcop.own_videos.sizes import Sizes
from vcop.pretext.order_prediction import build_order_network
from vcop.sampling.tasks import Task
from vcop.training import distributed
from vcop.training.optimisers import make_optimiser
from vcop.video import ffmpeg
from vcop.video.ffmpeg_report import UnreadableVideoError

WARM, TIMED = 2, 6  # steps of training; the fastest counts, since other programs may be running
DECODED, FRAMES = 3, 1000  # videos, and frames of each at most
LOADING = 1.25  # reading and cropping frames takes a quarter of the time beside the network


def tuple_seconds(sizes: Sizes, network: str, task: str, device: str) -> float:
    """Return the seconds that a training tuple takes, measured on random clips.

    Args:
        sizes: Sizes of clips and network.
        network: Name of the backbone.
        task: The pretext task.
        device: "cpu" or "cuda".
    """
    options, parsed = sizes.pretrain, Task.parse(task)
    before = torch.get_num_threads()
    torch.set_num_threads(ComputeOptions.torch_threads)
    try:
        model = build_order_network(network, sizes.network, options, parsed.tuple_length, seed=0).to(device)
        distributed.set_layout(model, ComputeOptions())
        optimiser, loss = make_optimiser(model.parameters(), options), nn.CrossEntropyLoss()
        frames = -(-parsed.clip_length // sizes.input.frame_stride)
        shape = (options.batch_size, parsed.tuple_length, 3, frames, sizes.input.crop, sizes.input.crop)
        clips, labels = torch.rand(shape, device=device), torch.zeros(options.batch_size, dtype=torch.long, device=device)
        seconds = []
        for _ in range(WARM + TIMED):
            start = time.perf_counter()
            optimiser.zero_grad()
            loss(model(clips), labels).backward()
            optimiser.step()
            if device == "cuda":
                torch.cuda.synchronize()
            seconds.append(time.perf_counter() - start)
        return LOADING * min(seconds[WARM:]) / options.batch_size
    finally:
        torch.set_num_threads(before)


def frame_seconds(videos: Sequence[Path], options: FrameOptions) -> float:
    """Return the seconds of one core in which a frame is decoded and resized, measured on a few of the videos.

    Args:
        videos: The videos; a few evenly spread ones are decoded.
        options: Size of the frames.
    """
    frames, start = 0, time.perf_counter()
    for video in videos[:: max(1, len(videos) // DECODED)][:DECODED]:
        try:
            frames += sum(1 for _ in islice(ffmpeg.decode_frames(video, options), FRAMES))
        except UnreadableVideoError:  # decode names it
            continue
    return (time.perf_counter() - start) / max(1, frames)
