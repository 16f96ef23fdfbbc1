"""Nearest videos of many queries at once: what the page of a study of one's own videos shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from vcop.evaluation.nearest_neighbours import nearest_rows, unit_rows
from vcop.search.embeddings import Embeddings
from vcop.search.similar import BLOCK

HEADER = ("query", "rank", "video", "cosine")


class Neighbours(NamedTuple):
    """A query with the nearest other videos, nearest first, and their cosine similarities."""

    query: str
    videos: list[str]
    cosines: list[float]


def nearest_videos(found: Embeddings, queries: Sequence[str], gallery: Sequence[str], k: int) -> list[Neighbours]:
    """Return the nearest videos of each query by the means of their clips (CVPR 2019, Figure 5), without the query itself.

    Args:
        found: The embeddings.
        queries: Videos to search for, by their names in ``found``.
        gallery: Videos to search among.
        k: Number of videos for each query.

    Raises:
        ValueError: A query is not among the embeddings, or there is no other video.
    """
    names, of_row = np.unique(found.video.astype(str), return_inverse=True)
    sums = np.zeros((len(names), found.vectors.shape[1]), np.float32)
    np.add.at(sums, of_row, found.vectors)
    means = (sums / np.bincount(of_row)[:, None]).astype(np.float32)
    number = {name: i for i, name in enumerate(names.tolist())}
    missing = [name for name in queries if name not in number]
    others = [name for name in gallery if name in number]
    if missing or len(others) < 2:
        raise ValueError(f"{missing[0] if missing else 'a second video'}: not among the {len(names)} videos with embeddings")
    searched = means[[number[name] for name in others]]
    asked = means[[number[name] for name in queries]]
    near = nearest_rows(asked, searched, k + 1, BLOCK)
    asked, searched = unit_rows(asked), unit_rows(searched)
    return [
        Neighbours(query, [others[i] for i in rows], (searched[rows] @ asked[n]).tolist())
        for n, query in enumerate(queries)
        for rows in [[i for i in near[n].tolist() if others[i] != query][:k]]
    ]
