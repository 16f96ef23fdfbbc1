"""Exact nearest neighbours by cosine similarity, compared block by block (CVPR 2019, 4.1).

The full matrix of similarities is never held. At any time there are ``HELD`` blocks of queries, one block of the gallery and the
similarities of one: with blocks of b rows of d values these are about ``(HELD + 2) b d`` floats and ``b b`` more, whatever the
sizes of the sets (b = 4096, d = 9216: 1.6 GB).

Nearly all of the time has to be the matrix product's. So what comes before and after it is done on strips of rows that fit into a
core's cache, in several threads.

The result depends neither on the block size nor on the threads: rows of equal similarity are ordered by their index in the
gallery. This module imports PyTorch only to compare on a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop.runtime.process_pool import allowed_threads

ReadRows = Callable[[int, int], NDArray[np.float32]]
MAX_INDEX = np.int64(2**32 - 1)  # also the mask of a key's lower half
HELD = 8  # blocks of queries compared with a block of the gallery each time that it is read
STRIP = 2**18  # values of a strip of rows, 1 MiB


def unit_rows(x: NDArray[np.float32], out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return the rows scaled to length 1; a row of zeros stays as it is, and has similarity 0 to every other row.

    Args:
        x: The rows.
        out: Memory for the result. Fresh memory costs more than the arithmetic.
    """
    out = np.empty(x.shape, np.float32) if out is None else out
    _in_strips(lambda rows: _scale(x[rows], out[rows]), *x.shape)
    return out


def _scale(x: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Write rows scaled to length 1 into ``out``."""
    squares = np.multiply(x, x, out=out if x.dtype == out.dtype else None)
    norm = np.sqrt(np.add.reduce(squares, axis=-1, keepdims=True))
    norm[norm == 0] = 1
    np.divide(x, norm, out=out)


def _in_strips(work: Callable[[slice], Any], rows: int, values: int) -> list[Any]:
    """Call ``work`` for each strip of rows, in several threads, and return its results in the order of the rows."""
    size = max(1, STRIP // max(1, values))
    strips, threads = [slice(i, min(i + size, rows)) for i in range(0, rows, size)], allowed_threads()
    if threads == 1 or len(strips) == 1:
        return [work(strip) for strip in strips]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, strips))


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

    def blocks(read: ReadRows, first: int, last: int, *, keep: bool) -> Iterator[tuple[int, Any]]:
        """Yield scaled blocks, each in memory of its own if it is to be kept; else in that of the block before it."""
        used: NDArray[np.float32] | None = None
        for i in range(first, last, block):
            rows = read(i, min(i + block, last))
            used = unit_rows(rows, None if keep or used is None else used[: len(rows)])
            yield i, used if device == "cpu" else _to_device(used, device)

    compare = _Comparison(k) if device == "cpu" else partial(_compare_torch, k)
    # The gallery is read and scaled anew in each pass over it, so each pass serves several blocks of queries.
    for first in range(0, query_count, HELD * block):
        held = [q for _, q in blocks(queries, first, min(first + HELD * block, query_count), keep=True)]
        best: list[Any] = [None] * len(held)
        for start, g in blocks(gallery, 0, gallery_count, keep=False):
            for i, q in enumerate(held):
                best[i] = compare(best[i], q, g, start)
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


class _Comparison:
    """Comparison of blocks on the CPU: the ``k`` highest keys of each row. All products are written into one array in turn."""

    def __init__(self, k: int) -> None:
        self.k, self._product = k, np.empty(0, np.float32)

    def __call__(
        self, best: NDArray[np.int64] | None, q: NDArray[np.float32], g: NDArray[np.float32], start: int
    ) -> NDArray[np.int64]:
        """Return the highest keys of each query among ``best`` and a block of the gallery that begins at index ``start``."""
        if self._product.size < len(q) * len(g):  # pages of fresh memory cost as much as the selection
            self._product = np.empty(len(q) * len(g), np.float32)
        similarity = np.matmul(q, g.T, out=self._product[: len(q) * len(g)].reshape(len(q), len(g)))

        def merge(rows: slice) -> NDArray[np.int64]:
            return _merge(None if best is None else best[rows], similarity[rows], start, self.k)

        return np.concatenate(_in_strips(merge, *similarity.shape))


def _merge(best: NDArray[np.int64] | None, similarity: NDArray[np.float32], start: int, k: int) -> NDArray[np.int64]:
    """Return the ``k`` highest keys of each row among ``best`` and the similarities of a block that begins at index ``start``.

    Keys are costly to make and to sort, so they are made for those similarities alone that can still enter.
    """
    if best is not None and best.shape[1] == k:
        # `>` and not `>=`: a value equal to the k-th best comes later in the gallery, and ties go to the lower index.
        enter = similarity > similarity_of(best[:, -1:])
    elif (others := similarity.shape[1] - k) > 0:
        # Those equal to the block's k-th best may enter, and their indices decide. What is not a number enters.
        enter = ~(similarity < np.partition(similarity, others, axis=1)[:, others : others + 1])
    else:
        enter = np.ones(similarity.shape, bool)
    rows, columns = np.divmod(np.flatnonzero(enter), similarity.shape[1])
    best = np.empty((len(similarity), 0), np.int64) if best is None else best
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


def _compare_torch(k: int, best: Any, q: Any, g: Any, start: int) -> Any:
    """Do the same as ``_Comparison`` in PyTorch, with keys of the whole block, which a GPU sorts quickly."""
    import torch

    bits = (q @ g.T + 0.0).view(torch.int32)
    sortable = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits).to(torch.int64)
    index = torch.arange(start, start + len(g), dtype=torch.int64, device=g.device)
    keys = (sortable << 32) | (int(MAX_INDEX) - index)
    if best is not None:
        keys = torch.cat([best, keys], dim=1)
    return keys.topk(min(k, keys.shape[1]), dim=1).values
