"""Stateless random numbers: each draw depends on a key that says what it is for, and on nothing else.

The tuple of a video in an epoch is drawn from a generator of its own, seeded by the key ``("tuple", seed, epoch, video)``. So
the number of loader workers, the order of the work and an interruption cannot change a draw, and an interrupted training needs
no saved state of a generator to continue with the same draws.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch

Key = str | int


def seed_of(*key: Key) -> int:
    """Return a seed of 63 bits that depends on every part of the key, and is the same on every machine.

    ``1`` and ``"1"`` are different parts. Keys are part of the results: a changed key gives other draws. A part may be the name of a
    file, which need not be UTF-8.
    """
    # The type keeps 1 and "1" apart, the separator ("a", "b") and ("ab",).
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in key)
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big") >> 1


def generator(*key: Key) -> np.random.Generator:
    """Return a NumPy generator seeded by the key."""
    import numpy as np

    return np.random.Generator(np.random.PCG64(seed_of(*key)))


def torch_generator(*key: Key) -> torch.Generator:
    """Return a PyTorch generator on the CPU seeded by the key."""
    import torch

    return torch.Generator().manual_seed(seed_of(*key))
