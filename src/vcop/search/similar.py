"""Search in embeddings: the nearest videos of a query, pairs of videos that are nearly the same, and videos that are far from all others.

All three are exact, and compare rows in blocks, so that memory does not grow with the square of the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcop.evaluation.nearest_neighbours import lengths, unit_rows
from vcop.search.embeddings import Embeddings

BLOCK = 4096  # rows that are compared at a time
SAME = -2.0  # in place of the similarity of two rows of one video: below that of any other rows


@dataclass(frozen=True)
class Hit:
    """A row near a query.

    Attributes:
        row: Its number in the file, from 0.
        video: Path of its video.
        start: Seconds from the beginning of the video.
        end: Seconds from the beginning of the video.
        similarity: Cosine similarity, -1 to 1.
    """

    row: int
    video: str
    start: float
    end: float
    similarity: float


def hit_of(found: Embeddings, row: int, similarity: float) -> Hit:
    """Return a row as a hit."""
    return Hit(row, str(found.video[row]), float(found.start[row]), float(found.end[row]), similarity)


def search(query: NDArray[np.float32], found: Embeddings, k: int, without: str = "") -> list[Hit]:
    """Return the nearest videos by cosine similarity, each with the nearest of its rows, nearest first. The search is exact.

    Args:
        query: Embedding of the query.
        found: Where to search.
        k: Number of videos.
        without: A video that is left out, which is the query's own.

    Raises:
        ValueError: The query has another number of values, or k is below 1.

    Shape:
        ``query``: (values,)
    """
    _require_count(k)
    if query.shape != found.vectors.shape[1:]:
        raise ValueError(
            f"the query has {query.size} values and a row has {found.vectors.shape[1]}: they were made with different weights"
        )
    similarities = _similarities(query, found.vectors)
    rows = _nearest_of_each(similarities, number_videos(found)).tolist()
    chosen = [row for row in rows if found.video[row] != without][:k]
    return [hit_of(found, row, float(similarities[row])) for row in chosen]


def _require_count(k: int) -> None:
    """Raise ValueError unless at least one video is asked for."""
    if k < 1:
        raise ValueError(f"-k {k}: at least one video has to be asked for")


def _similarities(query: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosine similarity of a query to each row; 0 for a row of zeros. Shape: (values,), (rows, values) -> (rows,)."""
    out = np.empty(len(vectors), np.float32)
    for first in range(0, len(vectors), BLOCK):
        rows = vectors[first : first + BLOCK]
        out[first : first + BLOCK] = rows @ unit_rows(query[None])[0] / lengths(rows)
    return out


