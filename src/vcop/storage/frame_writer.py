"""Writing of frame stores. The layout of the file is described in ``vcop.storage.frame_store``, which reads them."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop import __version__
from vcop.config.data_options import FrameOptions
from vcop.datasets.splits import OfficialSplits
from vcop.runtime.atomic_files import clear_unfinished, require_space
from vcop.storage.frame_store import Image
from vcop.storage.hdf5 import sealed_hdf5_writer
from vcop.storage.sealing import STORE

INDEX = ("offsets", "crc32", "name", "first", "count", "label", "role")
SOURCE_COUNT = "source_count"


def encode_frame(frame: Image, options: FrameOptions) -> bytes:
    """Encode one frame as JPEG, or as raw RGB.

    Args:
        frame: Image in contiguous memory.
        options: ``codec`` and, for JPEG, ``quality``.

    Shape:
        ``frame``: (H, W, 3), RGB.
    """
    if options.codec == "raw":
        return frame.tobytes()
    import simplejpeg

    # Never `fastdct`: it costs 3 dB for a tenth of the time.
    return simplejpeg.encode_jpeg(frame, quality=options.quality, colorspace="RGB", colorsubsampling="420", fastdct=False)


@dataclass
class DecodedVideo:
    """Encoded frames of one video, ready to be stored.

    Attributes:
        name: Name of the video in the official lists.
        data: All encoded frames, one after another.
        sizes: Bytes of each frame.
        source_count: Number of frames of the video file; more than are stored in a store of clips.
    """

    name: str
    data: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    source_count: int

    def crc32(self) -> NDArray[np.uint32]:
        """Return the checksum of each frame."""
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
    """Write a frame store. The file appears under its name only when it is complete.

    Args:
        path: File to write.
        videos: Decoded videos; one at a time is in memory.
        total: Bytes of all encoded frames together.
        lists: Official splits: label and roles of each video.
        dataset: Name of the data set.
        options: Size and encoding of the frames.
        made_by: Name and version of the decoder.
        clips: Clips stored of each video; 0 if all frames are stored.
        clip_length: Frames per clip; 0 if all frames are stored.

    Returns:
        Digest of the content, which results record as their source.

    Raises:
        OSError: The disk is full or cannot be written.
    """
    index: dict[str, list[Any]] = {k: [] for k in (*INDEX, SOURCE_COUNT)}
    frames = written = 0
    clear_unfinished(path)
    require_space(path, total + 100 * 2**20)
    with sealed_hdf5_writer(path, STORE, ["bytes"]) as (h5, require_written):
        pixels = h5.create_dataset("bytes", (total,), np.uint8)
        for video in videos:
            require_written()
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
            raise AssertionError(f"{written} bytes of frames were written, {total} were expected")
        if clips:
            assert set(index["count"]) == {clips * clip_length}
            h5[SOURCE_COUNT] = np.array(index[SOURCE_COUNT], np.int64)
            h5.attrs.update(clips=clips, clip_length=clip_length)
        _write_index(h5, index, total)
        h5.attrs.update(asdict(options))
        h5.attrs.update(format=STORE.format, dataset=dataset, classes=json.dumps(lists.classes), lists=lists.digest())
        h5.attrs.update(made_by=made_by, vcop=__version__)
        h5.attrs["digest"] = digest = _digest(h5)
    return digest


def _write_index(h5: Any, index: dict[str, list[Any]], total: int) -> None:
    """Write the small columns: one row per frame or per video."""
    h5["offsets"] = np.concatenate([*index["offsets"], [total]]).astype(np.int64)
    h5["crc32"] = np.concatenate(index["crc32"]).astype(np.uint32)
    h5["first"], h5["count"] = np.array(index["first"], np.int64), np.array(index["count"], np.int64)
    h5["label"], h5["role"] = np.array(index["label"], np.int32), np.array(index["role"], np.uint8)
    h5["name"] = np.array([n.encode("utf-8", "surrogateescape") for n in index["name"]])


def _digest(h5: Any) -> str:
    """Return a digest of the index, of the frames' checksums and of the attributes that describe the frames."""
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
