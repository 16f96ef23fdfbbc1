"""Nearest-neighbour retrieval: test clips or videos query the training ones (CVPR 2019, 4.1).

Clip level: every test clip queries all clips of the gallery (CVPR 2019, Tables 2 and 3). Video level: a video is the mean of its
clip features (Figure 5; the published code computes only this level). A query is correct at k if its class is among its k nearest
neighbours, so the rank of the first neighbour of its class gives the accuracy at every k.

*Chance at k* is the accuracy that remains if the classes of the gallery are dealt out anew among its videos, while all neighbours
stay. The k nearest clips are often clips of few videos, which have one class: chance is then below that of k independent guesses.

This module needs no PyTorch, unless a GPU compares.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from vcop.config.options import RetrieveOptions
from vcop.evaluation.nearest_neighbours import nearest_neighbours, nearest_rows
from vcop.storage import sanity
from vcop.storage.feature_store import FeatureStore

DEPTH = 50  # largest k of the papers
LEVELS = ("clip", "video")
KS = (1, 5, 10, 20, 50)  # the papers' k
CHANCES = tuple(f"chance_{k}" for k in KS)
HEADER = ("level", "video", "clip", "class", "rank", "first", "second", *CHANCES)
# Features can be compared only if these are equal.
SAME = ("network", "weights", "crop", "frame_stride", "test_clips")
BLOCK_ROWS = RetrieveOptions.block_rows


def retrieve(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], k: int = DEPTH, *, block: int = BLOCK_ROWS, device: str = "cpu"
) -> NDArray[np.int64]:
    """Return the gallery indices of the ``k`` nearest videos (or clips) of each query by cosine, nearest first.

    Args:
        queries: Features of the queries, one row each; with a dimension of clips, a video is the mean of its clips.
        gallery: Features that are searched, in the same form.
        k: Number of neighbours.
        block: Most rows that are compared at a time; it bounds the memory.
        device: "cpu", or a GPU as PyTorch names it.

    Raises:
        ValueError: If there is nothing to search or to compare, or if the features differ in their number of values.

    Shape:
        (Q, D) or (Q, clips, D), (G, D) or (G, clips, D) -> (Q, min(k, G)).
    """
    for name, features in (("queries", queries), ("gallery", gallery)):
        if not isinstance(features, np.ndarray) or features.ndim not in {2, 3} or not len(features):
            raise ValueError(f"{name}: an array (videos, values) or (videos, clips, values) with at least one video is needed")
    q, g = (x.mean(axis=1) if x.ndim == 3 else x for x in (queries, gallery))
    if q.shape[1] != g.shape[1]:
        raise ValueError(f"queries have {q.shape[1]} values and the gallery {g.shape[1]}: take the same layer and network")
    return nearest_rows(q, g, k, block, device)


def retrieve_stores(
    queries: FeatureStore, gallery: FeatureStore, *, block: int = BLOCK_ROWS, device: str = "cpu"
) -> list[tuple[object, ...]]:
    """Search the gallery for every query clip, then for every query video.

    Args:
        queries: Features of the test videos.
        gallery: Features of the training videos, of the same or of another data set; classes are matched by name.
        block: Most rows that are compared at a time; it bounds the memory.
        device: "cpu", or a GPU as PyTorch names it.

    Returns:
        The rows of ``HEADER``: level, video, clip, class, rank of the first neighbour of that class (0: not among the first
        50), the two nearest videos, and the query's chance (0 to 1) at each of ``KS``.

    Raises:
        ValueError: If the features were computed by different networks or weights, or if there are no queries or no gallery.
    """
    for key in SAME:
        if queries.about[key] != gallery.about[key]:
            raise ValueError(f"{queries.path} and {gallery.path}: made with different {key}: extract again")
    for features, videos in ((queries, "test"), (gallery, "training")):
        if not len(features):
            raise ValueError(f"{features.path}: holds no {videos} videos, so nothing can be retrieved")
    sanity.require_classes(str(gallery.path), gallery.classes, gallery.labels.tolist())
    return [row for level in LEVELS for row in retrieve_level(queries, gallery, level, block, device)]


def retrieve_level(
    queries: FeatureStore, gallery: FeatureStore, level: str, block: int, device: str = "cpu"
) -> list[tuple[object, ...]]:
    """Return the rows of one level, "clip" or "video"; see ``retrieve_stores``."""
    clips = 1 if level == "video" else queries.clips
    # A block consists of whole videos, and never more than `block` clips are read for it.
    videos_per_block = max(1, block // queries.clips)

    def read(features: FeatureStore, first: int, last: int) -> NDArray[np.float32]:
        if level == "video":
            return features.means(first, last)
        return features.read(first // clips, last // clips).reshape(-1, features.values)

    label_of = {name: label for label, name in enumerate(queries.classes)}
    # The gallery's classes by the numbers of the queries' classes; -1 for a class that the queries do not have.
    gallery_labels = np.array([label_of.get(gallery.classes[label], -1) for label in gallery.labels])
    chances = [chance_by_videos(len(gallery), int((gallery_labels == label).sum())) for label in range(len(queries.classes))]
    blocks = nearest_neighbours(
        partial(read, queries), len(queries) * clips, partial(read, gallery), len(gallery) * clips,
        DEPTH, videos_per_block * clips, device,
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for indices in blocks:
        for neighbours in indices // clips:  # videos of the gallery, nearest first
            video, clip = divmod(len(rows), clips)
            label = int(queries.labels[video])
            found = describe_neighbours(neighbours, gallery_labels, label, gallery.names, chances[label])
            rows.append((level, queries.names[video], clip, queries.classes[label], *found))
    return rows


def describe_neighbours(
    neighbours: NDArray[np.int64], gallery_labels: NDArray[np.int64], label: int, names: list[str], chance: NDArray[np.float64]
) -> tuple[object, ...]:
    """Return the columns of ``HEADER`` that say what a query has found: rank, the two nearest videos, chance at each k.

    Args:
        neighbours: Indices of the gallery's videos, nearest first; a video may stand there several times, once for each clip.
        gallery_labels: Class of each video of the gallery.
        label: Class of the query.
        names: Name of each video of the gallery.
        chance: Chance by the number of different videos, see ``chance_by_videos``.
    """
    hits = np.flatnonzero(gallery_labels[neighbours] == label)
    rank = int(hits[0]) + 1 if len(hits) else 0
    nearest_two = [names[n] for n in neighbours[:2]] + [""] * (2 - len(neighbours[:2]))
    return rank, *nearest_two, *(round(float(chance[len(set(neighbours[:k].tolist()))]), 6) for k in KS)


def chance_by_videos(count: int, right: int) -> NDArray[np.float64]:
    """Return the probability that at least one of n videos, drawn without replacement, has the query's class.

    It is the exact mean over all ways to deal out the gallery's classes among its videos; no draws are needed.

    Args:
        count: Videos of the gallery.
        right: Those of the query's class.

    Returns:
        Probabilities (0 to 1) for n = 0 to ``DEPTH``. Shape: (DEPTH + 1,).
    """
    n = np.arange(DEPTH)
    misses = np.where(n < count, np.clip(count - right - n, 0, None) / np.clip(count - n, 1, None), 1.0)
    return 1 - np.concatenate([[1.0], np.cumprod(misses)])
