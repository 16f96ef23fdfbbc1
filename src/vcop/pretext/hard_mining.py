"""``vcop mine``: the videos that a trained network does not find simple (sample-based curriculum, TMM 2020, III-D2 and IV-A).

A video is simple if in every one of the epochs looked at its order was predicted rightly and with a probability above the
threshold, 0.8. Simple videos leave the training list; all others are kept.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from vcop.runtime.atomic_files import require_existing, require_intact

COLUMNS = ["video", "epoch", "probability", "right"]


def read_confidence(path: Path) -> pd.DataFrame:
    """The table of confidences. Raises ValueError where it is not one."""
    require_intact(require_existing(path, "the table of confidences"))
    try:
        table = pd.read_csv(path, encoding_errors="surrogateescape")
        table = table[COLUMNS].astype({"probability": float, "right": int})
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(f"{path}: not a table of {', '.join(COLUMNS)} ({problem})") from None
    if table.empty or not table["probability"].between(0, 1).all() or table.duplicated(["video", "epoch"]).any():
        raise ValueError(f"{path}: empty, a probability outside 0..1, or a video twice in an epoch")
    return table


def hard_videos(table: pd.DataFrame, threshold: float, minimum: int) -> list[str]:
    """Names of the videos that were ever wrong or not above ``threshold``; never fewer than ``minimum`` if there are as many.

    Where too few are hard, the simple ones of the lowest probabilities stay (the worst epoch counts, then the name).
    """
    by = table.groupby("video", sort=True).agg(right=("right", "min"), worst=("probability", "min"))
    simple = (by["right"] == 1) & (by["worst"] > threshold)
    needed = max(0, minimum - int((~simple).sum()))
    stay = by[simple].reset_index().sort_values(["worst", "video"])["video"].head(needed)
    return sorted([*by.index[~simple], *stay])


def count_by_class(videos: list[str], kept: list[str]) -> list[tuple[str, int, int]]:
    """Class (a video's folder), videos kept and dropped; those that lose most first."""
    everything, stay = (Counter(Path(v).parent.name for v in names) for names in (videos, kept))
    return sorted(((c, stay[c], n - stay[c]) for c, n in everything.items()), key=lambda row: (-row[2], row[0]))
