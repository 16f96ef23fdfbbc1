"""Sizes of frames, crops and networks that suit a machine, and the epochs that fit into a time.

Optimiser and heads are those of the embedded study (config.yaml, docs/deviations.md): at small size and with few videos the papers' own
stay at chance for longer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vcop.config.data_options import FrameOptions
from vcop.config.options import FinetuneOptions, InputOptions, MachineOptions, NetworkOptions, PretrainOptions
from vcop.sampling.tasks import Task

TUPLES = {"cpu": 60_000, "cuda": 200_000}  # training tuples after which little more is learned from a few hundred videos
FEWEST = 20_000  # with fewer, networks often stay at chance
MINUTES = {"cpu": 20.0, "cuda": 60.0}  # of the whole study
CLIPS = 15_000  # training clips of fine-tuning
RECIPE = {
    "optimiser": "adamw", "schedule": "cosine", "warmup": 0.02, "weight_decay": 0.05, "dropout": 0.0, "head_batchnorm": True,
    "joint_batchnorm": True, "shared_crop": True, "test_tuples": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """Options of a study that depend on the machine."""

    frames: FrameOptions
    input: InputOptions
    network: NetworkOptions
    machine: MachineOptions
    pretrain: PretrainOptions
    finetune: FinetuneOptions


def choose_sizes(device: str, cores: int, task: str) -> Sizes:
    """Return the sizes for a machine, with one epoch.

    Args:
        device: "cpu" or "cuda".
        cores: CPU cores that may be used.
        task: The pretext task; of clips of 16 frames every second frame is used.
    """
    stride = max(1, Task.parse(task).clip_length // 8)
    small = device == "cpu"
    height, width, crop = (24, 32, 20) if small else (128, 171, 112)
    rate = 1.5e-3 if small else 5e-4
    return Sizes(
        FrameOptions(height=height, width=width),
        InputOptions(crop=crop, frame_stride=stride, input_mean=0.45, input_gain=4.0),
        NetworkOptions(multiplier=0.125 if small else 0.5),
        # One thread trains, another core reads: at this size two threads wait for one another more than they compute.
        MachineOptions(workers=min(max(cores - 1, 0), 1 if small else 8)),
        PretrainOptions(epochs=1, learning_rate=rate, **RECIPE),  # type: ignore[arg-type]
        FinetuneOptions(
            epochs=1, batch_size=16, optimiser="adamw", learning_rate=rate, schedule="cosine", warmup=0.05, weight_decay=0.05,
            head_batchnorm=True,
        ),
    )  # fmt: skip


def choose_epochs(videos: int, seconds_per_tuple: float, seconds: float, device: str) -> int:
    """Return the epochs of pretraining: enough for ``TUPLES``, unless the time allows fewer.

    Args:
        videos: Training videos.
        seconds_per_tuple: Seconds that a tuple takes in training.
        seconds: Seconds that pretraining may take.
        device: "cpu" or "cuda".
    """
    wanted = math.ceil(TUPLES[device] / max(1, videos))
    return max(1, min(wanted, int(seconds / (videos * seconds_per_tuple))))
