"""What a training step is made of: samples as functions of (seed, epoch, video), and the batches of an epoch.

Shapes: T clips of a sample, L frames, H W stored pixels.
"""

from __future__ import annotations

import multiprocessing
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from vcop.config.options import InputOptions, MachineOptions
from vcop.loading.shared_memory import Exchange, Memory, whole
from vcop.runtime import watchdog
from vcop.runtime.atomic_files import naming
from vcop.runtime.process_pool import end_with_parent
from vcop.runtime.signals import outlive_signals
from vcop.sampling.clips import centre_corner, clip_indices, draw_clip, draw_corner, draw_tuple, test_starts
from vcop.sampling.seeding import generator
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore, Video

Sample = dict[str, Any]
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # no temporary file: where semaphores and batches are


class Samples(Dataset[Sample], ABC):
    """What a training step is made of, indexed by (epoch, place)."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def name(self, place: int) -> str:
        """What a sample is called in messages."""

    @property
    def frame_bytes(self) -> int:
        """Of the ``frames`` of one sample, which are uint8; 0 where samples have none."""
        return 0

    @property
    def source(self) -> str:
        """What is read for a sample, for messages."""
        return "a batch"

    def sample(self, key: tuple[int, int], out: Memory | None = None) -> Sample:
        """The sample of (epoch, place); its frames, if it has any, in ``out``, where that is given."""
        return self[key]


class Clips(Samples):
    """Samples of clips, indexed by (epoch, place in ``videos``); subclasses say where the clips start.

    A sample: ``frames`` (T, L, H, W, 3) uint8, ``corners`` (T, 2), ``label``, ``video`` (name).
    """

    def __init__(self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions) -> None:
        self.store, self.videos, self.clip_length, self.options = store, list(videos), clip_length, options

    def __len__(self) -> int:
        return len(self.videos)

    def name(self, place: int) -> str:
        """The name of a video."""
        return self.videos[place].name

    @property
    def source(self) -> str:
        """The store."""
        return str(self.store.path)

    @property
    def frame_bytes(self) -> int:
        """T clips of L frames of H x W pixels of three bytes."""
        clips, stride = len(self.draw(self.videos[0], 0)[0]) if self.videos else 0, self.options.frame_stride
        return clips * -(-self.clip_length // stride) * self.store.height * self.store.width * 3

    @abstractmethod
    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """First frames of the clips, their crops' corners, and the label."""

    def __getitem__(self, key: tuple[int, int]) -> Sample:
        return self.sample(key)

    def sample(self, key: tuple[int, int], out: Memory | None = None) -> Sample:
        """As described above; ``out`` is ``frame_bytes`` long."""
        epoch, place = key
        video = self.videos[place]
        starts, corners, label = self.draw(video, epoch)
        stride = self.options.frame_stride
        wanted = [clip_indices(start, self.clip_length, stride, video.count) for start in starts]
        frames = torch.from_numpy(self.store.read(video, [int(i) for clip in wanted for i in clip], out))
        frames = frames.unflatten(0, (len(starts), -1))
        return {"frames": frames, "corners": torch.tensor(corners), "label": label, "video": video.name}

    def centre(self) -> tuple[int, int]:
        """The central crop's corner."""
        return centre_corner(self.store.height, self.store.width, self.options.crop)


class TrainingTuples(Clips):
    """A new tuple of every video each epoch (CVPR 2019, 3.1): window, order and crops drawn anew."""

    def __init__(
        self, store: FrameStore, videos: Sequence[Video], task: Task, options: InputOptions, seed: int, shared_crop: bool
    ) -> None:
        super().__init__(store, videos, task.clip_length, options)
        self.task, self.seed, self.shared_crop = task, seed, shared_crop

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Drawn from (seed, epoch, video)."""
        rng = generator("tuple", self.seed, epoch, video.name)
        starts, label = draw_tuple(video.count, self.task, rng)
        crops = 1 if self.shared_crop else len(starts)
        corners = [draw_corner(self.store.height, self.store.width, self.options.crop, rng) for _ in range(crops)]
        return starts, corners * (len(starts) // crops), label


class FixedTuples(Clips):
    """One tuple a video for validation and tests: drawn once, centre crop, the same in every epoch, run and seed."""

    def __init__(self, store: FrameStore, videos: Sequence[Video], task: Task, options: InputOptions) -> None:
        super().__init__(store, videos, task.clip_length, options)
        self.task = task

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Drawn from the video alone."""
        starts, label = draw_tuple(video.count, self.task, generator("fixed tuple", str(self.task), video.name))
        return starts, [self.centre()] * len(starts), label


