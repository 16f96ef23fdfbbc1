"""``vcop retrieve``: nearest training clips of every test clip, and videos of every test video (CVPR 2019, 4.1).

Clip level: every test clip queries all clips of the gallery (Tables 2, 3). Video level: a video is the mean of its ten clip features
(Figure 5; the published code computes only this one). A query is right at k if its class is among the k nearest, so that the
rank of the first neighbour of its class says all; 0 stands for "not among the 50".
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from vcop.evaluation.nearest_neighbours import nearest_neighbours
from vcop.storage.feature_store import FeatureStore

DEPTH = 50
HEADER = ("level", "video", "clip", "class", "rank", "first", "second")


def retrieve(
    queries: FeatureStore, gallery: FeatureStore, level: str, block: int, device: str = "cpu"
) -> list[tuple[object, ...]]:
    """A row a query: level, video, clip, class, rank of the first neighbour of that class, the two nearest videos."""
    clips = 1 if level == "video" else queries.clips
    # A block is of whole videos, and never more than `block` clips are read for it.
    videos_a_block = max(1, block // queries.clips)

    def rows_of(features: FeatureStore, first: int, last: int) -> NDArray[np.float32]:
        if level == "video":
            return features.means(first, last)
        return features.read(first // clips, last // clips).reshape(-1, features.values)

    known = {name: index for index, name in enumerate(queries.classes)}
    gallery_labels = np.array([known.get(gallery.classes[label], -1) for label in gallery.labels])
    found = nearest_neighbours(
        partial(rows_of, queries), len(queries) * clips, partial(rows_of, gallery), len(gallery) * clips,
        DEPTH, videos_a_block * clips, device,
    )  # fmt: skip
    out: list[tuple[object, ...]] = []
    for indices in found:
        for near in indices // clips:
            video, clip = divmod(len(out), clips)
            label = queries.labels[video]
            hits = np.flatnonzero(gallery_labels[near] == label)
            rank = int(hits[0]) + 1 if len(hits) else 0
            nearest_two = [gallery.names[n] for n in near[:2]] + [""] * (2 - len(near[:2]))
            name = queries.classes[label]
            out.append((level, queries.names[video], clip, name, rank, *nearest_two))
    return out
