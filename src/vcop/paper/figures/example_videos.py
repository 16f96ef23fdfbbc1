"""Pictures of retrieved videos: central frames, their classes beneath (CVPR 2019, Figures 4 and 6)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vcop.sampling.seeding import seed_of
from vcop.storage.frame_store import FrameStore


@dataclass(frozen=True)
class Neighbours:
    """A query video and its two nearest training videos."""

    query: str
    first: str
    second: str


def read_neighbours(path: Path) -> dict[str, Neighbours]:
    """The video-level rows of a retrieval table by query."""
    table = pd.read_csv(path, keep_default_na=False)
    table = table[table["level"] == "video"]
    columns = (table[c].astype(str) for c in ("video", "first", "second"))
    return {row[0]: Neighbours(*row) for row in zip(*columns, strict=True)}


def choose_queries(videos: list[str], count: int) -> list[str]:
    """The stated rule, the same for every study and network: one video a class, classes and videos by a fixed draw.

    Nothing measured enters the choice.
    """
    ranked = sorted(videos, key=lambda name: seed_of("sample", name))
    best = {name.split("/")[0]: name for name in reversed(ranked)}
    return sorted(best.values(), key=lambda name: seed_of("class", name.split("/")[0]))[:count]


def central_frame(store: FrameStore, name: str) -> NDArray[np.uint8]:
    """The frame in the middle of a video. Shape: (H, W, 3)."""
    video = next(v for v in store.videos if v.name == name)
    return store.read(video, [video.count // 2])[0]


def class_label(name: str) -> str:
    """A video's class as its folder names it, for people."""
    return name.split("/", maxsplit=1)[0].replace("_", " ")
