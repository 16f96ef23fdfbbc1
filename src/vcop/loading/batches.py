"""Batches of an epoch, loaded by worker processes and shared among the processes of a training."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, default_collate

from vcop.config.options import MachineOptions
from vcop.loading.samples import Sample, Samples
from vcop.loading.shared_memory import SharedBuffers, keep_batch
from vcop.runtime import watchdog
from vcop.runtime.atomic_files import name_file_in_errors
from vcop.runtime.process_pool import end_with_parent
from vcop.runtime.signals import ignore_stop_signals
from vcop.sampling.seeding import generator

KEPT_BYTES = 64 * 2**20  # of a list that stays in memory
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # no temporary file: where semaphores and batches are


@dataclass(frozen=True)
class BatchSlice:
    """Rows ``first`` .. ``last`` of a batch of ``total`` samples: rows ``begin`` .. ``end`` of what this process has loaded."""

    first: int
    last: int
    total: int
    begin: int
    end: int


def split_batch(total: int, accumulate: int, rank: int, size: int) -> list[BatchSlice]:
    """Cut a batch into parts, one after the other, and each part over the processes.

    A part, over which BatchNorm computes its statistics, is thus the same for any number of processes.

    Args:
        total: Number of samples of the batch.
        accumulate: Number of parts.
        rank: Number of this process.
        size: Number of processes.

    Returns:
        This process's slice of each part; it may have no rows.
    """
    out, begin = [], 0
    for rows in np.array_split(np.arange(total), accumulate):
        mine = np.array_split(rows, size)
        first = int(rows[0]) + sum(len(r) for r in mine[:rank]) if len(rows) else total
        last = first + len(mine[rank])
        if len(rows):
            out.append(BatchSlice(first, last, total, begin, begin + last - first))
        begin += last - first
    return out


def slice_sample(sample: Sample, begin: int, end: int) -> Sample:
    """Return rows ``begin`` to ``end`` (exclusive) of a batch."""
    return {k: v[begin:end] for k, v in sample.items()}


class Batches:
    """Batches of samples, epoch by epoch; the last, partial batch is kept.

    Of several processes each loads its rows of every batch, so that all together see what one process would.

    Args:
        data: The samples.
        batch_size: Samples of a batch, of all processes together.
        workers: Number of loader processes; with 0 this process loads.
        seed: Seed of the order; None keeps the order of the list.
        accumulate: Number of parts of a batch.
        rank: Number of this process.
        size: Number of processes.
        keep: Whether the batches of epoch 0 stay in memory after they were read once. For a validation list, which is always read as
            epoch 0. Frames of more than 64 MiB are read anew each time.
        wait_minutes: Minutes to wait for a batch before failing.
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
        keep: bool = False,
        wait_minutes: float = MachineOptions.wait_minutes,
    ) -> None:
        self.data, self.batch_size, self.seed, self.workers, self.wait_minutes = data, batch_size, seed, workers, wait_minutes
        self.accumulate, self.rank, self.size = accumulate, rank, size
        self.keys: list[list[tuple[int, int]]] = []
        self.keep, self.kept = keep and 0 < len(data) * data.frame_bytes <= KEPT_BYTES, list[Sample]()
        # Each process prepares two batches, and the reader holds two more.
        shared = workers and data.frame_bytes
        with name_file_in_errors(SHARED_MEMORY):
            self.exchange = SharedBuffers(data, 2 * workers + 2, batch_size) if shared else None
        self.loader = self._new_loader()

    def _new_loader(self) -> DataLoader[Sample]:
        """Return a loader for all epochs. Starting its processes takes seconds, so they outlive an epoch."""
        return DataLoader(
            self.exchange or self.data, batch_sampler=_Keys(self), num_workers=self.workers, persistent_workers=self.workers > 0,
            worker_init_fn=_start_worker if self.workers else None, collate_fn=keep_batch if self.exchange else None,
        )  # fmt: skip

    def __len__(self) -> int:
        return -(-len(self.data) // self.batch_size)

    def once(self) -> Iterator[Sample]:
        """Yield the batches of one epoch, then end the loader's processes."""
        try:
            yield from self.epoch(0)
        finally:
            self.close()

    def close(self) -> None:
        """End the loader's processes. The next epoch starts new ones."""
        loader, self.loader = self.loader, self._new_loader()
        _kill_workers(loader)

    def index_batches(self, epoch: int, first: int = 0) -> list[list[int]]:
        """Return the batches of an epoch, from batch ``first`` on, as indices in the list of samples.

        They are shuffled by (seed, epoch) unless the seed is None.
        """
        count = len(self.data)
        order = range(count) if self.seed is None else generator("order", self.seed, epoch).permutation(count).tolist()
        return [list(order[i : i + self.batch_size]) for i in range(first * self.batch_size, count, self.batch_size)]

    def share(self, total: int) -> list[BatchSlice]:
        """Cut a batch of ``total`` samples for this process."""
        return split_batch(total, self.accumulate, self.rank, self.size)

    def share_sizes(self) -> set[int]:
        """Return all numbers of rows that a process can get at a time, from a whole batch or from the last, partial one."""
        totals = {min(self.batch_size, len(self.data)), len(self.data) % self.batch_size or self.batch_size}
        parts = [split_batch(total, self.accumulate, rank, self.size) for total in totals for rank in range(self.size)]
        return {part.last - part.first for shares in parts for part in shares} - {0}

    def first_samples(self, count: int) -> Sample:
        """Return the first samples of the list as a batch, read by this process."""
        sample: Sample = default_collate([self.data[0, index] for index in range(min(count, len(self.data)))])
        return sample

    def epoch(self, epoch: int, first: int = 0) -> Iterator[Sample]:
        """Yield this process's rows of the batches of an epoch, from batch ``first`` on."""
        if not self.keep or epoch or first:
            yield from self._read(epoch, first)
            return
        if not self.kept:
            # Copies, since a loader process writes the next batch into the same memory. If reading stops early, nothing is kept.
            self.kept = [{k: v.clone() if torch.is_tensor(v) else v for k, v in s.items()} for s in self._read(0, 0)]
        yield from self.kept

    def _read(self, epoch: int, first: int) -> Iterator[Sample]:
        batches = self.index_batches(epoch, first)
        mine = [[indices[i] for p in self.share(len(indices)) for i in range(p.first, p.last)] for indices in batches]
        # A process that has no row of a batch loads one for its shape alone.
        self.keys = [[(epoch, index) for index in m or indices[:1]] for m, indices in zip(mine, batches, strict=True)]
        for sample, m in zip(self._loaded(), mine, strict=True):
            yield sample if m else slice_sample(sample, 0, 0)

    def _loaded(self) -> Iterator[Sample]:
        """Yield the loader's batches. A ValueError or OSError of a loader process is raised in one line."""
        # The loader's own limit does not cover the request for shared memory, which a stopped process does not answer.
        what = f"reading {self.data.source}{' by loader processes' if self.workers else ''}"
        with watchdog.deadline(self.wait_minutes, what), name_file_in_errors(SHARED_MEMORY) if self.workers else nullcontext():
            batches = iter(self.loader)
        while True:
            try:
                with watchdog.deadline(self.wait_minutes, what):
                    sample = next(batches)
            except StopIteration:
                return
            except (EOFError, ConnectionError) as problem:  # the process that announced the batch has ended
                raise RuntimeError("DataLoader worker has exited unexpectedly") from problem
            except (ValueError, OSError) as problem:
                raise _without_traceback(problem) from None
            yield sample


def _start_worker(_: int) -> None:
    """Prepare a loader process: it ends with the training, also with one that is killed before PyTorch's own watch begins."""
    ignore_stop_signals()
    end_with_parent()


def _kill_workers(loader: DataLoader[Sample]) -> None:
    """End a loader's processes at once.

    PyTorch would ask each of them, wait for ten seconds, and for ever at the end of the program where a file system does not
    answer. It has no public way to end them sooner. In a version without these names nothing is done here: the loader's own
    end, which comes with the last reference to it, is as good where the file system answers.
    """
    try:
        iterator: Any = loader._iterator  # noqa: SLF001
        if iterator is None:
            return
        workers, _ = list(iterator._workers), iterator._shutdown  # noqa: SLF001
        forget, children = torch._C._remove_worker_pids, multiprocessing.process._children  # type: ignore[attr-defined]  # noqa: SLF001
    except AttributeError:
        return
    loader._iterator = None  # noqa: SLF001
    iterator._shutdown = True  # noqa: SLF001  # the iterator's own end has nothing left to do
    forget(id(iterator))  # PyTorch must not take their end for a failure
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.join(1)
        # A process stuck on a dead file system survives even this. The program must not wait for it at its end.
        children.discard(worker)


def _without_traceback(problem: ValueError | OSError) -> ValueError | OSError:
    """Return an error of a loader process without the traceback that PyTorch puts before it."""
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
