"""What the training verbs share: their flags, their lists of videos, and the files beside the weights."""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

import torch
from torch import Tensor, nn

from vcop import __version__
from vcop.config.options import (
    ComputeOptions,
    FrameOptions,
    InputOptions,
    LoopOptions,
    MachineOptions,
    NetworkOptions,
    Options,
    identity,
)
from vcop.loading.clip_datasets import Batches, Sample, Samples
from vcop.loading.transforms import crop_and_scale
from vcop.runtime.atomic_files import write_result, write_text
from vcop.sampling.seeding import seed_of
from vcop.storage import weights
from vcop.storage.frame_store import FrameStore, Video
from vcop.training import checkpoints, distributed
from vcop.training.distributed import Group
from vcop.training.trainer import Prepare, Trainer


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every verb that runs a network over a frame store."""
    parser.add_argument("--frames", type=Path, required=True, help="the frame store (.h5)")
    parser.add_argument("--network", required=True, help="c3d, r3d or r21d")
    for section in (FrameOptions, InputOptions, NetworkOptions, ComputeOptions, MachineOptions):
        section.add_flags(parser)


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of every verb that trains."""
    add_common_arguments(parser)
    parser.add_argument("--start", type=Path, required=True, help="weights to start from (.safetensors)")
    parser.add_argument(
        "--validation-videos", type=int, default=800, help="training videos set aside, a fifth of them at most"
    )
    parser.add_argument("--seed", type=int, required=True, help="decides every draw of this run")
    parser.add_argument("--restart", action="store_true", help="begin anew instead of going on from a saved state")
    parser.add_argument("--out", type=Path, required=True, help="the weights (.safetensors); history and so on go beside them")


@dataclass(frozen=True)
class Place:
    """Where a verb computes: the options of the machine, the device, and the processes that share the work."""

    compute: ComputeOptions
    machine: MachineOptions
    group: Group

    @classmethod
    def from_flags(cls, arguments: argparse.Namespace, *, shared: bool = False) -> Self:
        """Start what processes share the work (``shared``), and set the number of threads of each.

        Raises ValueError where something does not fit.
        """
        machine, compute = MachineOptions.from_flags(arguments), ComputeOptions.from_flags(arguments)
        if machine.gpus * machine.nodes > 1 and not shared:
            count = f"gpus: {machine.gpus}" if machine.gpus > 1 else f"nodes: {machine.nodes}"
            raise ValueError(f"machine.{count}, but only pretraining can share its work")
        more = cls.more_from_flags(arguments)
        torch.set_num_threads(compute.torch_threads)
        return cls(compute=compute, machine=machine, group=distributed.start(machine), **more)

    @classmethod
    def more_from_flags(cls, arguments: argparse.Namespace) -> dict[str, Any]:
        """The fields of a subclass, looked at before anything is started."""
        return {}

    def batches(self, data: Samples, batch_size: int, seed: int | None = None, **more: Any) -> Batches:
        """Batches as this machine loads them."""
        machine = self.machine
        return Batches(data, batch_size, machine.workers, seed, wait_minutes=machine.wait_minutes, **more)


@dataclass(frozen=True)
class Setup(Place):
    """What every verb over frames begins with besides: the store, checked against the study, and the options of its sections."""

    store: FrameStore
    network: str
    inputs: InputOptions
    nets: NetworkOptions

    @classmethod
    def more_from_flags(cls, arguments: argparse.Namespace) -> dict[str, Any]:
        """Open the store. Raises ValueError where it does not fit the study."""
        return {
            "store": FrameStore(arguments.frames, FrameOptions.from_flags(arguments)),
            "network": arguments.network,
            "inputs": InputOptions.from_flags(arguments),
            "nets": NetworkOptions.from_flags(arguments),
        }

    def identity(self, *sections: Options, **more: Any) -> dict[str, Any]:
        """What a result of this verb depends on."""
        mine = {"network": self.network, "frames": self.store.digest}
        return identity(self.inputs, self.nets, self.compute, *sections, **mine, **more)


