"""Exact nearest neighbours by cosine in blocks (CVPR 2019, 4.1): the full matrix of distances is never held.

At any time there are one block of queries, one of the gallery and their similarities: with blocks of b rows of d values that is
about ``2 b d`` floats and ``4 b b`` more, whatever the sizes of the sets (b = 4096, d = 9216: 0.6 GB). Equal similarities are
ordered by index. On a GPU the same is done in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = Callable[[int, int], NDArray[np.float32]]
LOW = np.int64(2**32 - 1)


def unit(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; a row of zeros stays as it is and is equally far from all."""
    norm = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.asarray(x / np.where(norm == 0, 1, norm), np.float32)


def order_keys(similarity: NDArray[np.float32], first: int) -> NDArray[np.int64]:
    """Integers that sort as (similarity falling, index rising) does when sorted falling: all different, so ties are settled.

    Shape: (Q, G) -> (Q, G); column j is gallery row ``first`` + j.
    """
    # + 0.0 makes -0.0 into 0.0; the bits of a float sort like integers once the negative ones are turned round.
    bits = (similarity + np.float32(0)).view(np.int32)
    sortable = np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits).astype(np.int64)
    index = np.arange(first, first + similarity.shape[1], dtype=np.int64)
    return (sortable << 32) | (LOW - index)


def _highest(keys: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """The k highest of each row, falling."""
    if keys.shape[1] > k:
        keys = np.partition(keys, keys.shape[1] - k, axis=1)[:, -k:]
    return np.sort(keys, axis=1)[:, ::-1]


def nearest(
    queries: Rows, query_count: int, gallery: Rows, gallery_count: int, k: int, block: int, device: str = "cpu"
) -> Iterator[NDArray[np.int64]]:
    """The gallery indices of the ``k`` nearest rows, nearest first, for one block of queries after another.

    ``queries(i, j)`` and ``gallery(i, j)`` give rows i..j-1. Yields (rows, min(k, gallery_count)).
    """
    find = _block_numpy if device == "cpu" else _block_torch
    for first in range(0, query_count, block):
        q = unit(queries(first, min(first + block, query_count)))
        best: Any = None
        for start in range(0, gallery_count, block):
            g = unit(gallery(start, min(start + block, gallery_count)))
            best = find(q, g, start, best, k, device)
        keys = best if device == "cpu" else best.cpu().numpy()
        yield LOW - (keys & LOW)


def _block_numpy(q: Any, g: Any, start: int, best: Any, k: int, device: str) -> Any:
    keys = _highest(order_keys(q @ g.T, start), k)
    return keys if best is None else _highest(np.concatenate([best, keys], axis=1), k)


def _block_torch(q: Any, g: Any, start: int, best: Any, k: int, device: str) -> Any:
    import torch

    similarity = torch.from_numpy(q).to(device) @ torch.from_numpy(g).to(device).T
    bits = (similarity + 0.0).view(torch.int32)
    sortable = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits).to(torch.int64)
    index = torch.arange(start, start + similarity.shape[1], dtype=torch.int64, device=device)
    keys = (sortable << 32) | (int(LOW) - index)
    if best is not None:
        keys = torch.cat([best, keys], dim=1)
    return keys.topk(min(k, keys.shape[1]), dim=1).values
