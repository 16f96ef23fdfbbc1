"""What is searched for: a video of a file of embeddings, one of its rows, or another video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.runtime.printing import printable
from vcop.search.embedder import Embedder
from vcop.search.embedding import Outcome, embed_videos, pool
from vcop.search.embeddings import Embeddings
from vcop.search.similar import Hit, mean_of
from vcop.storage.weights import weights_digest
from vcop.storage.weights_about import WEIGHTS_FILE

Query = tuple[NDArray[np.float32], Hit]


def query_row(found: Embeddings, row: int) -> Query:
    """Return a row of a file as the query. Raises ValueError if there is no such row."""
    if not 0 <= row < len(found):
        raise ValueError(f"--row {row}: rows are numbered from 0 to {len(found) - 1}")
    return found.vectors[row], Hit(row, str(found.video[row]), float(found.start[row]), float(found.end[row]), 1.0)


def query_video(found: Embeddings, name: str, source: str, weights: Path | None = None, device: str = "auto") -> Query:
    """Return a video as the query: the mean of its rows if the file has it, else of its clips, which are computed.

    Args:
        found: The embeddings, which say the weights.
        name: Path of a video, as it stands in the file; or of another one.
        source: Name of the file, for error messages.
        weights: Where the weights are; None for where they were.
        device: "auto", "cpu" or "cuda".

    Raises:
        ValueError: There is no such video, it cannot be read, or the weights are others.
    """
    name = str(Path(name))  # as `vcop embed` names it: without "./" before it
    if len(rows := np.flatnonzero(found.video == name)):
        start, end = float(found.start[rows].min()), float(found.end[rows].max())
        return mean_of(found, rows.tolist()), Hit(int(rows[0]), name, start, end, 1.0)
    if not Path(name).is_file():
        raise ValueError(f"{name}: neither a file nor the name of a video in {source}")
    path = weights or Path(found.about["weights"])
    require_same_weights(path, found, source)
    embedder = Embedder(path, layer=found.about["layer"], clips=found.about["clips"], device=device)
    outcome = Outcome()
    for video, block in embed_videos(embedder, [Path(name)], outcome, processes=1):
        _, start_of, end_of, vectors = pool(block, "video")
        return vectors[0], Hit(-1, printable(video), float(start_of[0]), float(end_of[0]), 1.0)
    raise ValueError(f"{name}: cannot be read: {outcome.unreadable[printable(name)]}")


def require_same_weights(path: Path, found: Embeddings, source: str) -> None:
    """Raise ValueError unless a weights file holds the weights that a file of embeddings was made with."""
    path = path / WEIGHTS_FILE if path.is_dir() else path
    if not path.is_file():  # a pipe or a device holds no weights either
        raise ValueError(f"{printable(path)}: the weights that made {source} are not there: say where they are, by --weights")
    if (digest := weights_digest(path)) != found.about["weights_digest"]:
        made = found.about["weights_digest"]
        raise ValueError(
            f"{path}: its weights (digest {digest[:12]}) are not those that made {source} ({printable(found.about['weights'])}, digest "
            f"{printable(made[:12])}): their embeddings cannot be compared"
        )
