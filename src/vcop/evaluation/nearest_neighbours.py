"""Exact nearest neighbours by cosine in blocks (CVPR 2019, 4.1): the full matrix of distances is never held.

At any time there are ``HELD`` blocks of queries, one of the gallery and the similarities of two: with blocks of b rows of d values
that is about ``(HELD + 2) b d`` floats and ``3 b b`` more, whatever the sizes of the sets (b = 4096, d = 9216: 1.7 GB). Nearly all
of the time is the matrix product's: of a block of similarities only those above the k-th best so far are looked at again. Equal
similarities are ordered by index. On a GPU the same blocks are compared in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = Callable[[int, int], NDArray[np.float32]]
LOW = np.int64(2**32 - 1)
HELD = 8  # blocks of queries for which the gallery, which is read and scaled anew each time, passes by once


def unit_rows(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; a row of zeros stays as it is and is equally far from all."""
    norm = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.asarray(x / np.where(norm == 0, 1, norm), np.float32)


def order_keys(similarity: NDArray[np.float32], index: NDArray[np.int64]) -> NDArray[np.int64]:
    """Integers that sort as (similarity falling, index rising) does when sorted falling: all different, so ties are settled.

    Shape: any, and gallery indices of a shape that broadcasts with it -> the same.
    """
    # + 0.0 makes -0.0 into 0.0; the bits of a float sort like integers once the negative ones are turned round.
    bits = (similarity + np.float32(0)).view(np.int32)
    sortable = np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits).astype(np.int64)
    return (sortable << 32) | (LOW - index)


def similarity_of(keys: NDArray[np.int64]) -> NDArray[np.float32]:
    """The similarities that ``order_keys`` has put into its integers."""
    sortable = (keys >> 32).astype(np.int32)
    return np.where(sortable < 0, sortable ^ np.int32(0x7FFFFFFF), sortable).view(np.float32)


def _highest(keys: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """The k highest of each row, falling."""
    if keys.shape[1] > k:
        keys = np.partition(keys, keys.shape[1] - k, axis=1)[:, -k:]
    return np.sort(keys, axis=1)[:, ::-1]


def nearest_neighbours(
    queries: Rows, query_count: int, gallery: Rows, gallery_count: int, k: int, block: int, device: str = "cpu"
) -> Iterator[NDArray[np.int64]]:
    """The gallery indices of the ``k`` nearest rows, nearest first, for one block of queries after another.

    ``queries(i, j)`` and ``gallery(i, j)`` give rows i..j-1. Yields (rows, min(k, gallery_count)).
    """

    def blocks(rows: Rows, first: int, last: int) -> Iterator[tuple[int, Any]]:
        for i in range(first, last, block):
            scaled = unit_rows(rows(i, min(i + block, last)))
            yield i, scaled if device == "cpu" else _sent(scaled, device)

    find = _better if device == "cpu" else _better_torch
    for first in range(0, query_count, HELD * block):
        held = [q for _, q in blocks(queries, first, min(first + HELD * block, query_count))]
        best: list[Any] = [None] * len(held)
        for start, g in blocks(gallery, 0, gallery_count):
            for i, q in enumerate(held):
                best[i] = find(best[i], q @ g.T, start, k)
        for keys in best:
            yield LOW - ((keys if device == "cpu" else keys.cpu().numpy()) & LOW)


def _better(best: NDArray[np.int64] | None, similarity: NDArray[np.float32], start: int, k: int) -> NDArray[np.int64]:
    """The k best keys of ``best`` and of the gallery rows from ``start`` on."""
    if best is None or best.shape[1] < k:  # the first few set the bar for the rest
        few = similarity[:, : 4 * k]
        keys = order_keys(few, np.arange(start, start + few.shape[1]))
        best = _highest(keys if best is None else np.concatenate([best, keys], axis=1), k)
        similarity, start = similarity[:, 4 * k :], start + few.shape[1]
    # What equals the bar has a higher index than what set it, and loses.
    rows, columns = np.nonzero(similarity > similarity_of(best[:, -1:]))
    if not len(rows):
        return best
    counts = np.bincount(rows, minlength=len(best))
    keys = np.full((len(best), counts.max()), np.iinfo(np.int64).min)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys[rows, place] = order_keys(similarity[rows, columns], start + columns)
    return _highest(np.concatenate([best, keys], axis=1), k)


def _sent(rows: NDArray[np.float32], device: str) -> Any:
    import torch

    return torch.from_numpy(rows).to(device)


def _better_torch(best: Any, similarity: Any, start: int, k: int) -> Any:
    import torch

    bits = (similarity + 0.0).view(torch.int32)
    sortable = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits).to(torch.int64)
    index = torch.arange(start, start + similarity.shape[1], dtype=torch.int64, device=similarity.device)
    keys = (sortable << 32) | (int(LOW) - index)
    if best is not None:
        keys = torch.cat([best, keys], dim=1)
    return keys.topk(min(k, keys.shape[1]), dim=1).values
