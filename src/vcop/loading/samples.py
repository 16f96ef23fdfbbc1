"""Interface of all samples: functions of (epoch, index)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch.utils.data import Dataset

from vcop.loading.shared_memory import Memory

Sample = dict[str, Any]


class Samples(Dataset[Sample], ABC):
    """Samples of a training step, indexed by (epoch, index in the list)."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def name(self, index: int) -> str:
        """Return the name of a sample in messages."""

    @property
    def frame_bytes(self) -> int:
        """Size of the ``frames`` of one sample, which are uint8; 0 where samples have none."""
        return 0

    @property
    def source(self) -> str:
        """The file that samples are read from, as messages name it."""
        return "a batch"

    def sample(self, key: tuple[int, int], out: Memory | None = None) -> Sample:
        """Return the sample of (epoch, index); its frames, if it has any, are read into ``out``, if this is given."""
        return self[key]
