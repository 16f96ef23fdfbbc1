"""Feature files: pooled features of the test clips of every video, with the weights and frames that they were computed from.

::

    /<layer>         float (V, clips, values)   features, in one contiguous dataset for each layer
    /<layer>_crc32   uint32 (V,)                checksum of each video's bytes, verified whenever features are read
    /name            str (V,)                   name of the video in the official lists
    /label           int32 (V,)                 index of its class in the attribute `classes`
    /role            uint8 (V,)                 in split 1: 1 training, 2 test, 3 validation

The file is sealed (``vcop.storage.hdf5``): opening it verifies all of it but the features. Shapes: V videos.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop import __version__
from vcop.runtime.atomic_files import clear_unfinished, require_existing, require_space
from vcop.storage.frame_store import Video
from vcop.storage.hdf5 import RawReader, SealedReader, open_sealed, sealed_hdf5_writer
from vcop.storage.sealing import FEATURES

INDEX = {"name", "label", "role"}  # all other datasets are features or their checksums
CRC32 = "_crc32"


def write_features(
    path: Path, videos: list[Video], roles: list[int], classes: list[str], pooled: Iterator[dict[str, NDArray[Any]]],
    shapes: dict[str, tuple[int, int]], half: bool, about: dict[str, Any],
) -> None:  # fmt: skip
    """Write a feature file. It appears under its name only when it is complete.

    Args:
        path: File to write.
        videos: Videos whose features are stored.
        roles: Role of each video in split 1 (``TRAIN``, ``TEST``, ``VALIDATION``).
        classes: Names of the classes.
        pooled: Features of consecutive videos: a dictionary from layer to array for each batch of videos.
        shapes: Clips and values of each layer.
        half: Store 16-bit instead of 32-bit numbers.
        about: What the features were computed from (weights, frames), stored as JSON.

    Shape:
        Arrays of ``pooled``: (videos of the batch, clips, values).

    Raises:
        ValueError: A value does not fit into 16 bits.
        OSError: The disk is full or cannot be written.
    """
    kind = np.dtype(np.float16 if half else np.float32)
    clear_unfinished(path)
    require_space(path, sum(len(videos) * c * v * kind.itemsize for c, v in shapes.values()) + 50 * 2**20)
    with sealed_hdf5_writer(path, FEATURES, list(shapes)) as (h5, require_written):
        crc32: dict[str, list[int]] = {layer: [] for layer in shapes}
        for layer, shape in shapes.items():
            h5.create_dataset(layer, (len(videos), *shape), kind)
        written = 0
        for block in pooled:
            require_written()
            for layer, values in block.items():
                stored = np.ascontiguousarray(values, kind)
                if half and (np.isfinite(values) & ~np.isfinite(stored)).any():
                    names = ", ".join(v.name for v in videos[written : written + len(stored)])
                    raise ValueError(f"{path}: {layer} of {names} holds numbers too large for 16 bits: extract.half: false")
                h5[layer][written : written + len(stored)] = stored
                crc32[layer] += [zlib.crc32(row.data) for row in stored]
            written += len(next(iter(block.values())))
        if written != len(videos):
            raise AssertionError(f"features of {written} videos, expected {len(videos)}")
        for layer, sums in crc32.items():
            h5[layer + CRC32] = np.array(sums, np.uint32)
        h5["name"] = np.array([v.name.encode("utf-8", "surrogateescape") for v in videos])
        h5["label"], h5["role"] = np.array([v.label for v in videos], np.int32), np.array(roles, np.uint8)
        text = json.dumps(about, sort_keys=True, default=str)
        h5.attrs.update(format=FEATURES.format, vcop=__version__, classes=json.dumps(classes), about=text)


@dataclass
class FeatureStore:
    """Reader of the features of one layer and one role.

    Args:
        path: The feature file, as `vcop extract` writes it.
        layer: Name of the layer, for example ``conv5``.
        role: ``TRAIN``, ``TEST`` or ``VALIDATION`` of split 1, or several of them.
        sampled: How many of a video's clips are used, evenly spread over the video; all that are stored by default.

    Attributes:
        names: Names of the videos with this role.
        labels: Index of the class of each.
        classes: Names of the classes.
        clips: Clips per video that are used.
        values: Values per clip.
        about: What the features were computed from.

    Raises:
        ValueError: The file is missing, damaged or of another format, has no such layer, or holds fewer clips than ``sampled``.
    """

    path: Path
    layer: str
    role: int | tuple[int, ...]
    sampled: int | None = None

    def __post_init__(self) -> None:
        with open_sealed(require_existing(self.path, "the feature file (made by rule `extract`)"), FEATURES) as table:
            if self.layer not in table.h5:
                raise ValueError(
                    f"{self.path}: holds no features of {self.layer}: name its data set and weights under all_layers in config.yaml"
                )
            self._read_index(table)
            self.classes: list[str] = table.json("classes", list)
            self.about: dict[str, Any] = table.json("about", dict)
        if not set(self.labels.tolist()) <= set(range(len(self.classes))):
            raise FEATURES.damaged(self.path, "a label has no class")
        self._file = RawReader(self.path)

    def _read_index(self, table: SealedReader) -> None:
        self._begin, (videos, self._stored, self.values), self._dtype = table.locate(self.layer, "f", None, None, None)
        self._chosen = spread_clips(self._stored, self._stored if self.sampled is None else self.sampled, self.path)
        self.clips = len(self._chosen)
        self._crc32 = table.column(self.layer + CRC32, "u", videos)
        self.rows = np.flatnonzero(np.isin(table.column("role", "u", videos), self.role))
        names = table.column("name", "S", videos)[self.rows].tolist()
        self.names = [name.decode("utf-8", "surrogateescape") for name in names]
        self.labels: NDArray[np.int32] = table.column("label", "i", videos)[self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def means(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the mean over the clips of videos ``first`` .. ``last`` - 1 (CVPR 2019, Figure 5). Shape: (videos, values)."""
        return self.read(first, last).mean(axis=1)

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the features of videos ``first`` .. ``last`` - 1 in 32 bits.

        Shape:
            Result: (videos, clips, values).

        Raises:
            ValueError: The checksum of a video differs, or a value is not finite.
        """
        rows = self.rows[first:last]
        features = np.empty((len(rows), self._stored, self.values), self._dtype)
        for row, out in zip(rows.tolist(), features, strict=True):
            if zlib.crc32(self._file.read_into(out, self._begin + row * out.nbytes)) != self._crc32[row]:
                name = self.names[int(np.searchsorted(self.rows, row))]
                raise ValueError(f"{self.path}: {self.layer} is damaged ({name}: its checksum differs): {FEATURES.again}")
        if not np.isfinite(features).all():
            name = self.names[first + int(np.flatnonzero(~np.isfinite(features).all((1, 2)))[0])]
            raise ValueError(f"{self.path}: {self.layer} holds values that are not finite: {FEATURES.again} ({name})")
        return np.asarray(features if self.clips == self._stored else features[:, self._chosen], np.float32)


def spread_clips(stored: int, count: int, path: Path) -> list[int]:
    """Return the indices of ``count`` of the stored clips, evenly spread: the middle one, or from the first to the last.

    Raises:
        ValueError: There are fewer clips, or none is wanted.
    """
    if not 1 <= count <= stored:
        raise ValueError(f"{path}: holds {stored} clips of each video, {count} are wanted: choose a number from 1 to {stored}")
    if count == 1:
        return [stored // 2]
    return np.linspace(0, stored - 1, count).round().astype(int).tolist()


def find_damaged_features(path: Path) -> Iterator[str]:
    """Read all features of a file, and yield one line for each damaged video of each layer."""
    with open_sealed(path, FEATURES) as table:
        layers = [name for name in table.h5 if name not in INDEX and not name.endswith(CRC32)]
        roles = sorted(set(table.column("role", "u", None).tolist()))
    for layer in layers:
        for role in roles:
            features = FeatureStore(path, layer, role)
            for video in range(len(features)):
                try:
                    features.read(video, video + 1)
                except ValueError as problem:
                    yield str(problem)
