"""Shared memory, used again and again, by which loader processes hand over the frames of batches.

PyTorch's loader asks the system for new shared memory for every batch, and before that for every sample. The page faults of both
cost more than decoding the frames (25 MB a batch at the papers' size). Here samples are read into memory that was there before. It
is used again when nothing in the receiving process refers to it any more; as long as none is free, batches travel as PyTorch
sends them.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, default_collate

Key = tuple[int, int]
Sample = dict[str, Any]
Memory = NDArray[np.uint8]
OPEN: weakref.WeakValueDictionary[int, SharedBuffers] = weakref.WeakValueDictionary()  # in the receiving process
NUMBERS = itertools.count()


class Source(Protocol):
    """Samples whose ``frames`` can be read into given memory."""

    @property
    def frame_bytes(self) -> int:
        """Size of the frames of one sample."""

    def sample(self, key: Key, out: Memory | None = None) -> Sample:
        """Return one sample; its frames are read into ``out``."""


class SharedBuffers(Dataset[Sample]):
    """Data set of batches that travel through pieces of shared memory.

    It is made before the loader processes start; each of them asks for batches by ``__getitems__``, as PyTorch's loader does.

    Args:
        source: The samples.
        slots: Number of pieces.
        rows: Largest number of samples of a batch.
    """

    def __init__(self, source: Source, slots: int, rows: int) -> None:
        self.source, self.size, self.number, self.receiver = source, source.frame_bytes, next(NUMBERS), os.getpid()
        self.memory = [torch.empty(rows * self.size, dtype=torch.uint8).share_memory_() for _ in range(slots)]
        self.free: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
        self.count = multiprocessing.Semaphore(0)
        for slot in range(slots):
            self._put(slot)
        OPEN[self.number] = self

    def _put(self, slot: int) -> None:
        self.free.put(slot)
        self.count.release()

    def give_back(self, slot: int) -> None:
        """Mark a slot as free. Only the receiving process does so: one forked from it has copies of its tensors."""
        if os.getpid() == self.receiver:
            self._put(slot)

    def __getitems__(self, keys: Sequence[Key]) -> Sample:
        if not self.count.acquire(block=False):
            return default_collate([self.source.sample(key) for key in keys])
        slot = self.free.get()
        try:
            pieces = self.memory[slot].numpy().reshape(-1, self.size)
            samples = [self.source.sample(key, piece) for key, piece in zip(keys, pieces, strict=False)]
        except BaseException:
            self._put(slot)
            raise
        shape = (len(samples), *samples[0]["frames"].shape)
        rest = [{key: value for key, value in sample.items() if key != "frames"} for sample in samples]
        return default_collate(rest) | {"frames": BufferHandle(self.number, slot, shape)}


def keep_batch(batch: Any) -> Any:
    """Return a batch as it is: it was collated by ``SharedBuffers``."""
    return batch


@dataclass(frozen=True)
class BufferHandle:
    """Slot that holds a batch's frames; unpickled in the receiving process, it is the tensor itself."""

    exchange: int
    slot: int
    shape: tuple[int, ...]

    def __reduce__(self) -> tuple[Callable[..., Tensor], tuple[int, int, tuple[int, ...]]]:
        return _received, (self.exchange, self.slot, self.shape)


def _received(number: int, slot: int, shape: tuple[int, ...]) -> Tensor:
    """Return the tensor in a slot, which is given back with the last tensor that shares its memory."""
    exchange = OPEN[number]
    array = exchange.memory[slot].numpy()[: torch.Size(shape).numel()].reshape(shape)
    weakref.finalize(array, exchange.give_back, slot).atexit = False
    return torch.from_numpy(array)
