"""Part 6: R3D learns the order of clips with the papers' own optimiser, rate and head, on synthetic videos rendered in memory."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import factorial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import default_collate

from benchmarks import timing
from benchmarks.gpu import films
from benchmarks.gpu.context import Context, arithmetic
from benchmarks.gpu.films import Films
from benchmarks.gpu.report import curve_table
from benchmarks.loops import CLIPS, TASK
from vcop.config.options import ComputeOptions, MachineOptions
from vcop.loading.clip_datasets import Clips, FixedTuples, TrainingTuples
from vcop.loading.inputs import prepare_tuples
from vcop.loading.samples import Sample
from vcop.networks.registry import build_backbone
from vcop.pretext import order_prediction
from vcop.runtime.process_pool import available_cores
from vcop.stats.proportions import wilson_interval
from vcop.storage.frame_store import Video
from vcop.training.distributed import Group
from vcop.training.run import TrainingRun
from vcop.training.session import ComputeSession
from vcop.training.trainer import Trainer
from vcop.training.validation_split import TrainingSplits

PART, NETWORK = "learning", "r3d"
CHANCE = 100 / factorial(CLIPS)
LOOKS, TESTED = 72, 12  # of 13 videos each: 780 to train on, 156 for tests, 6.6 GB
WINDOW = 2000  # tuples of a point of the curve
RESERVE = 6.0  # seconds for the test at the end


@dataclass
class ResidentStore:
    """Frames in the device's memory, with what samples ask of a frame store."""

    path: Path
    height: int
    width: int
    frames: Tensor

    @classmethod
    def of(cls, made: Films, device: torch.device) -> ResidentStore:
        """Copy rendered videos to a device."""
        return cls(made.path, made.height, made.width, torch.from_numpy(made.frames).to(device))


class Resident(Clips):
    """Mixin: samples whose frames never leave the device."""

    def __getitem__(self, key: Any) -> Sample:
        epoch, index = key
        video = self.videos[index]
        clips, corners, label, _ = self.draw(video, epoch)
        wanted = torch.tensor(clips) + video.first
        store: Any = self.store
        frames = store.frames[wanted.to(store.frames.device)]
        return {"frames": frames, "corners": torch.tensor(corners), "label": label, "video": video.name}


class ResidentTraining(Resident, TrainingTuples):
    """A new tuple of every video each epoch."""


class ResidentTests(Resident, FixedTuples):
    """Fixed tuples with the central crop."""


def run(context: Context) -> None:
    """Render the videos, train until the time is over, and test on videos of other looks."""
    start = time.monotonic()
    size = context.study.frames
    looks, tested = (3, 1) if context.tiny else (fitting_looks(context), TESTED)
    made = films.render(context.scratch, looks, tested, size.height, size.width, 1 if context.tiny else available_cores())
    context.line(f"rendered {films.describe(made)}")
    context.report.keep(PART, videos=films.describe(made), render_seconds=time.monotonic() - start)
    seconds = time.monotonic() - start
    context.report.row(PART, "videos rendered in memory", films.describe(made).replace('"', ""), seconds, films.render)
    with context.as_checked(NETWORK):
        trainer, tests = make_trainer(context, made)
    train(context, trainer, tests, time.monotonic())


def fitting_looks(context: Context) -> int:
    """Return how many looks fit into a third of the device's free memory, but at least as many to train on as to test."""
    if not context.gpu:
        return LOOKS
    size = context.study.frames
    video = size.height * size.width * 3 * (films.SHORTEST + films.LONGEST) / 2
    free, _ = torch.cuda.mem_get_info(context.device)
    return max(2 * TESTED, min(LOOKS, int(free / 3 / (video * len(films.MOTIONS)))))


def make_trainer(context: Context, made: Films) -> tuple[Trainer, ResidentTests]:
    """Return the trainer of `vcop pretrain` with all options of the papers' study, in bf16, and the tuples of the test."""
    study = replace(context.study, compute=ComputeOptions(precision="bf16" if context.gpu else "fp32"))
    options = replace(study.pretrain, batch_size=context.batch)
    store: Any = ResidentStore.of(made, context.device)
    training = ResidentTraining(store, made.training, TASK, study.input, seed=0)
    tests = ResidentTests(store, made.test, TASK, study.input)
    session = ComputeSession(study.compute, MachineOptions(device=context.device.type), Group(context.device))
    model = order_prediction.build_order_network(NETWORK, study.network, options, CLIPS, seed=0)
    model.backbone.load_state_dict(build_backbone(NETWORK, study.network, seed=0).state_dict())
    lists: TrainingSplits[Video] = TrainingSplits(made.training, made.test, made.test)
    folder = context.scratch / PART
    folder.mkdir()
    job = TrainingRun(session, options, lists, PART, folder / "model.safetensors", 0, True, {})
    return job.trainer(model, training, tests, prepare_tuples(study.input, study.compute), clips=CLIPS), tests