def set_aside(videos: Sequence[Video], count: int, seed: int, where: str) -> tuple[list[Video], list[Video]]:
    """Training and validation videos: the ``count`` whose names draw the lowest numbers (CVPR 2019, 4: 800).

    A fifth of the videos at most, for small studies and long windows. The draw depends on (seed, video) alone, so tasks that can
    use fewer videos share most of the list. Raises ValueError where there are too few videos.
    """
    if count < 1:
        raise ValueError(f"validation-videos: {count} is below 1, so that no best weights could be chosen")
    if len(videos) < 5:
        raise ValueError(f"{where}: only {len(videos)} training videos can be used at all, at least 5 are needed")
    ranked = sorted(videos, key=lambda video: seed_of("validation", seed, video.name))
    chosen = {video.name for video in ranked[: min(count, len(videos) // 5)]}
    return [v for v in videos if v.name not in chosen], [v for v in videos if v.name in chosen]


class Named(Protocol):
    """A video of a store, or a question."""

    @property
    def name(self) -> str:
        """By which lists and logs call it."""


T = TypeVar("T", bound=Named)


@dataclass(frozen=True)
class Lists(Generic[T]):
    """What a training uses: videos, or questions about them (``of``)."""

    training: Sequence[T]
    validation: Sequence[T]
    test: Sequence[T]
    of: str = "videos"

    def say(self, name: str) -> None:
        """In the log."""
        counts = self.counts
        print(
            f"{name}: {counts['training']} {self.of} to train on, {counts['validation']} to validate, {counts['test']} to test"
        )

    @property
    def counts(self) -> dict[str, int]:
        """For the provenance file, where tables find them."""
        return {"training": len(self.training), "validation": len(self.validation), "test": len(self.test)}

    @property
    def digests(self) -> dict[str, str]:
        """What ties a result to its lists."""
        return {"training": names_digest(self.training), "validation": names_digest(self.validation)}


@dataclass(frozen=True)
class Run:
    """A training of a verb: what it is called, where its files go and what its result depends on."""

    setup: Place
    options: LoopOptions
    lists: Lists[Any]
    name: str
    out: Path
    seed: int
    restart: bool
    identity: dict[str, Any]

    def trainer(self, model: nn.Module, train: Samples, validation: Samples, prepare: Prepare, **more: Any) -> Trainer:
        """The loop, on batches of ``train`` and ``validation``; ``more`` are further fields of ``Trainer``."""
        setup, options = self.setup, self.options
        share = {"rank": setup.group.rank, "size": setup.group.size}
        batch = options.batch_size
        return Trainer(
            model=model,
            train=setup.batches(train, batch, self.seed, accumulate=options.accumulate, **share),
            validation=setup.batches(validation, batch, **share),
            prepare=prepare,
            loop=options,
            compute=setup.compute,
            machine=setup.machine,
            group=setup.group,
            seed=self.seed,
            folder=self.out.parent,
            fingerprint=checkpoints.fingerprint(self.identity),
            name=self.name,
            restart=self.restart,
            **more,
        )

    def write(self, trainer: Trainer, counts: dict[str, Any] | None = None, **about: str) -> None:
        """The weights, last, and what stands beside them: the validation list and the provenance, with more ``counts``.

        After that another process may write here.
        """
        folder = self.out.parent
        write_text(folder / "validation.txt", "".join(f"{v.name}\n" for v in self.lists.validation))
        counted = {self.lists.of: self.lists.counts} | (counts or {})
        write_provenance(folder / "provenance.json", self.identity, trainer.seconds, counted, self.setup.group.size)
        weights.save(self.out, trainer.model.state_dict(), seed=str(self.seed), **about)
        trainer.lease.release()


def say_looped(videos: Sequence[Video], clip_length: int) -> None:
    """The stated rule for videos shorter than a clip, in the log."""
    for video in videos:
        if video.count < clip_length:
            print(f"{video.name}: {video.count} frames, fewer than a clip's {clip_length}: it is looped from its first frame")


def names_digest(videos: Sequence[Named]) -> str:
    """A digest of a list of videos or questions."""
    return hashlib.sha256("\n".join(v.name for v in videos).encode(errors="surrogateescape")).hexdigest()


def prepare_tuples(options: InputOptions, compute: ComputeOptions) -> Prepare:
    """Samples of T clips to inputs (B, T, 3, L, c, c) and labels (B,)."""
    return partial(_prepare, options=options, channels_last=compute.channels_last, single=False)


def prepare_clips(options: InputOptions, compute: ComputeOptions) -> Prepare:
    """Samples of T clips to inputs (B * T, 3, L, c, c) and labels (B,)."""
    return partial(_prepare, options=options, channels_last=compute.channels_last, single=True)


def _prepare(
    sample: Sample, device: torch.device, options: InputOptions, channels_last: bool, single: bool
) -> tuple[Tensor, Tensor]:
    frames: Tensor = sample["frames"]
    moved = frames.to(device, non_blocking=True).flatten(0, 1)
    clips = crop_and_scale(moved, sample["corners"].flatten(0, 1), options, channels_last)
    return clips if single else clips.unflatten(0, frames.shape[:2]), sample["label"].to(device)


def write_provenance(path: Path, identity: dict[str, Any], seconds: float, counts: dict[str, Any], gpus: int) -> None:
    """What made the files beside it: code, versions, machine, and all that the result depends on."""
    here = Path(__file__).parent
    git = subprocess.run(["git", "-C", here, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    machine = {"host": platform.node(), "system": platform.platform(), "processor": platform.machine(), "gpu": gpu}
    about = {
        "vcop": __version__,
        "commit": git.stdout.strip() or None,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "machine": machine | {"gpus": gpus},
        "training_seconds": round(seconds, 1),
        "identity": identity,
    } | counts
    write_result(path, json.dumps(about, indent=1, default=str) + "\n")
