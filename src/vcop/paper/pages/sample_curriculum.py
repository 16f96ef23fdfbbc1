"""What the sample-based curriculum kept and dropped (TMM 2020, III-D2), printed wherever its row or its curve stands.

If mining drops no video, training goes on with the same list: that is longer training, and no curriculum.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from vcop.paper.measurement.scores import group_runs
from vcop.paper.pages import tables


@dataclass(frozen=True)
class Mined:
    """Videos of R3D, 16-8-3 that were kept and dropped.

    Attributes:
        classes: Kept and dropped videos of each class, of all seeds together. Columns: kept, dropped; index: class.
        videos: Training videos before mining.
        dropped: Dropped videos of each seed.
    """

    classes: pd.DataFrame
    videos: int
    dropped: list[int]

    @property
    def short(self) -> str:
        """A few words for a row or a curve."""
        if not any(self.dropped):
            return f"no video dropped of {self.videos}: not a curriculum"
        return f"{_listed(self.dropped)} of {self.videos} videos dropped"

    @property
    def sentence(self) -> str:
        """A sentence for a caption."""
        seeds = f", by seed {_listed(self.dropped)}" if len(self.dropped) > 1 else ""
        if not any(self.dropped):
            return (
                f"Mining dropped none of R3D's {self.videos} training videos, so that * is longer training on all of them and not a "
                "curriculum."
            )
        kept = _listed([self.videos - n for n in self.dropped])
        none = " A seed that dropped none went on with all videos, which is no curriculum." if 0 in self.dropped else ""
        return f"Of R3D's {self.videos} training videos mining dropped {sum(self.dropped) / len(self.dropped):.0f}{seeds}; * goes on with {kept}.{none}"


def _listed(counts: list[int]) -> str:
    """Return numbers as people list them; one if all are the same."""
    texts = [str(n) for n in (counts[:1] if len(set(counts)) == 1 else counts)]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def read_mined(item: str, inputs: list[Path]) -> Mined:
    """Read what mining kept and dropped.

    Args:
        item: Name of the table or figure, for the error message.
        inputs: Result files, among them results/mine/r3d/16-8-3/seed-{seed}/classes.csv of every seed.

    Raises:
        ValueError: There is none.
    """
    files = group_runs(inputs, r"mine/(r3d)/16-8-3/seed-\d+/classes")
    if not files:
        raise ValueError(f"{item}: no list of the videos that mining dropped (R3D, 16-8-3) among the files given")
    seeds = [pd.read_csv(path).set_index("class")[["kept", "dropped"]] for path in files["r3d",]]
    return Mined(
        pd.concat(seeds).groupby(level=0).sum(), int(seeds[0].to_numpy().sum()), [int(s["dropped"].sum()) for s in seeds]
    )


def mark_rows(table: pd.DataFrame, mined: Mined) -> pd.DataFrame:
    """Say in the first cell of each row with a star how many videos were dropped.

    Args:
        table: Tidy table, see ``vcop.paper.pages.tables``.
        mined: What mining dropped.
    """
    before = table[tables.BESIDE] if tables.BESIDE in table else pd.Series("", table.index)
    starred = table["row"].str.contains("*", regex=False) & ~table["row"].duplicated()
    words = [f"{text}; {mined.short}".removeprefix("; ") if star else text for text, star in zip(before, starred, strict=True)]
    return table.assign(**{tables.BESIDE: words})
