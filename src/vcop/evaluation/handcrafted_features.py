"""Baselines without a network: nearest neighbours by hand-made descriptors of whole videos (not in the papers).

On synthetic videos the two descriptors of appearance (colour histogram, single frame) are expected at chance, so that nothing can
be recognised by appearance alone. Motion energy has to be far above chance: otherwise there would be nothing to learn.

Shapes: T frames, H x W pixels.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.evaluation.nearest_neighbours import unit_rows
from vcop.runtime.progress import Progress
from vcop.sampling.seeding import generator
from vcop.stats.bootstrap import RESAMPLES, percentile_interval
from vcop.storage.frame_store import FrameStore, Video

Descriptor = NDArray[np.float32]
BINS = 16  # intervals of time in a motion descriptor
COMPRESSION_NOISE = 24  # sum of the three colours' differences up to which a pixel counts as unchanged


def colour_histogram(frames: NDArray[np.uint8]) -> Descriptor:
    """Return the square roots of a histogram of 8 x 8 x 8 RGB cells over five evenly spaced frames.

    The Euclidean distance of square roots is the Hellinger distance of the histograms.

    Shape:
        (T, H, W, 3) -> (512,).
    """
    cells = frames[np.linspace(0, len(frames) - 1, 5).astype(int)].reshape(-1, 3) // 32
    numbers = cells[:, 0].astype(int) * 64 + cells[:, 1] * 8 + cells[:, 2]
    return np.sqrt(np.bincount(numbers, minlength=512) / len(numbers)).astype(np.float32)


def single_frame(frames: NDArray[np.uint8]) -> Descriptor:
    """Return the pixels of the central frame with their mean subtracted. Shape: (T, H, W, 3) -> (H * W * 3,)."""
    middle = frames[len(frames) // 2].astype(np.float32).ravel()
    return middle - middle.mean()


def motion_energy(frames: NDArray[np.uint8]) -> Descriptor:
    """Describe where and how much the picture changes over time.

    The descriptor holds the energy of the differences of successive frames, their centre and their spread in each of BINS
    intervals of time, and the energy in a grid of 6 x 8 cells of the picture.

    Shape:
        (T, H, W, 3) -> (5 * BINS + 48,).
    """
    change = np.abs(np.diff(frames.astype(np.float32), axis=0)).sum(-1)
    change = np.maximum(change - COMPRESSION_NOISE, 0)
    t, h, w = change.shape
    energy = change.sum((1, 2)) + 1e-6
    y, x = (np.arange(n, dtype=np.float32) / n for n in (h, w))
    cy, cx = (change.sum(2) * y).sum(1) / energy, (change.sum(1) * x).sum(1) / energy
    sy = np.sqrt((change.sum(2) * (y - cy[:, None]) ** 2).sum(1) / energy)
    sx = np.sqrt((change.sum(1) * (x - cx[:, None]) ** 2).sum(1) / energy)
    ends = np.linspace(0, t, BINS + 1).astype(int)
    moments = [[c[a : max(b, a + 1)].mean() for a, b in pairwise(ends)] for c in (cy, cx, sy, sx)]
    profile = [energy[a : max(b, a + 1)].mean() for a, b in pairwise(ends)]
    profile = list(np.sqrt(profile) / np.sqrt(profile).sum() * 4)
    rows, columns = np.linspace(0, h, 7).astype(int), np.linspace(0, w, 9).astype(int)
    grid = np.add.reduceat(np.add.reduceat(change.mean(0), rows[:-1], 0), columns[:-1], 1).ravel()
    return np.array([*profile, *np.ravel(moments), *(2 * grid / max(grid.sum(), 1e-6))], np.float32)


DESCRIPTORS = {"colour histogram": colour_histogram, "single frame": single_frame, "motion energy": motion_energy}


def evaluate_descriptors(store: FrameStore) -> list[tuple[str, float, float, float, int]]:
    """Classify the test videos of all three splits by their nearest training video, once by each descriptor.

    Args:
        store: The frames; videos of a single frame are left out, since nothing moves in them.

    Returns:
        For each descriptor its name, the accuracy in percent, the bounds of its 95 % interval (bootstrap over the videos)
        and the number of test videos.
    """
    described = _describe(store)
    results = []
    for name, descriptors in described.items():
        correct: list[float] = []
        for split in SPLITS:
            test, train = ([v for v in store.of(split, role) if v.count > 1] for role in (TEST, TRAIN))
            correct += _nearest_is_correct(test, train, descriptors, cosine=name == "single frame")
        scores = np.array(correct)
        resamples = generator("bootstrap", name).integers(len(scores), size=(RESAMPLES, len(scores)))
        low, high = percentile_interval(scores[resamples].mean(1))
        results.append((name, 100 * float(scores.mean()), 100 * low, 100 * high, len(scores)))
    return results


def _describe(store: FrameStore) -> dict[str, dict[str, Descriptor]]:
    """Return the descriptors of all videos, by name of the descriptor and name of the video."""
    described: dict[str, dict[str, Descriptor]] = {name: {} for name in DESCRIPTORS}
    videos = [v for v in store.videos if v.count > 1]
    with Progress("describe", len(videos), "video") as progress:
        for video in videos:
            frames = store.read(video, range(video.count))
            for name, describe in DESCRIPTORS.items():
                described[name][video.name] = describe(frames)
            progress.advance()
    return described


def _nearest_is_correct(
    test: list[Video], train: list[Video], descriptors: dict[str, Descriptor], *, cosine: bool
) -> list[float]:
    """Return 1 for each test video whose nearest training video has its class, 0 for the others."""
    q, g = (np.stack([descriptors[v.name] for v in videos]) for videos in (test, train))
    if cosine:
        q, g = unit_rows(q), unit_rows(g)
    distance = (q**2).sum(1)[:, None] - 2 * q @ g.T + (g**2).sum(1)
    labels = np.array([v.label for v in train])[distance.argmin(1)]
    return [float(predicted == v.label) for predicted, v in zip(labels, test, strict=True)]
