"""``vcop retrieve``: nearest neighbours of test clips and videos among the training ones."""

from __future__ import annotations

import argparse
from pathlib import Path

from vcop.commands.flags import add_flags, from_flags
from vcop.config.options import RetrieveOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.evaluation.retrieval import HEADER, retrieve
from vcop.runtime.atomic_files import write_csv
from vcop.storage import sanity
from vcop.storage.feature_store import FeatureStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--queries", type=Path, required=True, help="feature file whose test videos ask (.h5)")
    parser.add_argument("--gallery", type=Path, required=True, help="feature file whose training videos answer (.h5)")
    parser.add_argument("--layer", required=True, help="stage whose features are compared")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="where to compare")
    parser.add_argument("--out", type=Path, required=True, help="a row a query (.csv)")
    add_flags(parser, RetrieveOptions)


def run(arguments: argparse.Namespace) -> None:
    """Retrieve. Raises ValueError for features of different networks or weights."""
    options = from_flags(RetrieveOptions, arguments)
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
