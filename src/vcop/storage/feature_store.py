"""Feature files: the pooled maps of the test clips of every video, tied to the weights and frames they came from.

::

    /<layer>   float (V, clips, values)   one contiguous dataset      /<layer>_crc32   uint32 (V,)   of each video's bytes
    /name str (V,)   /label int32 (V,)   /role uint8 (V,)   in split 1: 1 train, 2 test

Sealed (``vcop.storage.hdf5``): all but the features is verified when a file is opened, and these by their CRC32 when they are read.
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

OTHERS = {"name", "label", "role"}
CRC32 = "_crc32"


def write_features(
    path: Path, videos: list[Video], roles: list[int], classes: list[str], pooled: Iterator[dict[str, NDArray[Any]]],
    shapes: dict[str, tuple[int, int]], half: bool, about: dict[str, Any],
) -> None:  # fmt: skip
    """Write a feature file whole or not at all.

    ``pooled`` yields, for consecutive videos, layer: (videos, clips, values); ``shapes`` says layer: (clips, values).
    """
    kind = np.dtype(np.float16 if half else np.float32)
    clear_unfinished(path)
    require_space(path, sum(len(videos) * c * v * kind.itemsize for c, v in shapes.values()) + 50 * 2**20)
    with sealed_hdf5_writer(path, FEATURES, list(shapes)) as (h5, require):
        crc32: dict[str, list[int]] = {layer: [] for layer in shapes}
        for layer, shape in shapes.items():
            h5.create_dataset(layer, (len(videos), *shape), kind)
        at = 0
        for block in pooled:
            require()
            for layer, values in block.items():
                stored = np.ascontiguousarray(values, kind)
                if half and (np.isfinite(values) & ~np.isfinite(stored)).any():
                    names = ", ".join(v.name for v in videos[at : at + len(stored)])
                    raise ValueError(f"{path}: {layer} of {names} holds numbers too large for 16 bits: extract.half: false")
                h5[layer][at : at + len(stored)] = stored
                crc32[layer] += [zlib.crc32(row.data) for row in stored]
            at += len(next(iter(block.values())))
        if at != len(videos):
            raise AssertionError(f"features of {at} videos, expected {len(videos)}")
        for layer, sums in crc32.items():
            h5[layer + CRC32] = np.array(sums, np.uint32)
        h5["name"] = np.array([v.name.encode("utf-8", "surrogateescape") for v in videos])
        h5["label"], h5["role"] = np.array([v.label for v in videos], np.int32), np.array(roles, np.uint8)
        text = json.dumps(about, sort_keys=True, default=str)
        h5.attrs.update(format=FEATURES.format, vcop=__version__, classes=json.dumps(classes), about=text)


@dataclass
class FeatureStore:
    """A reader of one layer and role. Raises ValueError that names the file and what is wrong with it."""

    path: Path
    layer: str
    role: int

    def __post_init__(self) -> None:
        with open_sealed(require_existing(self.path, "the feature file (made by rule `extract`)"), FEATURES) as table:
            if self.layer not in table.h5:
                raise ValueError(
                    f"{self.path}: holds no features of {self.layer}: name its data set and weights under all_layers in config.yaml"
                )
            self._read_index(table)
            self.classes: list[str] = table.parsed("classes", list)
            self.about: dict[str, Any] = table.parsed("about", dict)
        if not set(self.labels.tolist()) <= set(range(len(self.classes))):
            raise FEATURES.damaged(self.path, "a label has no class")
        self._bytes = RawReader(self.path)

    def _read_index(self, table: SealedReader) -> None:
        self._place, (videos, self.clips, self.values), self._kind = table.place(self.layer, "f", None, None, None)
        self._crc32 = table.column(self.layer + CRC32, "u", videos)
        self.rows = np.flatnonzero(table.column("role", "u", videos) == self.role)
        names = table.column("name", "S", videos)[self.rows].tolist()
        self.names = [name.decode("utf-8", "surrogateescape") for name in names]
        self.labels: NDArray[np.int32] = table.column("label", "i", videos)[self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def means(self, first: int, last: int) -> NDArray[np.float32]:
        """The mean of each video's clips (CVPR 2019, Figure 5). Shape: (videos, values)."""
        return self.read(first, last).mean(axis=1)

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """Features of videos ``first`` .. ``last`` - 1. Shape: (videos, clips, values).

        Raises ValueError for a video whose checksum differs or whose values are not finite.
        """
        rows = self.rows[first:last]
        found = np.empty((len(rows), self.clips, self.values), self._kind)
        for row, out in zip(rows.tolist(), found, strict=True):
            if zlib.crc32(self._bytes.into(out, self._place + row * out.nbytes)) != self._crc32[row]:
                name = self.names[int(np.searchsorted(self.rows, row))]
                raise ValueError(f"{self.path}: {self.layer} is damaged ({name}: its checksum differs): {FEATURES.again}")
        if not np.isfinite(found).all():
            name = self.names[first + int(np.flatnonzero(~np.isfinite(found).all((1, 2)))[0])]
            raise ValueError(f"{self.path}: {self.layer} holds values that are not finite: {FEATURES.again} ({name})")
        return np.asarray(found, np.float32)


def find_damaged_features(path: Path) -> Iterator[str]:
    """Every damaged video of every layer, as one line each."""
    with open_sealed(path, FEATURES) as table:
        layers = [name for name in table.h5 if name not in OTHERS and not name.endswith(CRC32)]
        roles = sorted(set(table.column("role", "u", None).tolist()))
    for layer in layers:
        for role in roles:
            features = FeatureStore(path, layer, role)
            for video in range(len(features)):
                try:
                    features.read(video, video + 1)
                except ValueError as problem:
                    yield str(problem)
