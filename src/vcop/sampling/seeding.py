"""Random numbers as functions of what they are for, never of a generator's running state.

A draw is named by a key such as ``("tuple", seed, epoch, video)``: the number of loader workers, the order of the
work and an interruption cannot change it, and resuming needs no generator's history.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

Key = str | int


def seed_of(*key: Key) -> int:
    """63 bits that depend on every part of ``key`` and on nothing else (the same on every machine)."""
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in key)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def generator(*key: Key) -> np.random.Generator:
    """A NumPy generator for ``key``."""
    return np.random.Generator(np.random.PCG64(seed_of(*key)))


def torch_generator(*key: Key) -> torch.Generator:
    """A PyTorch generator (on the CPU) for ``key``."""
    import torch

    return torch.Generator().manual_seed(seed_of(*key))
