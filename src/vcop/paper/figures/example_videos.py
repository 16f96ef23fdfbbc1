"""Choice of example videos, their central frames and classes (CVPR 2019, Figures 4 and 6; TMM 2020, Figures 8 and 9)."""

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
    """Query video and its two nearest videos of the gallery; empty where the gallery has fewer."""

    query: str
    first: str
    second: str


def read_neighbours(path: Path) -> dict[str, Neighbours]:
    """Read the video-level rows of a retrieval result file. Return them by query video."""
    table = pd.read_csv(path, keep_default_na=False)
    table = table[table["level"] == "video"]
    columns = (table[c].astype(str) for c in ("video", "first", "second"))
    return {row[0]: Neighbours(*row) for row in zip(*columns, strict=True)}


def choose_queries(videos: list[str], count: int) -> list[str]:
    """Choose query videos: one of each class, at most ``count``.

    Classes and videos are ranked by a hash of their names, so that the choice is the same for every study and network and no
    result can influence it.
    """
    ranked = sorted(videos, key=lambda name: seed_of("sample", name))
    first = {name.split("/")[0]: name for name in reversed(ranked)}
    return sorted(first.values(), key=lambda name: seed_of("class", name.split("/")[0]))[:count]


def central_frame(store: FrameStore, name: str) -> NDArray[np.uint8]:
    """Return the frame in the middle of a video. Shape: (H, W, 3)."""
    video = next(v for v in store.videos if v.name == name)
    return store.read(video, [video.count // 2])[0]


def class_label(name: str) -> str:
    """Return a video's class, which is the name of its directory, with spaces for underscores."""
    return name.split("/", maxsplit=1)[0].replace("_", " ")