class TrainingClips(Clips):
    """A new clip of every video each epoch, start uniform, random crop (CVPR 2019, 4.2)."""

    def __init__(self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions, seed: int) -> None:
        super().__init__(store, videos, clip_length, options)
        self.seed = seed

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Drawn from (seed, epoch, video)."""
        rng = generator("clip", self.seed, epoch, video.name)
        start = draw_clip(video.count, self.clip_length, rng)
        return [start], [draw_corner(self.store.height, self.store.width, self.options.crop, rng)], video.label


class TestClips(Clips):
    """The evenly spread test clips of a video, centre crop (CVPR 2019, 4.1)."""

    __test__ = False  # not a test of pytest's

    def __init__(
        self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions, clips: int
    ) -> None:
        super().__init__(store, videos, clip_length, options)
        self.clips = clips

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """The same in every epoch."""
        return test_starts(video.count, self.clip_length, self.clips), [self.centre()] * self.clips, video.label


@dataclass(frozen=True)
class Part:
    """Rows ``first`` .. ``last`` of a batch of ``total`` samples: rows ``begin`` .. ``end`` of what this process has loaded."""

    first: int
    last: int
    total: int
    begin: int
    end: int


def parts(total: int, accumulate: int, rank: int, size: int) -> list[Part]:
    """How a batch is cut: into ``accumulate`` parts, one after the other, and each of them over ``size`` processes.

    What one process does in one part is thus the same for any number of processes. Parts may be empty.
    """
    out, begin = [], 0
    for rows in np.array_split(np.arange(total), accumulate):
        mine = np.array_split(rows, size)
        first = int(rows[0]) + sum(len(r) for r in mine[:rank]) if len(rows) else total
        last = first + len(mine[rank])
        if len(rows):
            out.append(Part(first, last, total, begin, begin + last - first))
        begin += last - first
    return out


def cut(sample: Sample, begin: int, end: int) -> Sample:
    """Some rows of a batch."""
    return {k: v[begin:end] for k, v in sample.items()}


class Batches:
    """The batches of an epoch from a given one on; the last, partial one is kept (SPEC section 3).

    Of ``size`` processes each loads its rows of every batch, so that all together see what one would.
    """

    def __init__(
        self,
        data: Samples,
        batch_size: int,
        workers: int,
        seed: int | None = None,
        *,
        accumulate: int = 1,
        rank: int = 0,
        size: int = 1,
        wait_minutes: float = MachineOptions.wait_minutes,
    ) -> None:
        self.data, self.batch_size, self.seed, self.workers, self.wait_minutes = data, batch_size, seed, workers, wait_minutes
        self.accumulate, self.rank, self.size = accumulate, rank, size
        self.keys: list[list[tuple[int, int]]] = []
        # Each process has two batches under way, and two more are in the hands of who reads them.
        shared = workers and data.frame_bytes
        with naming(SHARED_MEMORY):
            self.exchange = Exchange(data, 2 * workers + 2, batch_size) if shared else None
        # One loader for all epochs: its workers, which cost seconds to start, outlive an epoch.
        self.loader: DataLoader[Sample] = DataLoader(
            self.exchange or data, batch_sampler=_Keys(self), num_workers=workers, persistent_workers=workers > 0,
            worker_init_fn=_begin if workers else None, collate_fn=whole if self.exchange else None,
        )  # fmt: skip

    def __len__(self) -> int:
        return -(-len(self.data) // self.batch_size)

    def once(self) -> Iterator[Sample]:
        """The only epoch of batches that are looked at once."""
        try:
            yield from self.epoch(0)
        finally:
            self.close()

    def close(self) -> None:
        """End the loader's processes. PyTorch would ask each, wait for ten seconds, and for ever at the end of the program."""
        iterator: Any = self.loader._iterator  # noqa: SLF001  # there is no public way
        self.loader._iterator = None  # noqa: SLF001
        if hasattr(iterator, "_workers"):
            iterator._shutdown = True  # noqa: SLF001  # there is nothing left for it to do
            torch._C._remove_worker_pids(id(iterator))  # noqa: SLF001  # it is no failure that they end
            for worker in iterator._workers:  # noqa: SLF001
                worker.kill()
            for worker in iterator._workers:  # noqa: SLF001
                worker.join(1)
                # One that even this does not end, since its file system does not answer, is not waited for.
                multiprocessing.process._children.discard(worker)  # type: ignore[attr-defined]  # noqa: SLF001

    def places(self, epoch: int, first: int = 0) -> list[list[int]]:
        """Whole batches ``first``, ``first`` + 1, ... of an epoch as places in the list of videos.

        Shuffled by (seed, epoch) unless the seed is None.
        """
        count = len(self.data)
        order = range(count) if self.seed is None else generator("order", self.seed, epoch).permutation(count).tolist()
        return [list(order[i : i + self.batch_size]) for i in range(first * self.batch_size, count, self.batch_size)]

    def share(self, total: int) -> list[Part]:
        """How this process's rows of a batch of ``total`` are cut."""
        return parts(total, self.accumulate, self.rank, self.size)

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Sample]:
        """This process's rows of batches ``first``, ``first`` + 1, ... of an epoch."""
        batches = self.places(epoch, first)
        mine = [[places[i] for p in self.share(len(places)) for i in range(p.first, p.last)] for places in batches]
        # A process that has no row of a batch loads one for its shape alone.
        self.keys = [[(epoch, place) for place in m or places[:1]] for m, places in zip(mine, batches, strict=True)]
        for sample, m in zip(self._loaded(), mine, strict=True):
            yield sample if m else cut(sample, 0, 0)

    def _loaded(self) -> Iterator[Sample]:
        """What the loader gives. Raises in one line what was raised in another process, ValueError and OSError that is."""
        # Not by the loader's own time limit: it ends before a batch's shared memory is asked for, of a process that may have stopped.
        what = f"reading {self.data.source}{' by loader processes' if self.workers else ''}"
        with watchdog.within(self.wait_minutes, what), naming(SHARED_MEMORY) if self.workers else nullcontext():
            batches = iter(self.loader)
        while True:
            try:
                with watchdog.within(self.wait_minutes, what):
                    sample = next(batches)
            except StopIteration:
                return
            except (EOFError, ConnectionError) as problem:  # who announced the batch has ended before handing it over
                raise RuntimeError("DataLoader worker has exited unexpectedly") from problem
            except (ValueError, OSError) as problem:
                raise _bare(problem) from None
            yield sample


def _begin(_: int) -> None:
    """In a loader process. PyTorch's own watch over the training knows nothing of one that was killed before it began."""
    outlive_signals()
    end_with_parent()


def _bare(problem: ValueError | OSError) -> ValueError | OSError:
    """What a loader process has raised without the traceback that PyTorch puts before it."""
    text = str(problem)
    if not text.startswith("Caught "):
        return problem
    kind = OSError if isinstance(problem, OSError) else ValueError
    return kind(re.split(r"\n[\w.]*(?:Error|Exception): ", text)[-1].strip())


class _Keys:
    """The batch sampler of ``Batches``: yields the keys of the current epoch."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        return iter(self.batches.keys)

    def __len__(self) -> int:
        return len(self.batches.keys)
