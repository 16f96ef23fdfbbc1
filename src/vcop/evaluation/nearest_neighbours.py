"""Exact nearest neighbours by cosine similarity, compared block by block (CVPR 2019, 4.1).

The full matrix of similarities is never in memory. On the CPU, at most these are in memory at a time: ``HELD`` blocks of queries, two
blocks of the gallery (one is kept while the next one is read), and two matrices of products. With b rows of d values in a block, these
are about ``(HELD + 2) b d + 2 b b`` floats, however large the sets are (b = 4096, d = 9216: 1.6 GB).

Nearly all of the time has to be the matrix product's. So rows are not scaled: the length of a query changes nothing in the order of its
neighbours, and similarities are divided by the lengths of the gallery's rows, which are fewer numbers. On a CPU a second thread measures
these lengths, and chooses the neighbours from a product, while the next product is computed. It chooses from strips of rows that fit
into a core's cache.

The result depends neither on the block size nor on the threads: rows of equal similarity are ordered by their index in the
gallery. This module imports PyTorch only to compare on a GPU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vcop.evaluation.neighbour_keys import MAX_INDEX, merge_nearest

Keys = Future[NDArray[np.int64]]
ReadRows = Callable[[int, int], NDArray[np.float32]]
HELD = 8  # blocks of queries compared with a block of the gallery each time that it is read
STRIP = 2**18  # values of a strip of rows, 1 MiB


def unit_rows(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows scaled to length 1; a row of zeros stays as it is, and has similarity 0 to every other row."""
    out = np.empty(x.shape, np.float32)
    for rows in _strips(*x.shape):
        squares = np.multiply(x[rows], x[rows], out=out[rows] if x.dtype == out.dtype else None)
        norm = np.sqrt(np.add.reduce(squares, axis=-1, keepdims=True))
        norm[norm == 0] = 1
        np.divide(x[rows], norm, out=out[rows])
    return out


def lengths(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each row; 1 for a row of zeros, so that its similarity to every other row is 0. Shape: (n, D) -> (n,)."""
    found: NDArray[np.float32] = np.sqrt(np.vecdot(x, x))
    found[found == 0] = 1
    return found


def _strips(rows: int, values: int) -> list[slice]:
    """Return slices of rows, each of about STRIP values."""
    size = max(1, STRIP // max(1, values))
    return [slice(i, min(i + size, rows)) for i in range(0, rows, size)]


def nearest_neighbours(
    queries: ReadRows, query_count: int, gallery: ReadRows, gallery_count: int, k: int, block: int, device: str = "cpu"
) -> Iterator[NDArray[np.int64]]:
    """Yield the gallery indices of the ``k`` nearest rows, nearest first, for one block of queries after another.

    Args:
        queries: Reader of query rows: ``queries(i, j)`` returns rows i .. j - 1, in memory that the next call leaves alone.
        query_count: Number of query rows.
        gallery: Reader of gallery rows.
        gallery_count: Number of gallery rows.
        k: Number of neighbours.
        block: Most rows that are read at a time; it bounds the memory.
        device: Where to compare: "cpu" uses NumPy, any other device PyTorch.

    Shape:
        Rows are (n, D); each result is (rows of the block, min(k, gallery_count)).
    """

    def blocks(read: ReadRows, first: int, last: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the number of the first row of each block, and its rows."""
        for i in range(first, last, block):
            yield i, np.asarray(read(i, min(i + block, last)), np.float32)

    with _OnCpu(k) if device == "cpu" else _OnDevice(k, device) as comparison:
        # The gallery is read anew in each pass over it, so each pass serves several blocks of queries.
        for first in range(0, query_count, HELD * block):
            held = [comparison.place(q) for _, q in blocks(queries, first, min(first + HELD * block, query_count))]
            best: list[Any] = [None] * len(held)
            for start, rows in blocks(gallery, 0, gallery_count):
                g = comparison.place(rows)
                scale = comparison.lengths(g)
                for i, q in enumerate(held):
                    best[i] = comparison.compare(best[i], q, g, scale, start)
            for keys in best:
                yield MAX_INDEX - (comparison.keys(keys) & MAX_INDEX)
            held.clear()  # before the next blocks are read


def nearest_rows(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], k: int, block: int = 4096, device: str = "cpu"
) -> NDArray[np.int64]:
    """Return the gallery indices of the ``k`` nearest rows, nearest first. Shape: (Q, D), (G, D) -> (Q, min(k, G))."""
    readers = (lambda i, j: queries[i:j]), (lambda i, j: gallery[i:j])
    return np.concatenate(list(nearest_neighbours(readers[0], len(queries), readers[1], len(gallery), k, block, device)))


