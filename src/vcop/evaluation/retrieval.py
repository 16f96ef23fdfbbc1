"""``vcop retrieve``: nearest training clips of every test clip, and videos of every test video (CVPR 2019, 4.1).

Clip level: every test clip queries all clips of the gallery (Tables 2, 3). Video level: a video is the mean of its ten clip features
(Figure 5; the published code computes only this one). A query is right at k if its class is among the k nearest, so that the
rank of the first neighbour of its class says all; 0 stands for "not among the 50".
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.config.options import RetrieveOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.nearest_neighbours import nearest_neighbours
from vcop.runtime.atomic_files import write_csv
from vcop.storage import sanity
from vcop.storage.feature_store import FeatureStore

DEPTH = 50
HEADER = ("level", "video", "clip", "class", "rank", "first", "second")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--queries", type=Path, required=True, help="feature file whose test videos ask (.h5)")
    parser.add_argument("--gallery", type=Path, required=True, help="feature file whose training videos answer (.h5)")
    parser.add_argument("--layer", required=True, help="stage whose features are compared")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to compare")
    parser.add_argument("--out", type=Path, required=True, help="a row a query (.csv)")
    RetrieveOptions.add_flags(parser)


def run(arguments: argparse.Namespace) -> None:
    """Retrieve. Raises ValueError for features of different networks or weights."""
    options = RetrieveOptions.from_flags(arguments)
    queries = FeatureStore(arguments.queries, arguments.layer, TEST)
    gallery = FeatureStore(arguments.gallery, arguments.layer, TRAIN)
    for key in ("network", "weights", "crop", "frame_stride", "test_clips"):
        if queries.about[key] != gallery.about[key]:
            raise ValueError(f"{queries.path} and {gallery.path}: made with different {key}: extract again")
    for features, videos in ((queries, "test"), (gallery, "training")):
        if not len(features):
            raise ValueError(f"{features.path}: holds no {videos} videos, so nothing can be retrieved")
    sanity.require_classes(str(gallery.path), gallery.classes, gallery.labels.tolist())
    rows: list[tuple[object, ...]] = []
    for level in ("clip", "video"):
        rows += retrieve(queries, gallery, level, options.block_rows, arguments.device)
    write_csv(arguments.out, HEADER, rows)
    print(f"{arguments.out}: {len(queries)} videos asked {len(gallery)}")


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
