"""What the parts of the GPU benchmark share: the device, the sizes, the clock, and the settings of PyTorch."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
import yaml

from benchmarks import hours
from benchmarks.gpu.report import Report
from benchmarks.loops import Bench
from vcop.config.data_options import FrameOptions
from vcop.config.options import InputOptions, NetworkOptions
from vcop.config.reader import build_study
from vcop.config.study import Study
from vcop.training import precision_check
from vcop.training.trainer import Trainer


@dataclass
class Clock:
    """Time of a part, which should end by itself when no seconds are left."""

    ends: float

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.ends - time.monotonic()


@dataclass
class Context:
    """Device, sizes and findings of a run of the benchmark.

    Args:
        device: Device that is checked and measured.
        scratch: Folder for temporary files.
        report: What the parts write to.
        tiny: Whether networks, clips and batches are small, for a test on a CPU.

    Attributes:
        clock: The time of the part that runs.
        moved: For each network, the layers that have to be computed in fp32 under bf16 (written by ``layers``).
    """

    device: torch.device
    scratch: Path
    report: Report
    tiny: bool
    clock: Clock = field(default_factory=lambda: Clock(time.monotonic() + 600))
    moved: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def study(self) -> Study:
        """The papers' study; with ``tiny`` at a sixteenth of the width, on clips of 8 frames of 32 pixels."""
        study = build_study(yaml.safe_load(hours.PAPERS.read_text()))
        if not self.tiny:
            return study
        small = {"network": NetworkOptions(multiplier=0.0625), "input": InputOptions(crop=32, frame_stride=2)}
        return replace(study, **small, frames=FrameOptions(height=60, width=64))

    @property
    def batch(self) -> int:
        """Tuples of a step."""
        return 2 if self.tiny else self.study.pretrain.batch_size

    @cached_property
    def bench(self) -> Bench:
        """Networks and inputs at the size of the papers."""
        return self.make_bench("papers", self.study, self.device, self.batch)

    def make_bench(self, name: str, study: Study, device: torch.device, batch: int) -> Bench:
        """Return networks and inputs of other sizes, or on another device. ``name`` is that of a file."""
        return Bench(name, study, device, self.scratch, batch, 20, torch.get_num_threads())

    @property
    def gpu(self) -> bool:
        """Whether the device is a GPU."""
        return self.device.type == "cuda"

    def line(self, text: str) -> None:
        """Print a line of progress."""
        print(f"    {text} ({max(0.0, self.clock.left()):.0f} s left for this part)", flush=True)

    @contextmanager
    def guarded(self, part: str, what: str, code: Callable[..., Any]) -> Iterator[None]:
        """Make an error in the block a row of the report that is not equal, so that what follows is compared all the same."""
        start = time.monotonic()
        try:
            yield
        except Exception as problem:  # noqa: BLE001  # libraries and the card's memory have errors of many kinds
            traceback.print_exc()
            self.report.row(part, what, f"failed: {first_line(problem)}", time.monotonic() - start, code, equal=False)

    @contextmanager
    def as_checked(self, network: str) -> Iterator[None]:
        """Make trainers that take over what ``layers`` has found, in place of checking every layer again, for seconds each."""

        def apply(trainer: Trainer) -> None:
            trainer.model.to(trainer.device)
            if trainer.compute.precision == "bf16":
                for name in self.moved.get(network, []):
                    precision_check._compute_in_fp32(trainer.model.get_submodule(name))  # noqa: SLF001

        with patch.object(Trainer, "_check_precision", apply):
            yield


@contextmanager
def arithmetic(kind: str, *, deterministic: bool = False) -> Iterator[None]:
    """Set whether GPUs may use TF32, which they may for "tf32" alone, and whether only deterministic algorithms are used."""
    cudnn, products = torch.backends.cudnn, torch.backends.cuda.matmul
    before = cudnn.allow_tf32, products.allow_tf32, cudnn.deterministic
    cudnn.allow_tf32 = products.allow_tf32 = kind == "tf32"
    cudnn.deterministic = deterministic
    try:
        yield
    finally:
        cudnn.allow_tf32, products.allow_tf32, cudnn.deterministic = before


def first_line(problem: BaseException) -> str:
    """Return kind and first line of an error, for a cell of a table."""
    text = next(iter(str(problem).strip().splitlines()), "")
    return f"{type(problem).__name__}: {text[:200]}".replace("|", "/")
