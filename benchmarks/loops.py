"""The two training loops that benchmarks/train.py times: that of our trainer, and the plain one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks import plain
from vcop.config.options import ComputeOptions, MachineOptions
from vcop.config.study import Study
from vcop.datasets.splits import SPLITS, TRAIN
from vcop.datasets.splits import OfficialSplits as Roles
from vcop.loading.batches import Batches
from vcop.loading.clip_datasets import FixedTuples, TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.networks.registry import build_backbone
from vcop.pretext import order_prediction
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore
from vcop.storage.frame_writer import DecodedVideo, encode_frame, write_store
from vcop.training.distributed import Group
from vcop.training.run import TrainingRun
from vcop.training.session import ModelSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits

TASK, CLIPS, BATCHES = Task.parse("16-8-3"), 3, 3
PLAIN = "plain loop"
AGREE = 1e-3  # greatest difference of losses: different algorithms round differently


@dataclass
class Loop:
    """A way to train: ``step`` takes the number of a batch and returns the loss. ``memory``: GiB on a GPU."""

    step: Callable[[int], float]
    precision: str
    losses: list[float] = field(default_factory=list)
    memory: float = 0.0


class Bench:
    """Networks and inputs of a study on a device, and the number of steps to time. The videos are noise.

    Attributes:
        clock: Counts the seconds; ``time.thread_time`` counts the CPU time of the main thread.
    """

    clock: Callable[[], float] = staticmethod(time.perf_counter)

    def __init__(
        self, name: str, study: Study, device: torch.device, scratch: Path, batch: int, steps: int, threads: int
    ) -> None:
        self.name, self.study, self.device, self.scratch = name, study, device, scratch
        self.batch, self.steps, self.threads = batch, steps, threads
        self.store = self._store()
        tuples = TrainingTuples(self.store, self.store.videos, TASK, study.input, seed=0, shared_crop=False)
        self.batches = Batches(tuples, batch, 0, seed=0)
        self.samples = list(self.batches.epoch(0))

    def _store(self) -> FrameStore:
        rng, lists, options = np.random.default_rng(0), Roles(["a"]), replace(self.study.frames, codec="raw")
        videos = []
        for n in range(BATCHES * self.batch):
            name, pixels = f"a/{n}.avi", rng.integers(0, 256, (TASK.window + n, options.height, options.width, 3), np.uint8)
            for split in SPLITS:
                lists.add(name, 0, split, TRAIN, "here")
            data = np.frombuffer(b"".join(encode_frame(frame, options) for frame in pixels), np.uint8)
            videos.append(DecodedVideo(name, data, np.full(len(pixels), pixels[0].size), len(pixels)))
        path, total = self.scratch / f"{self.name}.h5", sum(len(video.data) for video in videos)
        write_store(path, iter(videos), total, lists, "ucf101", options, "benchmark")
        return FrameStore(path)

    def trainer(self, network: str, mode: str) -> Trainer:
        """Return the trainer that `vcop pretrain` makes, but without dropout."""
        words, study = mode.split(), self.study
        compute = ComputeOptions(
            torch_threads=self.threads,
            precision="bf16" if "bf16" in words else "fp32",
            channels_last="contiguous" not in words,
            flat="3d" not in words,
            compile="compile" in words,
            recompute="recompute" in words,
        )
        options = replace(study.pretrain, joint_batchnorm="joint" in words, dropout=0.0, batch_size=self.batch)
        where: dict[str, Any] = {"machine": MachineOptions(device=self.device.type), "group": Group(self.device)}
        what: dict[str, Any] = {"network": network, "inputs": study.input, "nets": study.network}
        setup = ModelSession(compute=compute, store=self.store, **where, **what)
        model = order_prediction.build_order_network(network, study.network, options, CLIPS, seed=0)
        model.backbone.load_state_dict(build_backbone(network, study.network, seed=0).state_dict())
        model.backbone.tune(compute)
        folder = self.scratch / f"{self.name}-{network}-{mode}-{time.monotonic_ns()}"
        folder.mkdir()
        lists = TrainingSplits(self.store.videos, self.store.videos, self.store.videos)
        run = TrainingRun(setup, options, lists, "benchmark", folder / "model.safetensors", 0, True, {})
        tests = FixedTuples(self.store, self.store.videos, TASK, study.input)
        return run.trainer(model, self.batches.data, tests, prepare_tuples(study.input, compute), clips=CLIPS)

    def ours(self, network: str, mode: str) -> Loop:
        """Return the loop of our trainer: a step leads from uint8 frames in memory to new weights."""
        trainer, places = self.trainer(network, mode), list(range(self.batch))

        def step(number: int) -> float:
            # Each step sets this anew, since it holds for the whole process, and loops take turns.
            torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = "tf32" in mode
            before = trainer.progress.loss
            trainer.step(self.samples[number], places)  # an update without validation or files
            return (trainer.progress.loss - before) / self.batch

        return Loop(step, next(word for word in ("bf16", "tf32", "fp32") if word in mode))

    def plain(self, network: str) -> Loop:
        """Return the plain loop. Its clips are converted to floats before it starts."""
        prepare = prepare_tuples(self.study.input, ComputeOptions(channels_last=False))
        ready = [prepare(sample, torch.device("cpu")) for sample in self.samples]
        model = plain.Plain(network, self.trainer(network, "fp32").model)
        by = plain.optimiser(model, self.study.pretrain)

        def step(number: int) -> float:
            torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
            clips, labels = (x.to(self.device) for x in ready[number])
            return plain.step(model, by, clips, labels)[0]

        return Loop(step, "fp32")

    def timed(self, loop: Loop) -> float:
        """Return the tuples per second of some steps. The very first step of a loop is slow and is not timed."""
        if not loop.losses:
            loop.losses.append(loop.step(0))
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        start = now(self.device, self.clock)
        for _ in range(self.steps):
            loop.losses.append(loop.step(len(loop.losses) % BATCHES))
        seconds = now(self.device, self.clock) - start
        if self.device.type == "cuda":
            loop.memory = torch.cuda.max_memory_allocated() / 2**30
        return self.steps * self.batch / seconds

    def agree(self, network: str, loops: dict[str, Loop]) -> None:
        """Raise ValueError if the fp32 losses of both loops differ for the same seed, or the losses of two runs of ours.

        Only the networks of the embedded study, which are small, run twice.
        """
        for mode, loop in loops.items():
            if mode in {"fp32", "fp32 contiguous", PLAIN}:
                loop.losses.append(loop.step(0))
        plain_loss = loops[PLAIN].losses[0]
        for mode, loop in loops.items():
            if loop.losses and not abs(loop.losses[0] - plain_loss) <= AGREE:
                raise ValueError(f"{network}, {mode}: the first loss is {loop.losses[0]}, that of the {PLAIN} {plain_loss}")
        if self.name == "embedded" and "fp32" in loops:
            once, again = loops["fp32"], self.ours(network, "fp32")
            once.losses += [once.step(1), once.step(2)]
            again.losses = [again.step(number) for number in range(BATCHES)]
            if once.losses != again.losses:
                raise ValueError(f"{network}: two runs of the same seed have the losses {once.losses} and {again.losses}")


def now(device: torch.device, clock: Callable[[], float] = time.perf_counter) -> float:
    """Wait until the GPU has finished its work, and return the time in seconds."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return clock()
