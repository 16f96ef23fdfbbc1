"""Sample-based curriculum: find the videos that a trained order network does not find simple (TMM 2020, III-D2 and IV-A).

A converged network, whose training goes on later, predicts the order of new tuples of every training video in several passes. A video
is simple if its order was predicted correctly in each of them, with a probability above 0.8. Simple videos leave the training list, and
training goes on with the others, the hard videos.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vcop.runtime.atomic_files import require_existing, require_intact

if TYPE_CHECKING:
    import pandas as pd

# Columns of confidence.csv, which a pretraining writes: a row for each training video and pass over the training list after the last
# epoch. In a pass the best weights, from which the curriculum goes on, predict a new tuple of each video. ``epoch`` is the number of the
# pass; the first one is the number of epochs plus 1. ``probability`` is that of the true order, ``right`` is 1 if that order was the most
# probable one.
CONFIDENCE_COLUMNS = ("video", "epoch", "probability", "right")


def read_confidence(path: Path) -> pd.DataFrame:
    """Read a table of confidences.

    Args:
        path: confidence.csv of a pretraining.

    Returns:
        The columns ``CONFIDENCE_COLUMNS``.

    Raises:
        ValueError: If the file is missing, damaged, empty or not such a table.
    """
    import pandas as pd

    require_intact(require_existing(path, "the table of confidences"))
    try:
        with pd.option_context("mode.string_storage", "python"):  # names may be other than UTF-8, Arrow's strings may not
            table = pd.read_csv(path, encoding_errors="surrogateescape")
        table = table[list(CONFIDENCE_COLUMNS)].astype({"probability": float, "right": int})
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"{path}: not a table with the columns {', '.join(CONFIDENCE_COLUMNS)} ({problem})") from None
    if table.empty or not table["probability"].between(0, 1).all() or table.duplicated(["video", "epoch"]).any():
        raise ValueError(
            f"{path}: it is empty, has a probability outside 0 to 1, or has a video twice in one pass (column epoch)"
        )
    return table


def hard_videos(table: pd.DataFrame, threshold: float, minimum: int) -> list[str]:
    """Return the names of the videos to train on: the hard ones, and at least ``minimum`` videos, if there are so many.

    Args:
        table: Confidences, see ``read_confidence``.
        threshold: A video is simple if in every pass its true order was the most probable one, with a probability above this (0.8 in
            the paper).
        minimum: If fewer videos are hard, simple ones are kept as well: first those whose smallest probability over all passes is lowest.

    Returns:
        The names in alphabetical order.
    """
    by_video = table.groupby("video", sort=True).agg(right=("right", "min"), lowest=("probability", "min"))
    simple = (by_video["right"] == 1) & (by_video["lowest"] > threshold)
    missing = max(0, minimum - int((~simple).sum()))
    kept = by_video[simple].reset_index().sort_values(["lowest", "video"])["video"].head(missing)
    return sorted([*by_video.index[~simple], *kept])


def count_by_class(videos: Sequence[str], kept: Sequence[str]) -> list[tuple[str, int, int]]:
    """Count for each class, which is a video's folder, how many of its videos are kept and dropped.

    Returns:
        Rows of (class, kept, dropped); the class that loses most comes first.
    """
    before, after = (Counter(Path(video).parent.name for video in names) for names in (videos, kept))
    return sorted(((name, after[name], n - after[name]) for name, n in before.items()), key=lambda row: (-row[2], row[0]))
