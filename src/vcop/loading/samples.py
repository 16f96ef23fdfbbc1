"""What a training step is made of: samples as functions of (epoch, index)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch.utils.data import Dataset

from vcop.loading.shared_memory import Memory

Sample = dict[str, Any]


class Samples(Dataset[Sample], ABC):
    """What a training step is made of, indexed by (epoch, index)."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def name(self, index: int) -> str:
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
        """The sample of (epoch, index); its frames, if it has any, in ``out``, where that is given."""
        return self[key]
