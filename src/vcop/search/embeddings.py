"""Embeddings in memory: a row for each clip, or for each video."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Times = NDArray[np.float64]
MOST_CLIPS = 4096  # of a video; their frames are in memory at the same time
Block = tuple[str, Times, Times, Vectors]  # rows of one video: its path, starts, ends, embeddings


@dataclass(frozen=True)
class Embeddings:
    """Embeddings of clips, or of whole videos.

    Attributes:
        video: Path of the video of each row.
        start: Seconds from the first frame of the video to that of the clip.
        end: Seconds from the first frame of the video to the end of the clip.
        vectors: The embeddings.
        about: Weights (path and digest), network, layer, clips of a video, and whether rows are clips or videos.
        unreadable: Why videos are missing, by path.

    Shape:
        ``vectors``: (rows, values), float32; all others: (rows,).
    """

    video: NDArray[np.object_]
    start: Times
    end: Times
    vectors: Vectors
    about: dict[str, Any] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.video)


def gather(blocks: Iterable[Block], about: dict[str, Any], unreadable: dict[str, str] | None = None) -> Embeddings:
    """Return the rows of some videos as one object."""
    names, starts, ends, vectors = zip(*blocks, strict=True)
    video = np.repeat(np.array(names, object), [len(part) for part in vectors])
    return Embeddings(
        video, np.concatenate(starts), np.concatenate(ends), np.concatenate(vectors), about, dict(unreadable or {})
    )
