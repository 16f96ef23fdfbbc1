"""Duplicate videos: equal files, and different files that show the same recording (encoded, scaled or cut anew).

A video is known by its thumbnails, small grey pictures every fifth of a second (``video_check.THUMBNAIL_STEP``). The search has two
steps:

1. A perceptual hash of each thumbnail (signs of its low frequencies) finds pairs of videos with similar pictures. The hash alone
   cannot tell two takes of one scene apart, such as the clips of one group of UCF101: the background is the same.
2. So for each pair, the thumbnails that overlap in time are compared after subtracting their mean over time. What remains is what
   *happens*; only if that correlates do both files show the same recording.

A thumbnail that resembles thumbnails of over ``MOST_VIDEOS`` other videos, as with a fixed camera, tells nothing about which of them is a
copy. It proposes no pairs: otherwise nearly all pairs of such videos would have to be examined in step 2, which takes hours for a
thousand clips.

docs/data.md reports what is found and what is not. (The package ImageHash would add SciPy and PyWavelets for one cosine transform
of 20 lines, and it has no search.)

Shapes: V videos of n thumbnails of S x S grey values; P thumbnails of all videos together; B bits per hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcop.preparation.checking.video_check import THUMBNAIL_SIDE, Thumbnails
from vcop.runtime.atomic_files import sha256_of

FREQUENCIES = 8  # per direction
BITS = FREQUENCIES * FREQUENCIES
MAX_DISTANCE = 12  # bits that may differ between two thumbnails of the same moment
MIN_CONTRAST = 6.0  # standard deviation in grey values; below it a thumbnail, such as a black one, resembles all others
QUERY_STEP = 5  # every fifth thumbnail, one per second, is looked up among the thumbnails of the other videos
MIN_OVERLAP = 5  # thumbnails, a second
MIN_CORRELATION = 0.9
MIN_MOTION = 1.5  # standard deviation over time in grey values; below it nothing happens that could tell two takes apart
MOST_VIDEOS = 100  # other videos with a similar picture; a group of clips cut from one recording is smaller
QUERY_BLOCK, GALLERY_BLOCK = 1024, 8192  # thumbnails compared at once: a matrix of 32 MiB per thread
SHIFT_OFFSET = 2**20  # more thumbnails than any video has, so that shift + SHIFT_OFFSET is positive
Signs = NDArray[np.float32]
Keys = NDArray[np.int64]


class DuplicatePair(NamedTuple):
    """Two videos, by their numbers, that show the same recording.

    Thumbnail t of the first shows the same moment as thumbnail t + ``shift`` of the second.
    """

    first: int
    second: int
    shift: int
    correlation: float


class SameRecordings(NamedTuple):
    """Pairs of videos that show the same recording, and the videos of whose thumbnails over half resemble too many other videos."""

    pairs: list[DuplicatePair]
    skipped: list[int]


@dataclass(frozen=True)
class _HashTable:
    """Hashes of all thumbnails of all videos, one after the other: signs (P, B), number of the video (P,), index in it (P,)."""

    signs: Signs
    video: Keys
    index: Keys


def find_equal_files(sizes: Mapping[Path, int]) -> list[list[Path]]:
    """Group files with equal content.

    Args:
        sizes: Size of each file in bytes. Only files of equal size are read, which spares reading most of a data set.

    Returns:
        Groups of two or more files.
    """
    by_size: dict[int, list[Path]] = {}
    for path, size in sizes.items():
        by_size.setdefault(size, []).append(path)
    by_content: dict[str, list[Path]] = {}
    for paths in by_size.values():
        for path in paths if len(paths) > 1 else []:
            by_content.setdefault(sha256_of(path), []).append(path)
    return [paths for paths in by_content.values() if len(paths) > 1]


def find_same_recordings(
    videos: Sequence[Thumbnails], own: int, threads: int = 1, advance: Callable[[int], None] = lambda _: None
) -> SameRecordings:
    """Find pairs of videos that share a second or more, and at least half of the shorter video.

    Args:
        videos: Thumbnails of each video.
        own: The first video of a pair is one of the first ``own`` videos: duplicates within another data set do not matter.
        threads: Number of threads.
        advance: Called with the number of thumbnails that have been looked up since the last call.

    Returns:
        One pair for any two videos, with the shift that correlates best; and the numbers of the videos of whose thumbnails over half
        propose no pairs, so that copies of them may be missed.

    Shape:
        videos: V arrays of (n, S, S).
    """
    best: dict[tuple[int, int], DuplicatePair] = {}
    candidates, skipped = _candidates(videos, own, threads, advance)
    for first, second, shift in candidates:
        # Thumbnails of the first video that overlap the second video in time.
        start, end = max(0, -shift), min(len(videos[first]), len(videos[second]) - shift)
        value = motion_correlation(videos[first][start:end], videos[second][start + shift : end + shift])
        if value >= MIN_CORRELATION and ((first, second) not in best or value > best[first, second].correlation):
            best[first, second] = DuplicatePair(first, second, shift, value)
    return SameRecordings([best[pair] for pair in sorted(best)], skipped)


def motion_correlation(first: Thumbnails, second: Thumbnails) -> float:
    """Return the correlation of what happens in two series of thumbnails; 0 if nothing happens in one of them.

    Shape:
        first, second: (n, S, S).
    """
    a, b = first.astype(np.float32), second.astype(np.float32)
    # Subtracting the mean over time removes the background; only moving things are left.
    a, b = a - a.mean(0), b - b.mean(0)
    spread_a, spread_b = np.sqrt((a**2).mean()), np.sqrt((b**2).mean())
    if min(spread_a, spread_b) < MIN_MOTION:
        return 0.0
    return float((a * b).mean() / (spread_a * spread_b))


def perceptual_hashes(thumbnails: Thumbnails) -> Signs:
    """Return a hash of each thumbnail: whether each low frequency is above their median.

    The bits are +1 and -1 rather than 1 and 0, so that the inner product of two hashes is the number of equal bits minus the number
    of different ones, and a matrix product compares many hashes at once. Thumbnails without contrast get zeros: they match none.

    Shape:
        (n, S, S) to (n, B).
    """
    angles = (2 * np.arange(THUMBNAIL_SIDE) + 1) * np.pi / (2 * THUMBNAIL_SIDE)
    waves = np.cos(np.arange(FREQUENCIES)[:, None] * angles).astype(np.float32)  # rows of the discrete cosine transform
    values = thumbnails.astype(np.float32)
    low = (waves @ values @ waves.T).reshape(len(thumbnails), BITS)
    hashes = np.where(low > np.median(low, axis=1, keepdims=True), np.float32(1), np.float32(-1))
    return hashes * (values.std(axis=(1, 2)) >= MIN_CONTRAST)[:, None]


def count_lookups(videos: Sequence[Thumbnails]) -> int:
    """Return how many thumbnails of these videos are looked up, for a progress bar."""
    return sum(-(-len(v) // QUERY_STEP) for v in videos)


def _candidates(
    videos: Sequence[Thumbnails], own: int, threads: int, advance: Callable[[int], None]
) -> tuple[Iterable[tuple[int, int, int]], list[int]]:
    """Return triples (first, second, shift) with enough overlap in which half of the thumbnails looked up are similar.

    Also return the videos of whose thumbnails over half resemble too many others.
    """
    lengths = np.array([len(v) for v in videos], np.int64)
    if not lengths[:own].sum():
        return [], []
    video = np.repeat(np.arange(len(videos)), lengths)
    index = np.arange(len(video)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    table = _HashTable(np.concatenate([perceptual_hashes(v) for v in videos if len(v)]), video, index)
    queries = np.flatnonzero((index % QUERY_STEP == 0) & (video < own))

    def look_up(start: int) -> tuple[Keys, Keys, Keys]:
        block = queries[start : start + QUERY_BLOCK]
        keys, common = _matching_keys(table, block, len(videos))
        advance(len(block))
        return *np.unique(keys, return_counts=True), common

    with ThreadPoolExecutor(threads) as pool:  # threads suffice: matrix products release the interpreter's lock
        blocks = list(pool.map(look_up, range(0, len(queries), QUERY_BLOCK)))
    # Blocks end anywhere within a video, so a key may have votes from several of them.
    keys, inverse = np.unique(np.concatenate([k for k, _, _ in blocks]), return_inverse=True)
    votes = np.bincount(inverse, weights=np.concatenate([v for _, v, _ in blocks])).astype(np.int64)
    looked_up = np.zeros(len(video), bool)
    looked_up[queries] = True
    looked_up[np.concatenate([c for _, _, c in blocks])] = False
    left, asked = (np.bincount(video[chosen], minlength=len(videos)) for chosen in (np.flatnonzero(looked_up), queries))
    return _accepted(keys, votes, lengths, looked_up), np.flatnonzero(2 * left < asked).tolist()


def _matching_keys(table: _HashTable, queries: Keys, count: int) -> tuple[Keys, Keys]:
    """Return one key for each thumbnail of a later video that is similar to a query: a vote for (first, second, shift).

    Queries that resemble thumbnails of over MOST_VIDEOS other videos have no votes; they are returned, too.

    A cut or delayed copy matches many times with the same shift; chance matches scatter over all shifts. The triple is packed into
    one integer, so that ``np.unique`` counts votes; ``_accepted`` takes it apart again.
    """
    keys, rows = [], []
    seen = np.zeros((len(queries), count), bool)  # which videos have a thumbnail that is similar to a query
    # Votes for earlier videos were counted when those were the queries; here they are needed to tell how common a picture is.
    for start in range(0, len(table.video), GALLERY_BLOCK):
        gallery = table.signs[start : start + GALLERY_BLOCK]
        similar = table.signs[queries] @ gallery.T >= BITS - 2 * MAX_DISTANCE
        begins = np.flatnonzero(np.diff(table.video[start : start + len(gallery)], prepend=-1))
        seen[:, table.video[start + begins]] |= np.logical_or.reduceat(similar, begins, axis=1)
        common = seen.sum(axis=1) > MOST_VIDEOS + 1  # with the query's own video
        similar &= ~common[:, None]  # so that the memory stays bounded, too
        number, column = np.divmod(np.flatnonzero(similar), len(gallery))
        row, column = queries[number], column + start
        later = table.video[column] > table.video[row]  # each pair once, and no video with itself
        row, column = row[later], column[later]
        pair = table.video[row] * count + table.video[column]
        keys.append(pair * 2 * SHIFT_OFFSET + SHIFT_OFFSET + table.index[column] - table.index[row])
        rows.append(number[later])
    return np.concatenate(keys)[~common[np.concatenate(rows)]], queries[common]


def _accepted(keys: Keys, votes: Keys, lengths: Keys, looked_up: NDArray[np.bool_]) -> Iterable[tuple[int, int, int]]:
    """Unpack the keys and keep those with a long overlap and votes from half of the thumbnails that were looked up in it."""
    pair, shift = keys // (2 * SHIFT_OFFSET), keys % (2 * SHIFT_OFFSET) - SHIFT_OFFSET
    first, second = pair // len(lengths), pair % len(lengths)
    start, end = np.maximum(0, -shift), np.minimum(lengths[first], lengths[second] - shift)
    begin, until = np.concatenate([[0], np.cumsum(lengths)])[first], np.concatenate([[0], np.cumsum(looked_up)])
    end = np.maximum(start, end)
    queries = until[begin + end] - until[begin + start]
    enough = np.maximum(MIN_OVERLAP, np.minimum(lengths[first], lengths[second]) / 2)
    kept = (end - start >= enough) & (2 * votes >= queries)
    return zip(first[kept].tolist(), second[kept].tolist(), shift[kept].tolist(), strict=True)
