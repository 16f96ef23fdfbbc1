"""Feature files: the pooled maps of the test clips of every video, tied to the weights and frames they came from.

::

    /<layer>   float (V, clips, values)   checksummed by HDF5 (fletcher32)
    /name str (V,)   /label int32 (V,)   /role uint8 (V,)   in split 1: 1 train, 2 test
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcop import __version__
from vcop.files import replacing, require_space
from vcop.frames import Video
from vcop.options import existing

FORMAT = 1


def write(
    path: Path, videos: list[Video], roles: list[int], classes: list[str], pooled: Iterator[dict[str, NDArray[Any]]],
    shapes: dict[str, tuple[int, int]], half: bool, about: dict[str, Any],
) -> None:  # fmt: skip
    """Write a feature file whole or not at all.

    ``pooled`` yields, for consecutive videos, layer: (videos, clips, values); ``shapes`` says layer: (clips, values).
    """
    import h5py

    kind = np.dtype(np.float16 if half else np.float32)
    require_space(path, sum(len(videos) * c * v * kind.itemsize for c, v in shapes.values()) + 50 * 2**20)
    with replacing(path) as unfinished, h5py.File(unfinished, "w") as h5:
        for layer, (clips, values) in shapes.items():
            rows = max(1, min(len(videos), 2**20 // (clips * values * kind.itemsize)))
            h5.create_dataset(layer, (len(videos), clips, values), kind, chunks=(rows, clips, values), fletcher32=True)
        at = 0
        for block in pooled:
            for layer, values_ in block.items():
                h5[layer][at : at + len(values_)] = values_
            at += len(next(iter(block.values())))
        if at != len(videos):
            raise AssertionError(f"features of {at} videos, expected {len(videos)}")
        h5["name"] = np.array([v.name.encode("utf-8", "surrogateescape") for v in videos], dtype=object)
        h5["label"], h5["role"] = np.array([v.label for v in videos], np.int32), np.array(roles, np.uint8)
        text = json.dumps(about, sort_keys=True, default=str)
        h5.attrs.update(format=FORMAT, vcop=__version__, classes=json.dumps(classes), about=text)
        h5.attrs["digest"] = hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Features:
    """A reader of one layer and role. Raises ValueError that names the file and what is wrong with it."""

    path: Path
    layer: str
    role: int

    def __post_init__(self) -> None:
        import h5py

        try:
            self.file = h5py.File(existing(self.path, "the feature file (made by rule `extract`)"), "r", locking=False)
            if self.file.attrs.get("format") != FORMAT:
                made_by = self.file.attrs.get("vcop", "(unknown)")
                raise ValueError(f"{self.path}: a feature file written by vcop {made_by}, which this one cannot read")
            if self.layer not in self.file:
                raise ValueError(
                    f"{self.path}: holds no features of {self.layer}: name its data set and weights under all_layers in config.yaml"
                )
            roles = self.file["role"][()]
            self.rows = np.flatnonzero(roles == self.role)
            self.names = [self.file["name"][i].decode("utf-8", "surrogateescape") for i in self.rows]
            self.labels: NDArray[np.int32] = self.file["label"][()][self.rows]
            self.classes: list[str] = json.loads(self.file.attrs["classes"])
            self.about: dict[str, Any] = json.loads(self.file.attrs["about"])
        except OSError as problem:
            raise ValueError(f"{self.path}: not a whole feature file ({problem}): extract again") from None
        self.data = self.file[self.layer]
        _, self.clips, self.values = self.data.shape

    def __len__(self) -> int:
        return len(self.rows)

    def means(self, first: int, last: int) -> NDArray[np.float32]:
        """The mean of each video's clips (CVPR 2019, Figure 5). Shape: (videos, values)."""
        return self.read(first, last).mean(axis=1)

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """Features of videos ``first`` .. ``last`` - 1. Shape: (videos, clips, values)."""
        try:
            return np.asarray(self.data[self.rows[first:last]], np.float32)
        except OSError as problem:
            raise ValueError(f"{self.path}: {self.layer} is damaged ({problem}): extract again") from None