class _OnCpu:
    """Comparison of blocks on the CPU: the ``k`` highest keys of each row, as futures of a second thread, which takes one after another."""

    def __init__(self, k: int) -> None:
        self.k, self._second = k, ThreadPoolExecutor(1)
        # Two products in turn: from one neighbours are chosen while the other is computed. Pages of fresh memory cost as much as choosing.
        self._product, self._other = np.empty(0, np.float32), np.empty(0, np.float32)
        self._choosing: Keys | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._second.shutdown()

    def place(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the rows as they are."""
        return rows

    def lengths(self, g: NDArray[np.float32]) -> Future[NDArray[np.float32]]:
        """Return the lengths of a block's rows."""
        return self._second.submit(lengths, g)

    def compare(
        self,
        best: Keys | None,
        q: NDArray[np.float32],
        g: NDArray[np.float32],
        scale: Future[NDArray[np.float32]],
        start: int,
    ) -> Keys:
        """Return the highest keys of each query among ``best`` and a block of the gallery that begins at index ``start``."""
        if self._product.size < len(q) * len(g):
            self._product = np.empty(len(q) * len(g), np.float32)
        products = np.matmul(q, g.T, out=self._product[: len(q) * len(g)].reshape(len(q), len(g)))
        self._product, self._other = self._other, self._product
        if self._choosing is not None:
            self._choosing.result()  # so that the next product does not overwrite what is still read
        self._choosing = self._second.submit(self._choose, best, products, scale, start)
        return self._choosing

    def _choose(
        self, best: Keys | None, products: NDArray[np.float32], scale: Future[NDArray[np.float32]], start: int
    ) -> NDArray[np.int64]:
        """Do what ``compare`` says with the products of a block, whose memory is used up."""
        known, found = None if best is None else best.result(), []
        for rows in _strips(*products.shape):
            similarity = np.divide(products[rows], scale.result(), out=products[rows])
            found.append(merge_nearest(None if known is None else known[rows], similarity, start, self.k))
        return np.concatenate(found)

    def keys(self, best: Keys) -> NDArray[np.int64]:
        """Return the keys that were found."""
        return best.result()


class _OnDevice:
    """Comparison of blocks by PyTorch, with keys of the whole block, which a GPU sorts quickly."""

    def __init__(self, k: int, device: str) -> None:
        import torch

        self.k, self.device, self.torch = k, device, torch

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def place(self, rows: NDArray[np.float32]) -> Any:
        """Return the rows on the device."""
        return self.torch.from_numpy(np.require(rows, requirements="W")).to(
            self.device
        )  # PyTorch warns of memory that is read only

    def lengths(self, g: Any) -> Any:
        """Return the lengths of a block's rows, 1 for a row of zeros."""
        found = self.torch.linalg.vector_norm(g, dim=1)
        return self.torch.where(found == 0, 1.0, found)

    def compare(self, best: Any, q: Any, g: Any, scale: Any, start: int) -> Any:
        """Return the highest keys of each query among ``best`` and a block of the gallery that begins at index ``start``."""
        torch = self.torch
        bits = (q @ g.T / scale + 0.0).view(torch.int32)
        sortable = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits).to(torch.int64)
        index = torch.arange(start, start + len(g), dtype=torch.int64, device=g.device)
        keys = (sortable << 32) | (int(MAX_INDEX) - index)
        if best is not None:
            keys = torch.cat([best, keys], dim=1)
        return keys.topk(min(self.k, keys.shape[1]), dim=1).values

    def keys(self, best: Any) -> NDArray[np.int64]:
        """Return the keys that were found, on the CPU."""
        found: NDArray[np.int64] = best.cpu().numpy()
        return found
