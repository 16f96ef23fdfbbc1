"""``vcop baselines``: what can be told of a data set's classes without a network.

Nearest neighbours of test videos among training videos by three hand-made descriptions. Of synthetic videos, looks must tell nothing:
the colour histogram and the single frame are expected at chance. Motion must tell much: otherwise there is nothing to learn.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.evaluation.nearest_neighbours import unit_rows
from vcop.runtime.progress import Progress
from vcop.sampling.seeding import generator
from vcop.storage.frame_store import FrameStore, Video

Vector = NDArray[np.float32]
BINS = 16
RESAMPLES = 2000


def colour_histogram(frames: NDArray[np.uint8]) -> Vector:
    """8 x 8 x 8 cells of RGB over five evenly spread frames, square roots (Hellinger). Shape: (T, H, W, 3) -> (512,)."""
    some = frames[np.linspace(0, len(frames) - 1, 5).astype(int)].reshape(-1, 3) // 32
    cells = some[:, 0].astype(int) * 64 + some[:, 1] * 8 + some[:, 2]
    return np.sqrt(np.bincount(cells, minlength=512) / len(cells)).astype(np.float32)


def single_frame(frames: NDArray[np.uint8]) -> Vector:
    """The central frame's pixels, centred. Shape: (T, H, W, 3) -> (H * W * 3,)."""
    middle = frames[len(frames) // 2].astype(np.float32).ravel()
    return middle - middle.mean()


def motion_energy(frames: NDArray[np.uint8]) -> Vector:
    """Where and how much the picture changes over time: energy, centre and spread of the differences of successive frames.

    Shape: (T, H, W, 3) -> (5 * BINS + 48,).
    """
    change = np.abs(np.diff(frames.astype(np.float32), axis=0)).sum(-1)
    change = np.maximum(change - 24, 0)  # compression noise
    t, h, w = change.shape
    energy = change.sum((1, 2)) + 1e-6
    y, x = (np.arange(n, dtype=np.float32) / n for n in (h, w))
    cy, cx = (change.sum(2) * y).sum(1) / energy, (change.sum(1) * x).sum(1) / energy
    sy = np.sqrt((change.sum(2) * (y - cy[:, None]) ** 2).sum(1) / energy)
    sx = np.sqrt((change.sum(1) * (x - cx[:, None]) ** 2).sum(1) / energy)
    ends = np.linspace(0, t, BINS + 1).astype(int)
    binned = [[c[a : max(b, a + 1)].mean() for a, b in pairwise(ends)] for c in (cy, cx, sy, sx)]
    profile = [energy[a : max(b, a + 1)].mean() for a, b in pairwise(ends)]
    profile = list(np.sqrt(profile) / np.sqrt(profile).sum() * 4)
    rows, columns = np.linspace(0, h, 7).astype(int), np.linspace(0, w, 9).astype(int)
    where = np.add.reduceat(np.add.reduceat(change.mean(0), rows[:-1], 0), columns[:-1], 1).ravel()
    return np.array([*profile, *np.ravel(binned), *(2 * where / max(where.sum(), 1e-6))], np.float32)


DESCRIPTORS = {"colour histogram": colour_histogram, "single frame": single_frame, "motion energy": motion_energy}


def evaluate_descriptions(store: FrameStore) -> list[tuple[str, float, float, float, int]]:
    """For each description: percent right, its 95 % interval (bootstrap over videos), and their number."""
    found: dict[str, dict[str, Vector]] = {name: {} for name in DESCRIPTORS}
    usable = [v for v in store.videos if v.count > 1]
    with Progress("describe", len(usable), "video") as progress:
        for video in usable:
            frames = store.read(video, range(video.count))
            for name, describe in DESCRIPTORS.items():
                found[name][video.name] = describe(frames)
            progress.advance()
    rows = []
    for name, vectors in found.items():
        right: list[float] = []
        for split in SPLITS:
            test, train = ([v for v in store.of(split, role) if v.count > 1] for role in (TEST, TRAIN))
            right += _nearest_is_right(test, train, vectors, cosine=name == "single frame")
        scores = np.array(right)
        draws = generator("bootstrap", name).integers(len(scores), size=(RESAMPLES, len(scores)))
        low, high = np.percentile(scores[draws].mean(1), [2.5, 97.5])
        rows.append((name, 100 * float(scores.mean()), 100 * float(low), 100 * float(high), len(scores)))
    return rows


def _nearest_is_right(test: list[Video], train: list[Video], vectors: dict[str, Vector], *, cosine: bool) -> list[float]:
    q, g = (np.stack([vectors[v.name] for v in videos]) for videos in (test, train))
    if cosine:
        q, g = unit_rows(q), unit_rows(g)
    distance = (q**2).sum(1)[:, None] - 2 * q @ g.T + (g**2).sum(1)
    labels = np.array([v.label for v in train])[distance.argmin(1)]
    return [float(guess == v.label) for guess, v in zip(labels, test, strict=True)]
