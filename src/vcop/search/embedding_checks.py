"""Checks of a file of embeddings, which anybody may have made: what it says of itself, its size, its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import psutil

from vcop.runtime.printing import printable
from vcop.search.embeddings import MOST_CLIPS, Embeddings

KIND = "vcop embeddings 1"
BLOCK = 4096  # rows that are examined at a time
ROW_SIZE = 24  # bytes of a row besides its values: start, end, name


def check_about(about: Any) -> dict[str, Any]:
    """Return what a file says of itself. Raises ValueError unless vcop wrote it."""
    if not isinstance(about, dict) or about.get("file") != KIND:
        raise ValueError(f"it does not say that it holds {KIND}")
    texts, numbers = ("weights", "weights_digest", "network", "layer", "per"), ("clips", "rows", "values")
    if not all(type(about.get(key)) is str for key in texts) or not all(type(about.get(key)) is int for key in numbers):
        raise ValueError(f"it lacks one of {', '.join((*texts, *numbers))}")
    if not (0 < about["rows"] < 2**32 and 0 < about["values"] < 2**20 and 0 < about["clips"] <= MOST_CLIPS):
        raise ValueError(
            f"{about['rows']} rows of {about['values']} values, {about['clips']} clips of a video: that cannot be"
        )
    return about


def require_consistent(found: Embeddings) -> None:
    """Raise ValueError if the parts of a file do not fit each other, or numbers are not finite."""
    shape = (found.about["rows"], found.about["values"])
    if (
        found.vectors.shape != shape
        or found.vectors.dtype != np.float32
        or not len(found.video) == len(found.start) == shape[0]
    ):
        raise ValueError(f"it has not the {shape[0]} rows of {shape[1]} values that it announces")
    if not all(printable(name) == name for name in set(found.video.tolist())):
        raise ValueError("a name holds a line break or another control character")
    for first in range(0, len(found), BLOCK):
        rows = found.vectors[first : first + BLOCK]
        if not np.isfinite(np.einsum("ij,ij->i", rows, rows)).all():  # nor is the length of a row of huge numbers
            raise ValueError("a number is not finite")
    if not (np.isfinite(found.end) & (found.start >= 0) & (found.start <= found.end)).all():
        raise ValueError("a time is not finite, or a clip ends before it begins")


def require_memory(size: int, what: str) -> None:
    """Raise ValueError if the machine has not so many bytes of memory free as ``what`` needs."""
    if size > (free := psutil.virtual_memory().available):
        raise ValueError(f"{what} need {size / 2**30:.1f} GiB of memory, and {free / 2**30:.1f} GiB are free")


def require_memory_of_rows(about: dict[str, Any]) -> None:
    """Raise ValueError if the machine has not the memory that the rows of a file need."""
    require_memory(about["rows"] * (4 * about["values"] + ROW_SIZE), f"its {about['rows']} rows")