def train(context: Context, trainer: Trainer, tests: ResidentTests, start: float) -> None:
    """Train and keep the curve; every point is written to the report, so that a run that is cut has its curve."""
    points: list[dict[str, float]] = []
    context.report.keep(PART, curve=points, chance=CHANCE)
    window = 4 * context.batch if context.tiny else WINDOW
    with arithmetic("tf32"):
        while not points or (context.clock.left() > RESERVE and len(points) < (3 if context.tiny else 10**6)):
            points.append(point(context, trainer, window, start))
            if len(points) % 5 == 1:
                last = points[-1]
                context.line(f"{last['tuples']:.0f} tuples, loss {last['loss']:.4f}, {last['accuracy']:.1f} % in order")
                draw_curve(context, points)
        conclude(context, trainer, tests, points, time.monotonic() - start)


def point(context: Context, trainer: Trainer, window: int, start: float) -> dict[str, float]:
    """Train on about ``window`` tuples. Returns the mean loss and accuracy of these, and the position."""
    now, batches = trainer.progress, trainer.train
    seen = loss = right = 0.0
    while seen < window and (not seen or context.clock.left() > RESERVE):
        if now.step >= len(batches):
            now.epoch, now.step = now.epoch + 1, 0
        before = now.loss, now.right
        indices = batches.index_batches(now.epoch, now.step)[0]
        trainer.step(default_collate([batches.data[now.epoch, index] for index in indices]), indices)
        seen, loss, right = seen + len(indices), loss + now.loss - before[0], right + now.right - before[1]
    done = now.epoch * len(batches.data) + min(now.step * batches.batch_size, len(batches.data))
    passed = {"tuples": float(done), "seconds": time.monotonic() - start}
    return passed | {"loss": loss / seen, "accuracy": 100 * right / seen}


def conclude(context: Context, trainer: Trainer, tests: ResidentTests, points: list[dict[str, float]], seconds: float) -> None:
    """Test on videos of other looks, and say whether the training has left chance."""
    loss, accuracy = trainer.evaluate(trainer.validation)
    count, last = len(tests), points[-1]
    low, high = wilson_interval(100 * accuracy, count)
    window = last["tuples"] - (points[-2]["tuples"] if len(points) > 1 else 0)
    trained = wilson_interval(last["accuracy"], max(1.0, window))
    left = trained[0] > CHANCE
    keep = {"test_accuracy": 100 * accuracy, "test_loss": loss, "test_interval": [low, high], "left_chance": left}
    precision = trainer.compute.precision
    context.report.keep(PART, **keep, precision=precision, seconds_of_training=seconds)
    rate = last["tuples"] / max(1e-9, seconds)
    said = f"{last['tuples']:.0f} tuples in {precision}, {timing.number(rate)} a second; of the last {window:.0f} in training"
    said += f" {last['accuracy']:.1f} % in order [{trained[0]:.1f}, {trained[1]:.1f}], chance {CHANCE:.1f}: "
    context.report.row(
        PART, "R3D, the papers' settings", said + ("left chance" if left else "still at chance"), seconds, train
    )
    said = f"{100 * accuracy:.1f} % of {count} tuples in order [{low:.1f}, {high:.1f}], loss {loss:.3f}"
    context.report.row(PART, "R3D, videos of looks not trained on", said, 0.0, conclude)
    draw_curve(context, points)


def draw_curve(context: Context, points: list[dict[str, float]]) -> None:
    """Write the curve into the report as a table."""
    columns = {"tuples": "tuples", "seconds": "seconds", "loss": "loss", "accuracy": "in order, %"}
    about = "SGD, rate 0.001, momentum 0.9, weight decay 0.0005, dropout 0.5, BatchNorm per clip position; training tuples."
    context.report.section("Learning: R3D on rendered videos", about, curve_table(points, columns))
