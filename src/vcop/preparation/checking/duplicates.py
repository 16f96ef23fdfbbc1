"""Videos that are the same recording: copies byte for byte, and the same pictures encoded, scaled or cut anew.

Pictures are small and taken every fifth of a second (``examine.STEP``). A perceptual hash of each, the signs of its low
frequencies, finds pairs of videos that may be one; it cannot tell two takes of one scene apart. That the same thing *happens*
does: of the pictures that overlap in time, what is left after subtracting their mean must be correlated. docs/data.md says what
is found and what is not, as measured. (ImageHash would bring SciPy and PyWavelets for the one cosine transform, and no search.)

Shapes: V videos of n pictures of S x S grey values, P pictures of all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcop.preparation.checking.video_check import SIDE, Pictures

LOW = 8  # frequencies a direction
BITS = LOW * LOW
NEAR = 12  # bits that may differ between two pictures of the same moment
FLAT = 6.0  # standard deviation, grey values; a picture below it, as a black one, is like all others
ASKING = 5  # every fifth picture of a video is looked up among all pictures of the others
LEAST = 5  # pictures that must overlap
ALIKE = 0.9  # correlation of what happens
STILL = 1.5  # standard deviation over time, grey values; below it nothing happens by which to tell two takes apart
BLOCK, TILE = 1024, 8192  # pictures compared at a time
HALF_SPAN = 2**20  # more pictures than a video has
Signs = NDArray[np.float32]


class DuplicatePair(NamedTuple):
    """Two videos, by number, that show the same: the second is ``shift`` pictures behind (in its own time)."""

    first: int
    second: int
    shift: int
    likeness: float


def equal_files(sizes: Mapping[Path, int]) -> list[list[Path]]:
    """Files with equal content. Only those of equal size are read."""
    by_size: dict[int, list[Path]] = {}
    for path, size in sizes.items():
        by_size.setdefault(size, []).append(path)
    by_content: dict[bytes, list[Path]] = {}
    for paths in by_size.values():
        for path in paths if len(paths) > 1 else []:
            with open(path, "rb") as file:
                by_content.setdefault(hashlib.file_digest(file, "sha256").digest(), []).append(path)
    return [paths for paths in by_content.values() if len(paths) > 1]


def same_recordings(
    videos: Sequence[Pictures], own: int, threads: int = 1, advance: Callable[[int], None] = lambda _: None
) -> list[DuplicatePair]:
    """The pairs of videos that are the same recording over half of the shorter one or more, and over a second.

    The first of a pair is one of the first ``own`` videos. ``advance`` is told how many pictures have been looked up.
    """
    best: dict[tuple[int, int], DuplicatePair] = {}
    for first, second, shift in _candidates(videos, own, threads, advance):
        start, end = _overlap(shift, len(videos[first]), len(videos[second]))
        value = correlation(videos[first][start:end], videos[second][start + shift : end + shift])
        if value >= ALIKE and value > best.get((first, second), (0, 0, 0, 0.0))[3]:
            best[first, second] = DuplicatePair(first, second, shift, value)
    return [best[pair] for pair in sorted(best)]


def correlation(first: Pictures, second: Pictures) -> float:
    """How much the same happens in two series of pictures of equal length: a correlation, 0 where nothing happens in one."""
    a, b = first.astype(np.float32), second.astype(np.float32)
    a, b = a - a.mean(0), b - b.mean(0)
    spread_a, spread_b = np.sqrt((a**2).mean()), np.sqrt((b**2).mean())
    if min(spread_a, spread_b) < STILL:
        return 0.0
    return float((a * b).mean() / (spread_a * spread_b))


def picture_signs(pictures: Pictures) -> Signs:
    """A hash a picture, as +1 and -1, so that a product of two counts equal bits; 0 for flat pictures. Shape: (n, S, S) to (n, 64)."""
    places = (2 * np.arange(SIDE) + 1) * np.pi / (2 * SIDE)
    waves = np.cos(np.arange(LOW)[:, None] * places).astype(np.float32)
    values = pictures.astype(np.float32)
    low = (waves @ values @ waves.T).reshape(len(pictures), BITS)
    hashes = np.where(low > np.median(low, axis=1, keepdims=True), np.float32(1), np.float32(-1))
    return hashes * (values.std(axis=(1, 2)) >= FLAT)[:, None]


def _overlap(shift: int, first: int, second: int) -> tuple[int, int]:
    """The first video's pictures that the second, so much behind, has too."""
    return max(0, -shift), min(first, second - shift)


def _candidates(
    videos: Sequence[Pictures], own: int, threads: int, advance: Callable[[int], None]
) -> Iterable[tuple[int, int, int]]:
    """Pairs of videos, and by how many pictures one is behind, such that half of the pictures looked up are near."""
    lengths = np.array([len(v) for v in videos], np.int64)
    if not lengths[:own].sum():
        return []
    hashes = np.concatenate([picture_signs(v) for v in videos if len(v)])
    owner = np.repeat(np.arange(len(videos)), lengths)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    asking = np.flatnonzero((place % ASKING == 0) & (owner < own))

    def near(start: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The keys (first, second, shift) that a block of pictures votes for, and their votes."""
        rows, keys = asking[start : start + BLOCK], []
        for tile in range(int(rows[0]), len(owner), TILE):
            beside = hashes[tile : tile + TILE]
            row, column = np.divmod(np.flatnonzero(hashes[rows] @ beside.T >= BITS - 2 * NEAR), len(beside))
            row, column = rows[row], column + tile
            row, column = row[owner[column] > owner[row]], column[owner[column] > owner[row]]
            pair = owner[row] * len(videos) + owner[column]
            keys.append(pair * 2 * HALF_SPAN + HALF_SPAN + place[column] - place[row])
        advance(len(rows))
        return np.unique(np.concatenate(keys), return_counts=True)

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(near, range(0, len(asking), BLOCK)))
    keys, inverse = np.unique(np.concatenate([k for k, _ in parts]), return_inverse=True)
    votes = np.bincount(inverse, weights=np.concatenate([v for _, v in parts]))
    pair, shift = keys // (2 * HALF_SPAN), keys % (2 * HALF_SPAN) - HALF_SPAN
    first, second = pair // len(videos), pair % len(videos)
    start, end = np.maximum(0, -shift), np.minimum(lengths[first], lengths[second] - shift)
    asked = -(-end // ASKING) - -(-start // ASKING)
    enough = np.maximum(LEAST, np.minimum(lengths[first], lengths[second]) / 2)
    kept = (end - start >= enough) & (2 * votes >= asked)
    return zip(first[kept].tolist(), second[kept].tolist(), shift[kept].tolist(), strict=True)


def count_lookups(videos: Sequence[Pictures]) -> int:
    """How many pictures ``same_pictures`` looks up."""
    return sum(-(-len(v) // ASKING) for v in videos)
