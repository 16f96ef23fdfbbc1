"""The frame store: every frame of a data set in one HDF5 file, each with a checksum.

::

    /bytes     uint8 (N,)    all frames back to back, JPEG or raw RGB: one contiguous dataset
    /offsets   int64 (F+1,)  frame f is bytes[offsets[f]:offsets[f+1]]
    /crc32     uint32 (F,)   of those bytes, verified whenever a frame is read
    /name      str (V,)      the video as the lists name it       /label  int32 (V,)   index into the attribute `classes`
    /first     int64 (V,)    its first frame in the store         /count  int64 (V,)   its decoded frames
    /role      uint8 (V, 3)  in splits 1-3: 0 unused, 1 train, 2 test, 3 validation

A store of clips, made of long videos, has the attributes ``clips`` and ``clip_length``: of each video only the frames of so
many clips, evenly spread over the ``/source_count`` int64 (V,) frames that it really has, are there, back to back. The clips
that ``clips.test_starts`` spreads over the stored frames are the same ones.

Sealed (``vcop.storage.hdf5``): all but the frames is verified when a store is opened. Shapes: F frames, V videos, H W pixels of a
stored frame.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop import __version__
from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import TEST, TRAIN, VALIDATION, OfficialSplits
from vcop.runtime.atomic_files import clear_unfinished, require_existing, require_space
from vcop.storage.hdf5 import RawReader, SealedReader, open_sealed, sealed_hdf5_writer
from vcop.storage.sealing import STORE

INDEX = ("offsets", "crc32", "name", "first", "count", "label", "role")
SOURCE_COUNT = "source_count"
Image = NDArray[np.uint8]


def encode_frame(frame: Image, options: FrameOptions) -> bytes:
    """One frame as stored. Shape: (H, W, 3), RGB, contiguous."""
    if options.codec == "raw":
        return frame.tobytes()
    import simplejpeg

    # Never `fastdct`: it costs 3 dB for a tenth of the time.
    return simplejpeg.encode_jpeg(frame, quality=options.quality, colorspace="RGB", colorsubsampling="420", fastdct=False)


def decode_jpeg(data: bytes | memoryview, out: Image) -> None:
    """A JPEG frame into memory that is there: fresh pages cost a quarter as much as decoding. Shape: out (H, W, 3).

    Raises ValueError for what is no picture of this size.
    """
    import simplejpeg

    found = simplejpeg.decode_jpeg(data, colorspace="RGB", fastdct=False, fastupsample=False, buffer=out)
    if found.shape != out.shape:
        raise ValueError("another size")


@dataclass
class DecodedVideo:
    """A video on its way into a store: the encoded frames back to back, the size of each, how many frames the video has."""

    name: str
    data: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    source_count: int

    def crc32(self) -> NDArray[np.uint32]:
        """One checksum a frame."""
        ends = np.cumsum(self.sizes)
        return np.array(
            [zlib.crc32(self.data[e - s : e].data) for s, e in zip(self.sizes, ends, strict=True)], dtype=np.uint32
        )


def write_store(
    path: Path,
    videos: Iterable[DecodedVideo],
    total: int,
    lists: OfficialSplits,
    dataset: str,
    options: FrameOptions,
    made_by: str,
    clips: int = 0,
    clip_length: int = 0,
) -> str:
    """Write a store of ``total`` bytes of frames and rename it into place when whole; returns its digest.

    ``videos`` is consumed one at a time, so that memory stays small. ``made_by``: the decoder's name and version. ``clips`` of
    ``clip_length`` frames are all there is of each video, unless they are 0.
    """
    index: dict[str, list[Any]] = {k: [] for k in (*INDEX, SOURCE_COUNT)}
    frames = written = 0
    clear_unfinished(path)
    require_space(path, total + 100 * 2**20)
    with sealed_hdf5_writer(path, STORE, ["bytes"]) as (h5, require):
        pixels = h5.create_dataset("bytes", (total,), np.uint8)
        for video in videos:
            require()
            pixels[written : written + len(video.data)] = video.data
            index["offsets"].append(written + np.cumsum(video.sizes) - video.sizes)
            index["crc32"].append(video.crc32())
            index["name"].append(video.name)
            index["first"].append(frames)
            index["count"].append(len(video.sizes))
            index[SOURCE_COUNT].append(video.source_count)
            index["label"].append(lists.labels[video.name])
            index["role"].append(lists.roles[video.name])
            frames += len(video.sizes)
            written += len(video.data)
        if written != total:
            raise AssertionError(f"{written} bytes of frames, {total} were announced")
        if clips:
            assert set(index["count"]) == {clips * clip_length}
            h5[SOURCE_COUNT] = np.array(index[SOURCE_COUNT], np.int64)
            h5.attrs.update(clips=clips, clip_length=clip_length)
        h5["offsets"] = np.concatenate([*index["offsets"], [total]]).astype(np.int64)
        h5["crc32"] = np.concatenate(index["crc32"]).astype(np.uint32)
        h5["first"], h5["count"] = np.array(index["first"], np.int64), np.array(index["count"], np.int64)
        h5["label"], h5["role"] = np.array(index["label"], np.int32), np.array(index["role"], np.uint8)
        h5["name"] = np.array([n.encode("utf-8", "surrogateescape") for n in index["name"]])
        h5.attrs.update(asdict(options))
        h5.attrs.update(format=STORE.format, dataset=dataset, classes=json.dumps(lists.classes), lists=lists.digest())
        h5.attrs.update(made_by=made_by, vcop=__version__)
        h5.attrs["digest"] = digest = _digest(h5)
    return digest


def _digest(h5: Any) -> str:
    """A digest of the index, the frames' checksums and what the attributes say of the frames."""
    sha = hashlib.sha256()
    index, attributes = list(INDEX), ["dataset", "classes", *FrameOptions.__dataclass_fields__]
    if "clips" in h5.attrs:  # an ordinary store keeps the digest it had before there were stores of clips
        index, attributes = [*index, SOURCE_COUNT], [*attributes, "clips", "clip_length"]
    for key in index:
        value = h5[key][()]
        sha.update(b"\0".join(value.tolist()) if value.dtype.kind == "S" else value.tobytes())
    for key in attributes:
        sha.update(f"{key}={h5.attrs[key]}\n".encode())
    return sha.hexdigest()


