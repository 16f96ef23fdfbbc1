"""Feature files of given values, and the command that searches them."""

import csv

import numpy as np
from support.helpers import vcop

from vcop.storage import feature_store
from vcop.storage.frame_store import Video

ABOUT = {"network": "r3d", "weights": "w", "crop": 24, "frame_stride": 2, "test_clips": 2}


def write(path, values, labels, roles, classes=("a", "b", "c"), **about):
    """A feature file of given values (V, clips, D)."""
    videos = [Video(f"{classes[c]}/{i}.avi", c, 0, 1) for i, c in enumerate(labels)]
    values = np.asarray(values, np.float32)
    shapes = {"conv5": values.shape[1:]}
    blocks = iter([{"conv5": values[:2]}, {"conv5": values[2:]}])
    feature_store.write_features(path, videos, roles, list(classes), blocks, shapes, False, ABOUT | about)


def retrieve(tmp_path, queries, gallery, *more):
    code = vcop(
        "retrieve", "--queries", queries, "--gallery", gallery, "--layer", "conv5", "--out", tmp_path / "out.csv", *more
    )
    if code:
        return code, []
    with open(tmp_path / "out.csv") as file:
        return code, list(csv.DictReader(file))
