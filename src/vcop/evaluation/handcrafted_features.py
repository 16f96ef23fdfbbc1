"""Baselines without a network: nearest neighbours by hand-made descriptors of whole videos (not in the papers).

On synthetic videos the two descriptors of appearance (colour histogram, single frame) should be near chance, so that little can be
recognised by appearance alone; docs/data.md has the numbers. Motion energy has to be far above chance: otherwise there would be nothing to learn.

Shapes: T frames, H x W pixels.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop.datasets.source_groups import source_group
from vcop.datasets.splits import SPLITS, TEST, TRAIN
from vcop.evaluation.nearest_neighbours import unit_rows
from vcop.evaluation.retrieval import DEPTH, HEADER, chance_by_videos, describe_neighbours
from vcop.runtime.progress import Progress
from vcop.stats.estimates import estimate_mean
from vcop.storage.frame_store import FrameStore, Video

Descriptor = NDArray[np.float32]
BINS = 16  # intervals of time in a motion descriptor
ROWS = 512  # test videos that are compared at a time; it bounds the memory
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


RETRIEVAL_HEADER = ("description", *HEADER)
DESCRIPTORS = {"colour histogram": colour_histogram, "single frame": single_frame, "motion energy": motion_energy}
BY_COSINE = {"single frame"}  # the others are compared by Euclidean distance


def evaluate_descriptors(
    store: FrameStore, described: dict[str, dict[str, Descriptor]]
) -> list[tuple[str, float, float, float, int]]:
    """Classify the test videos of all splits by their nearest training video, once by each descriptor.

    Args:
        store: The frames. One's own videos have one split, the papers' data sets have three.
        described: The descriptors, see ``describe_videos``.

    Returns:
        For each descriptor its name, the accuracy in percent, the bounds of its 95 % interval (docs/intervals.md: groups of test
        videos, each with all its splits) and the number of test videos.

    Raises:
        ValueError: If no split has both training and test videos.
    """
    moving = [tuple([v for v in store.of(split, role) if v.count > 1] for role in (TEST, TRAIN)) for split in SPLITS]
    splits = [(test, train) for test, train in moving if test and train]
    if not splits:
        raise ValueError(f"{store.path}: no split has both training and test videos of more than one frame")
    results = []
    for name, descriptors in described.items():
        runs: list[pd.Series] = []
        videos: set[str] = set()
        for test, train in splits:
            nearest = _nearest(test, train, descriptors, 1, cosine=name in BY_COSINE)[:, 0]
            hits = [float(train[n].label == video.label) for n, video in zip(nearest, test, strict=True)]
            runs.append(pd.Series(hits, [source_group(video.name) for video in test]))
            videos.update(video.name for video in test)
        estimate = estimate_mean({"0": runs}, len(videos))
        results.append((name, estimate.value, *estimate.interval, estimate.n))
    return results


def retrieve_by_descriptors(store: FrameStore, described: dict[str, dict[str, Descriptor]]) -> list[tuple[object, ...]]:
    """Search the training videos of split 1 for the neighbours of its test videos, once by each descriptor.

    Args:
        store: The frames.
        described: The descriptors, see ``describe_videos``.

    Returns:
        The rows of ``RETRIEVAL_HEADER``, all at the level of videos; ranks and chance are those of ``vcop.evaluation.retrieval``.
    """
    test, train = ([v for v in store.of(1, role) if v.count > 1] for role in (TEST, TRAIN))
    gallery, names = np.array([v.label for v in train]), [v.name for v in train]
    chances = [chance_by_videos(len(train), int((gallery == label).sum())) for label in range(len(store.classes))]
    rows: list[tuple[object, ...]] = []
    for description, descriptors in described.items():
        nearest = _nearest(test, train, descriptors, DEPTH, cosine=description in BY_COSINE)
        for video, neighbours in zip(test, nearest, strict=True):
            found = describe_neighbours(neighbours, gallery, video.label, names, chances[video.label])
            rows.append((description, "video", video.name, 0, store.classes[video.label], *found))
    return rows


def describe_videos(store: FrameStore) -> dict[str, dict[str, Descriptor]]:
    """Return the descriptors of all videos, by name of the descriptor and name of the video.

    Videos of a single frame are left out, since nothing moves in them.
    """
    described: dict[str, dict[str, Descriptor]] = {name: {} for name in DESCRIPTORS}
    videos = [v for v in store.videos if v.count > 1]
    with Progress("describe", len(videos), "video") as progress:
        for video in videos:
            frames = store.read(video, range(video.count))
            for name, describe in DESCRIPTORS.items():
                described[name][video.name] = describe(frames)
            progress.advance()
    return described


def _nearest(
    test: list[Video], train: list[Video], descriptors: dict[str, Descriptor], k: int, *, cosine: bool
) -> NDArray[np.int64]:
    """Return the indices of the ``k`` nearest training videos of each test video, nearest first. Shape: (test, min(k, train))."""
    q, g = (np.stack([descriptors[v.name] for v in videos]) for videos in (test, train))
    if cosine:
        q, g = unit_rows(q), unit_rows(g)
    rows = []
    for i in range(0, len(q), ROWS):
        part = q[i : i + ROWS]
        distance = (part**2).sum(1)[:, None] - 2 * part @ g.T + (g**2).sum(1)
        rows.append(np.argsort(distance, axis=1, kind="stable")[:, :k])
    return np.concatenate(rows)