@dataclass(frozen=True)
class Video:
    """A video of a store."""

    name: str
    label: int
    first: int
    count: int


class FrameStore:
    """A reader, safe across forks and to pickle. Raises ValueError that names the file and what is wrong with it.

    ``clips``: how many clips of each video a store of clips has, None where every frame is stored.
    """

    def __init__(self, path: str | Path, expected: FrameOptions | None = None) -> None:
        self.path = require_existing(path, "the frame store (made by rule `decode`)")
        self._open()
        if expected is not None:
            for key, value in asdict(expected).items():
                if self.attributes[key] != value:
                    raise ValueError(f"{path}: {key} is {self.attributes[key]}, this study asks for {value}: decode again")

    def _open(self) -> None:
        with open_sealed(self.path, STORE) as table:
            self.attributes: dict[str, Any] = dict(table.h5.attrs)
            self.classes: list[str] = table.parsed("classes", list)
            self._read_index(table)
            self.digest: str = table.text("digest")
            self.height, self.width = int(self.attributes["height"]), int(self.attributes["width"])
            clips = self.attributes.get("clips")
            self.clips: int | None = None if clips is None else int(clips)
        self._rows = RawReader(self.path)

    def _read_index(self, table: SealedReader) -> None:
        """Raises ValueError where the columns contradict each other."""
        self._place, (size,), _ = table.place("bytes", "u", None)
        names = table.column("name", "S", None)
        videos = len(names)
        labels, first, count = (table.column(key, "i", videos) for key in ("label", "first", "count"))
        self.roles: NDArray[np.uint8] = table.column("role", "u", videos, 3)
        self._crc32 = table.column("crc32", "u", None)
        self._offsets = table.column("offsets", "i", len(self._crc32) + 1)
        ends = np.concatenate([[0], np.cumsum(count)])
        whole = self._offsets[0] == 0 and self._offsets[-1] == size and ends[-1] == len(self._crc32)
        whole &= bool((np.diff(self._offsets) >= 0).all() and (count > 0).all() and (first == ends[:-1]).all())
        if not whole or not set(labels.tolist()) <= set(range(len(self.classes))):
            raise STORE.damaged(self.path, "its index contradicts itself")
        decoded = [name.decode("utf-8", "surrogateescape") for name in names.tolist()]
        self.videos = [Video(*row) for row in zip(decoded, labels.tolist(), first.tolist(), count.tolist(), strict=True)]

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.path = state["path"]
        self._open()

    def of(self, split: int, role: int) -> list[Video]:
        """The videos of one of a split's lists (``TRAIN``, ``VALIDATION``, ``TEST``), in the store's order."""
        assert role in (TRAIN, VALIDATION, TEST)
        return [v for v, r in zip(self.videos, self.roles[:, split - 1], strict=True) if r == role]

    def read(self, video: Video, indices: Iterable[int], out: NDArray[np.uint8] | None = None) -> Image:
        """Frames by number, in ``out`` where that is given: contiguous, of as many bytes. Shape: (len(indices), H, W, 3), RGB.

        Raises ValueError for a frame whose checksum differs.
        """
        numbers = list(indices)
        shape = (len(numbers), self.height, self.width, 3)
        frames = np.empty(shape, np.uint8) if out is None else out.reshape(shape)
        for row, number in zip(frames, numbers, strict=True):
            self._frame(video, number, row)
        return frames

    def checksums(self, video: Video) -> NDArray[np.uint32]:
        """One a frame: frames of equal content have equal ones. Shape: (video.count,)."""
        return self._crc32[video.first : video.first + video.count]

    def _frame(self, video: Video, number: int, out: Image) -> None:
        at = video.first + number
        first, end = self._offsets[at : at + 2].tolist()
        raw = self.attributes["codec"] == "raw"
        # What is stored raw goes straight to where it is wanted.
        data = self._rows.into(out, self._place + first) if raw else self._rows.bytes(self._place + first, end - first)
        if zlib.crc32(data) != self._crc32[at]:
            raise ValueError(f"{self.path}: frame {number} of {video.name} is damaged (checksum): decode again")
        try:
            if not raw:
                decode_jpeg(data, out)
        except ValueError as problem:
            raise ValueError(f"{self.path}: frame {number} of {video.name} is no image ({problem}): decode again") from None

    def check(self) -> Iterator[str]:
        """Every damaged frame of the file, as one line each."""
        out = np.empty((self.height, self.width, 3), np.uint8)
        for video in self.videos:
            for number in range(video.count):
                try:
                    self._frame(video, number, out)
                except ValueError as problem:
                    yield str(problem)
