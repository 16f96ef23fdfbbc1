"""The frame store: every frame of a data set in one HDF5 file, each with a checksum.

::

    /bytes     uint8 (N,)    all frames one after another, JPEG or raw RGB, in one contiguous dataset
    /offsets   int64 (F+1,)  frame f is bytes[offsets[f]:offsets[f+1]]
    /crc32     uint32 (F,)   checksum of those bytes, verified whenever a frame is read
    /name      str (V,)      name of the video in the official lists
    /label     int32 (V,)    index of its class in the attribute `classes`
    /first     int64 (V,)    index of its first frame
    /count     int64 (V,)    number of its frames
    /role      uint8 (V, 3)  in splits 1-3: 0 unused, 1 training, 2 test, 3 validation

A store of clips, made of long videos, holds only some frames of each video: those of ``clips`` evenly spaced clips of
``clip_length`` frames (two attributes), one clip after another. ``/source_count`` int64 (V,) is the number of frames of the video
file. ``vcop.sampling.clips.evenly_spaced_starts``, applied to the stored frames, gives exactly these clips again.

The file is sealed (``vcop.storage.hdf5``): opening a store verifies all of it but the frames. Shapes: F frames, V videos,
H x W pixels of a stored frame.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION
from vcop.runtime.atomic_files import require_existing
from vcop.storage.hdf5 import RawReader, SealedReader, open_sealed
from vcop.storage.sealing import STORE

Image = NDArray[np.uint8]


def decode_jpeg(data: bytes | memoryview, out: Image) -> None:
    """Decode a JPEG image into existing memory.

    New memory for each frame would cost a quarter as much time as decoding does.

    Args:
        data: The JPEG file.
        out: Memory for the image.

    Shape:
        ``out``: (H, W, 3), RGB.

    Raises:
        ValueError: ``data`` is no image of this size.
    """
    import simplejpeg

    image = simplejpeg.decode_jpeg(data, colorspace="RGB", fastdct=False, fastupsample=False, buffer=out)
    if image.shape != out.shape:
        raise ValueError("another size")


@dataclass(frozen=True)
class Video:
    """One video of a store.

    Attributes:
        name: Name of the video in the official lists.
        label: Index of its class.
        first: Index of its first frame in the store.
        count: Number of its frames.
    """

    name: str
    label: int
    first: int
    count: int


class FrameStore:
    """Reader of a frame store. It can be pickled, and used after a fork.

    Args:
        path: The store, as `vcop decode` writes it.
        expected: Options that the frames must have been decoded with; None accepts any.

    Attributes:
        videos: All videos, in the order of the file.
        classes: Names of the classes.
        roles: Role of each video in each split.
        height: Pixels.
        width: Pixels.
        clips: Clips per video in a store of clips; None if all frames are stored.
        source_counts: Number of frames of each video file; more than are stored in a store of clips.
        digest: Digest of the content.
        attributes: Attributes of the file.

    Shape:
        ``roles``: (V, 3).

    Raises:
        ValueError: The file is missing, damaged, of another format or decoded with other options.
    """

    def __init__(self, path: str | Path, expected: FrameOptions | None = None) -> None:
        self.path = require_existing(path, "the frame store (made by rule `decode`)")
        self._open()
        if expected is not None:
            self.require(asdict(expected))

    def require(self, expected: Mapping[str, Any]) -> None:
        """Raise ValueError unless the frames were decoded with these values of ``FrameOptions``."""
        for key, value in expected.items():
            if self.attributes[key] != value:
                raise ValueError(f"{self.path}: {key} is {self.attributes[key]}, this study asks for {value}: decode again")

    def _open(self) -> None:
        with open_sealed(self.path, STORE) as table:
            self.attributes: dict[str, Any] = dict(table.h5.attrs)
            self.classes: list[str] = table.json("classes", list)
            self._read_index(table)
            self.digest: str = table.text("digest")
            self.height, self.width = int(self.attributes["height"]), int(self.attributes["width"])
            clips = self.attributes.get("clips")
            self.clips: int | None = None if clips is None else int(clips)
            counts = [v.count for v in self.videos]
            self.source_counts: list[int] = (
                counts if clips is None else table.column("source_count", "i", len(counts)).tolist()
            )
        self._file = RawReader(self.path)

    def _read_index(self, table: SealedReader) -> None:
        """Read the small columns. Raises ValueError if they contradict each other."""
        self._begin, (size,), _ = table.locate("bytes", "u", None)
        names = table.column("name", "S", None)
        videos = len(names)
        labels, first, count = (table.column(key, "i", videos) for key in ("label", "first", "count"))
        self.roles: NDArray[np.uint8] = table.column("role", "u", videos, 3)
        self._crc32 = table.column("crc32", "u", None)
        self._offsets = table.column("offsets", "i", len(self._crc32) + 1)
        ends = np.concatenate([[0], np.cumsum(count)])
        consistent = self._offsets[0] == 0 and self._offsets[-1] == size and ends[-1] == len(self._crc32)
        consistent &= bool((np.diff(self._offsets) >= 0).all() and (count > 0).all() and (first == ends[:-1]).all())
        if not consistent or not set(labels.tolist()) <= set(range(len(self.classes))):
            raise STORE.damaged(self.path, "its index contradicts itself")
        decoded = [name.decode("utf-8", "surrogateescape") for name in names.tolist()]
        self.videos = [Video(*row) for row in zip(decoded, labels.tolist(), first.tolist(), count.tolist(), strict=True)]

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.path = state["path"]
        self._open()

    def of(self, split: int, role: int) -> list[Video]:
        """Return the videos of one list of a split, in the order of the store.

        Args:
            split: Number of the official split, from 1.
            role: ``TRAIN``, ``VALIDATION`` or ``TEST``.
        """
        assert role in (TRAIN, VALIDATION, TEST)
        return [v for v, r in zip(self.videos, self.roles[:, split - 1], strict=True) if r == role]

    def read(self, video: Video, indices: Iterable[int], out: NDArray[np.uint8] | None = None) -> Image:
        """Read frames of a video and verify their checksums.

        Args:
            video: A video of this store.
            indices: Frame numbers within the video, in any order, also repeated.
            out: Contiguous memory for the frames, of as many bytes; None allocates it.

        Returns:
            The frames, RGB.

        Shape:
            Result: (len(indices), H, W, 3).

        Raises:
            ValueError: A frame is damaged.
        """
        numbers = list(indices)
        shape = (len(numbers), self.height, self.width, 3)
        frames = np.empty(shape, np.uint8) if out is None else out.reshape(shape)
        for frame, number in zip(frames, numbers, strict=True):
            self._read_frame(video, number, frame)
        return frames

    def checksums(self, video: Video) -> NDArray[np.uint32]:
        """Return the checksum of each frame of a video: frames of equal content have equal ones. Shape: (video.count,)."""
        return self._crc32[video.first : video.first + video.count]

    def encoded_size(self, video: Video) -> int:
        """Return the bytes of all frames of a video, as they are stored."""
        return int(self._offsets[video.first + video.count] - self._offsets[video.first])

    def read_encoded(self, video: Video) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return all frames of a video as they are stored, one after another, and the bytes of each. Verify their checksums.

        Raises:
            ValueError: A frame is damaged.
        """
        offsets = self._offsets[video.first : video.first + video.count + 1]
        data = self._file.read(self._begin + int(offsets[0]), int(offsets[-1] - offsets[0]))
        ends, sums = (offsets - offsets[0]).tolist(), self.checksums(video).tolist()
        for number, (first, end) in enumerate(pairwise(ends)):
            if zlib.crc32(memoryview(data)[first:end]) != sums[number]:
                raise ValueError(f"{self.path}: frame {number} of {video.name} is damaged (checksum)")
        return np.frombuffer(data, np.uint8), np.diff(offsets).astype(np.int64)

    def _read_frame(self, video: Video, number: int, out: Image) -> None:
        index = video.first + number
        first, end = self._offsets[index : index + 2].tolist()
        raw = self.attributes["codec"] == "raw"
        # Raw frames are read straight into `out`, without a copy.
        data = self._file.read_into(out, self._begin + first) if raw else self._file.read(self._begin + first, end - first)
        if zlib.crc32(data) != self._crc32[index]:
            raise ValueError(f"{self.path}: frame {number} of {video.name} is damaged (checksum): decode again")
        try:
            if not raw:
                decode_jpeg(data, out)
        except ValueError as problem:
            raise ValueError(f"{self.path}: frame {number} of {video.name} is no image ({problem}): decode again") from None

    def check(self) -> Iterator[str]:
        """Read every frame, and yield one line for each damaged one."""
        out = np.empty((self.height, self.width, 3), np.uint8)
        for video in self.videos:
            for number in range(video.count):
                try:
                    self._read_frame(video, number, out)
                except ValueError as problem:
                    yield str(problem)
