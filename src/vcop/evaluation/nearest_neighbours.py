"""Exact nearest neighbours by cosine similarity, compared block by block (CVPR 2019, 4.1).

The full matrix of similarities is never held. At any time there are ``HELD`` blocks of queries, one block of the gallery and the
similarities of two blocks: with blocks of b rows of d values these are about ``(HELD + 2) b d`` floats and ``3 b b`` more, whatever
the sizes of the sets (b = 4096, d = 9216: 1.7 GB).

The result does not depend on the block size: rows of equal similarity are ordered by their index in the gallery. This module
imports PyTorch only to compare on a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

ReadRows = Callable[[int, int], NDArray[np.float32]]
MAX_INDEX = np.int64(2**32 - 1)  # also the mask of a key's lower half
HELD = 8  # blocks of queries compared with a block of the gallery each time that it is read


def unit_rows(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows scaled to length 1; a row of zeros stays as it is, and has similarity 0 to every other row."""
    norm = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.asarray(x / np.where(norm == 0, 1, norm), np.float32)


def order_keys(similarity: NDArray[np.float32], index: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pack similarities and gallery indices into integers whose order is the order of the neighbours.

    The upper 32 bits hold the similarity, the lower 32 bits the inverted index: a higher key is a nearer neighbour, and of equal
    similarities the one of the lower index. All keys of a query differ, so there are no ties left, and partial sorting
    (``np.partition``, ``topk``), which orders ties arbitrarily, becomes deterministic.

    Args:
        similarity: Cosine similarities, of any shape.
        index: Gallery indices, of a shape that broadcasts with it.

    Returns:
        The keys, in the shape of ``similarity``.
    """
    # Adding 0 turns -0.0 into 0.0: they are equal, but their bits are not.
    bits = (similarity + np.float32(0)).view(np.int32)
    # The bits of positive floats sort like integers. Those of negative floats sort the wrong way round: flip all but the sign.
    sortable = np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits).astype(np.int64)
    return (sortable << 32) | (MAX_INDEX - index)


def similarity_of(keys: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the similarities that ``order_keys`` has packed."""
    sortable = (keys >> 32).astype(np.int32)
    return np.where(sortable < 0, sortable ^ np.int32(0x7FFFFFFF), sortable).view(np.float32)


def nearest_neighbours(
    queries: ReadRows, query_count: int, gallery: ReadRows, gallery_count: int, k: int, block: int, device: str = "cpu"
) -> Iterator[NDArray[np.int64]]:
    """Yield the gallery indices of the ``k`` nearest rows, nearest first, for one block of queries after another.

    Args:
        queries: Reader of query rows: ``queries(i, j)`` returns rows i .. j - 1.
        query_count: Number of query rows.
        gallery: Reader of gallery rows.
        gallery_count: Number of gallery rows.
        k: Number of neighbours.
        block: Most rows that are read at a time; it bounds the memory.
        device: Where to compare: "cpu" uses NumPy, any other device PyTorch.

    Shape:
        Rows are (n, D); each result is (rows of the block, min(k, gallery_count)).
    """

    def blocks(read: ReadRows, first: int, last: int) -> Iterator[tuple[int, Any]]:
        for i in range(first, last, block):
            unit = unit_rows(read(i, min(i + block, last)))
            yield i, unit if device == "cpu" else _to_device(unit, device)

    merge = _merge if device == "cpu" else _merge_torch
    # The gallery is read and scaled anew in each pass over it, so each pass serves several blocks of queries.
    for first in range(0, query_count, HELD * block):
        held = [q for _, q in blocks(queries, first, min(first + HELD * block, query_count))]
        best: list[Any] = [None] * len(held)
        for start, g in blocks(gallery, 0, gallery_count):
            for i, q in enumerate(held):
                best[i] = merge(best[i], q @ g.T, start, k)
        for keys in best:
            yield MAX_INDEX - ((keys if device == "cpu" else keys.cpu().numpy()) & MAX_INDEX)


def nearest_rows(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], k: int, block: int = 4096, device: str = "cpu"
) -> NDArray[np.int64]:
    """Return the gallery indices of the ``k`` nearest rows, nearest first. Shape: (Q, D), (G, D) -> (Q, min(k, G))."""
    readers = (lambda i, j: queries[i:j]), (lambda i, j: gallery[i:j])
    return np.concatenate(list(nearest_neighbours(readers[0], len(queries), readers[1], len(gallery), k, block, device)))


def _highest(keys: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the ``k`` highest keys of each row, highest first."""
    if keys.shape[1] > k:
        keys = np.partition(keys, keys.shape[1] - k, axis=1)[:, -k:]
    return np.sort(keys, axis=1)[:, ::-1]


def _merge(best: NDArray[np.int64] | None, similarity: NDArray[np.float32], start: int, k: int) -> NDArray[np.int64]:
    """Return the ``k`` highest keys of each row among ``best`` and a block of the gallery that begins at index ``start``.

    Keys of a whole block would be costly to make and to sort. Once ``k`` neighbours are known, only a similarity above the k-th
    best can still enter, and few of a typical block are: keys are made for these alone, so that nearly all of the time is the
    matrix product's.
    """
    if best is None or best.shape[1] < k:
        # There are no k neighbours to compare with yet: the first columns provide them.
        few = similarity[:, : 4 * k]
        keys = order_keys(few, np.arange(start, start + few.shape[1]))
        best = _highest(keys if best is None else np.concatenate([best, keys], axis=1), k)
        similarity, start = similarity[:, 4 * k :], start + few.shape[1]
    # `>` and not `>=`: a value equal to the k-th best comes later in the gallery, and ties go to the lower index.
    rows, columns = np.nonzero(similarity > similarity_of(best[:, -1:]))
    if not len(rows):
        return best
    # The rows have different numbers of candidates: move them to the left of a rectangle, filled up with the lowest key.
    counts = np.bincount(rows, minlength=len(best))
    keys = np.full((len(best), counts.max()), np.iinfo(np.int64).min)
    position = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys[rows, position] = order_keys(similarity[rows, columns], start + columns)
    return _highest(np.concatenate([best, keys], axis=1), k)


def _to_device(rows: NDArray[np.float32], device: str) -> Any:
    """Return the rows as a tensor on the device."""
    import torch

    return torch.from_numpy(rows).to(device)


def _merge_torch(best: Any, similarity: Any, start: int, k: int) -> Any:
    """Do the same as ``_merge`` in PyTorch, with keys of the whole block, which a GPU sorts quickly."""
    import torch

    bits = (similarity + 0.0).view(torch.int32)
    sortable = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits).to(torch.int64)
    index = torch.arange(start, start + similarity.shape[1], dtype=torch.int64, device=similarity.device)
    keys = (sortable << 32) | (int(MAX_INDEX) - index)
    if best is not None:
        keys = torch.cat([best, keys], dim=1)
    return keys.topk(min(k, keys.shape[1]), dim=1).values
