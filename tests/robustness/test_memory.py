"""Peak memory of a retrieval at a tenth of the papers' queries and gallery, 9,216 values each (37,830 x 95,370 in the papers)."""

import subprocess
import sys

import numpy as np
import pytest

from vcop.config.options import RetrieveOptions
from vcop.datasets.splits import TEST, TRAIN
from vcop.storage import feature_store
from vcop.storage.frame_store import Video

CLIPS, VALUES, BLOCK = 10, 9216, 1024
QUERIES, GALLERY = 378, 954  # videos of ten clips: a tenth of UCF101 split 1
ABOUT = {"network": "r3d", "weights": "w", "crop": 112, "frame_stride": 1, "test_clips": CLIPS}
# Two blocks and what is made of their similarities (docs/wildcards.md), and what Python with its libraries needs itself.
BOUND = 4 * (2 * BLOCK * VALUES + 7 * BLOCK * BLOCK) / 2**20
WATCHED = """
import resource, sys
from vcop import cli
code = cli.main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""


def write(path, gallery):
    rng = np.random.default_rng(0)
    videos = [Video(f"A/{i}.avi", i % 101, 0, 100) for i in range(gallery + QUERIES)]
    roles = [TRAIN] * gallery + [TEST] * QUERIES
    blocks = ({"conv5": rng.standard_normal((1, CLIPS, VALUES), np.float32)} for _ in videos)
    feature_store.write_features(
        path, videos, roles, [str(i) for i in range(101)], blocks, {"conv5": (CLIPS, VALUES)}, False, ABOUT
    )


def peak(path, out):
    """MiB of a process that retrieves."""
    words = ["retrieve", "--queries", path, "--gallery", path, "--layer", "conv5", "--block-rows", BLOCK, "--out", out]
    done = subprocess.run([sys.executable, "-c", WATCHED, *map(str, words)], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024


@pytest.mark.slow
def test_memory_depends_on_the_block_and_not_on_the_gallery(tmp_path):
    assert BLOCK <= RetrieveOptions().block_rows
    write(tmp_path / "whole.h5", GALLERY)
    write(tmp_path / "half.h5", GALLERY // 2)
    empty = subprocess.run(
        [sys.executable, "-c", "import vcop.evaluation.retrieval, h5py, resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    base = int(empty.stdout) / 1024
    whole, half = (peak(tmp_path / f"{name}.h5", tmp_path / f"{name}.csv") for name in ("whole", "half"))
    rows = (tmp_path / "whole.csv").read_text().count("\n") - 1
    assert rows == QUERIES * (CLIPS + 1), "no query is dropped"
    print(f"peak {whole:.0f} MiB, half the gallery {half:.0f}, without {base:.0f}, bound {BOUND:.0f}")
    assert abs(whole - half) < 50, "the other half would be 168 MiB"
    assert whole - base < 2 * BOUND
