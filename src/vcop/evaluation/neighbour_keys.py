"""Keys of neighbours: integers whose order is the order of the neighbours, and the choice of the highest ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_INDEX = np.int64(2**32 - 1)  # also the mask of a key's lower half


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


def merge_nearest(best: NDArray[np.int64] | None, similarity: NDArray[np.float32], start: int, k: int) -> NDArray[np.int64]:
    """Return the ``k`` highest keys of each row among ``best`` and the similarities of a block that begins at index ``start``.

    Keys are costly to make and to sort, so they are made for those similarities alone that can still enter.
    """
    if best is not None and best.shape[1] == k:
        # `>` and not `>=`: a value equal to the k-th best comes later in the gallery, and ties go to the lower index.
        enter = similarity > similarity_of(best[:, -1:])
    elif similarity.shape[1] > k:
        # Those equal to the bound may enter, and their indices decide. What is not a number enters.
        enter = ~(similarity < reached_by(k, similarity))
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


def reached_by(k: int, similarity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return of each row a value that at least ``k`` of its values reach, and not many more. Shape: (n, m) -> (n, 1), m > k.

    It is the k-th highest of the maxima of some columns each: to sort these takes a tenth of the time of sorting all values.
    """
    columns = similarity.shape[1]
    groups = 1 << min(int(columns).bit_length() - 1, (4 * k - 1).bit_length())
    if groups < k:  # few columns
        return np.partition(similarity, columns - k, axis=1)[:, columns - k : columns - k + 1]
    whole = similarity[:, : columns // groups * groups]
    highest = np.maximum.reduce(whole.reshape(len(whole), -1, groups), axis=1)
    return np.partition(highest, groups - k, axis=1)[:, groups - k : groups - k + 1]


def _highest(keys: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the ``k`` highest keys of each row, highest first."""
    if keys.shape[1] > k:
        keys = np.partition(keys, keys.shape[1] - k, axis=1)[:, -k:]
    return np.sort(keys, axis=1)[:, ::-1]