def _nearest_of_each(similarities: NDArray[np.float32], video: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the row of each video whose similarity is the highest, the first of equal ones; videos of the highest similarity first."""
    nearest_first = np.argsort(-similarities, kind="stable")
    _, place = np.unique(video[nearest_first], return_index=True)
    return nearest_first[np.sort(place)]


def mean_of(found: Embeddings, rows: Iterable[int]) -> NDArray[np.float32]:
    """Return the mean of some rows: the embedding of a video from those of its clips. Shape: (values,)."""
    mean: NDArray[np.float32] = found.vectors[list(rows)].mean(axis=0)
    return mean


def number_videos(found: Embeddings) -> NDArray[np.intp]:
    """Return a number of the video of each row: from 0, in the order in which videos appear. Shape: (rows,)."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in found.video.tolist()], np.intp)


def compare_blocks(found: Embeddings, video: NDArray[np.intp]) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
    """Yield the first rows of two blocks and the similarities between them, for any two blocks once.

    Args:
        found: The embeddings.
        video: Number of the video of each row; two rows of one video have the similarity ``SAME``.

    Shape:
        The similarities are (rows of the first block, rows of the second); the second block is never before the first.
    """
    for first in range(0, len(found), BLOCK):
        rows = unit_rows(found.vectors[first : first + BLOCK])
        for second in range(first, len(found), BLOCK):
            similarity = rows @ unit_rows(found.vectors[second : second + BLOCK]).T
            ours, theirs = video[first : first + BLOCK], video[second : second + BLOCK]
            if theirs.min() <= ours.max():  # not so where the rows of a video follow one another, but for neighbouring blocks
                similarity[ours[:, None] == theirs] = SAME
            yield first, second, similarity


def outliers(found: Embeddings, k: int) -> list[tuple[Hit, Hit]]:
    """Return the videos that are farthest from all others, farthest first, each with its nearest row and the nearest row of another video.

    How far a video is from all others is told by its nearest other video. Its similarity is that of their nearest rows, as for
    ``duplicates``. The time grows with the square of the number of rows; the memory does not.

    Args:
        found: The embeddings.
        k: Number of videos.

    Raises:
        ValueError: k is below 1, or there is one video only.
    """
    video = number_videos(found)
    _require_count(k)
    if video.max(initial=0) == 0:
        raise ValueError("there is one video only, and it cannot be compared with others")
    best = np.full(len(found), SAME, np.float32), np.zeros(len(found), np.intp)
    for first, second, similarity in compare_blocks(found, video):
        _keep_nearest(best, first, second, similarity)
        _keep_nearest(best, second, first, similarity.T)
    similarities, others = best
    rows = _nearest_of_each(similarities, video)  # the row that is nearest to another video
    chosen = rows[np.argsort(similarities[rows], kind="stable")][:k]
    return [
        (hit_of(found, row, value), hit_of(found, other, value)) for row, other, value in _listed(chosen, others, similarities)
    ]


def _listed(
    rows: NDArray[np.intp], others: NDArray[np.intp], similarities: NDArray[np.float32]
) -> list[tuple[int, int, float]]:
    """Return some rows, their nearest rows and similarities as plain numbers."""
    return list(zip(rows.tolist(), others[rows].tolist(), similarities[rows].tolist(), strict=True))


def _keep_nearest(
    best: tuple[NDArray[np.float32], NDArray[np.intp]], first: int, second: int, similarity: NDArray[np.float32]
) -> None:
    """Put into ``best`` (similarity and number of the nearest row) what a block of rows finds nearer in a second one."""
    values = similarity.max(axis=1)
    nearer = np.flatnonzero(values > best[0][first : first + len(values)])  # few after some blocks: argmax is slow
    best[0][first + nearer], best[1][first + nearer] = values[nearer], similarity[nearer].argmax(axis=1) + second


def duplicates(found: Embeddings, above: float, limit: int) -> list[tuple[Hit, Hit]]:
    """Return pairs of different videos whose nearest rows are more similar than a threshold, most similar first.

    The time grows with the square of the number of rows; the memory does not.

    Args:
        found: The embeddings.
        above: Least cosine similarity.
        limit: Most pairs to return.

    Raises:
        ValueError: The limit is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit {limit}: at least one pair has to be allowed")
    video, best = number_videos(found), dict[tuple[int, int], tuple[float, int, int]]()
    for first, second, similarity in compare_blocks(found, video):
        _add_pairs(best, similarity, video, (first, second), above, limit)
    ordered = sorted(best.values(), key=lambda pair: (-pair[0], pair[1:]))[:limit]
    return [(hit_of(found, min(a, b), value), hit_of(found, max(a, b), value)) for value, a, b in ordered]


def _add_pairs(
    best: dict[tuple[int, int], tuple[float, int, int]],
    similarity: NDArray[np.float32],
    video: NDArray[np.intp],
    corner: tuple[int, int],
    above: float,
    limit: int,
) -> None:
    """Add the most similar pairs of videos of a block to ``best``: similarity and both rows, by the numbers of both videos."""
    rows, columns = np.nonzero(similarity > above)
    values, new = similarity[rows, columns], 0
    for i in np.argsort(-values, kind="stable"):
        a, b, value = int(rows[i]) + corner[0], int(columns[i]) + corner[1], float(values[i])
        pair = (int(min(video[a], video[b])), int(max(video[a], video[b])))
        new += pair not in best
        if new > limit:  # what follows is less similar than enough pairs already
            break
        if pair not in best or value > best[pair][0]:
            best[pair] = (value, a, b)
    if len(best) > 4 * limit:
        kept = sorted(best, key=lambda pair: -best[pair][0])[:limit]
        for pair in best.keys() - set(kept):
            del best[pair]
