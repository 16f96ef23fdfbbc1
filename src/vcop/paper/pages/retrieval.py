"""Retrieval accuracies at k beside the published ones (CVPR 2019, Tables 2, 3, Figure 5; TMM 2020, Tables II to IV, Figures 6, 7)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from statistics import fmean

import pandas as pd

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell, dataset_of_cell, layer_of_cell
from vcop.paper.measurement.scores import Measured, group_runs, retrieval_at
from vcop.paper.pages import tables

CHANCE = "chance"
OTHER_LEVEL = ["video_measured", "video_low", "video_high", "video_chance"]  # the same at video level


def retrieval_table(item: str, inputs: list[Path], level: str, task: str, dataset: str | None = None) -> pd.DataFrame:
    """Return the tidy table of an item, at k = 1, 5, 10, 20 and 50, with chance beside each number.

    A table of clip retrieval has the numbers of video retrieval, too: the published code computes only these.

    Args:
        item: The table or figure, as in cvpr2019_table2.
        inputs: results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv.
        level: "clip" or "video".
        task: The study's pretext task.
        dataset: The data set; without it a row's first word names it.

    Raises:
        ValueError: If a result is missing, or if an older version wrote it.
    """
    results = group_runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/(conv\d)-seed")
    more: dict[tuple[str, str], list[str]] = {}

    def measure(cell: Cell) -> Measured | None:
        name, layer = dataset or dataset_of_cell(cell), layer_of_cell(cell)
        paths, random = (results.get((name, cell.network, w, layer), []) for w in (cell.weights, comparisons.RANDOM))
        if not paths:
            return None
        base = random if cell.weights != comparisons.RANDOM else []
        k = int(cell.column.removeprefix("Top"))
        numbers = [f"{chance_at(k, level, paths):.2f}"]
        if level == "clip":
            video = comparisons.measure_runs(paths, retrieval_at(k, "video"))
            numbers += [*video.texts, f"{chance_at(k, 'video', paths):.2f}"]
        more[cell.row, cell.column] = numbers
        return comparisons.measure_runs(paths, retrieval_at(k, level), base)

    table = tables.measured_table(item, measure, task)
    columns = [CHANCE, *OTHER_LEVEL] if level == "clip" else [CHANCE]
    cells = [more.get(key, [""] * len(columns)) for key in zip(table["row"], table["column"], strict=True)]
    table[columns] = pd.DataFrame(cells, columns=columns, index=table.index, dtype=object)
    return table


def describe_levels(table: pd.DataFrame) -> pd.DataFrame:
    """Add the words that a page prints below each number of a clip retrieval table: its chance, and the same at video level."""

    def words(row: pd.Series) -> str:
        if not row["measured"]:
            return ""
        chance, video, low, high, video_chance = (f"{float(row[name]):.1f}" for name in (CHANCE, *OTHER_LEVEL))
        return f"chance {chance}; videos {video} [{low}, {high}], chance {video_chance}"

    return table.assign(**{tables.BESIDE: table.apply(words, axis=1)})


def count_classes(inputs: list[Path], within: str) -> int:
    """Return the number of classes of the test videos in a result file.

    Args:
        inputs: Result files.
        within: A part of the path; the first file whose path contains it is read.
    """
    path = next(p for p in inputs if within in p.as_posix())
    return int(pd.read_csv(path, usecols=["class"])["class"].nunique())


def chance_at(k: int, level: str, paths: list[Path]) -> float:
    """Return the percentage of queries that would be right at k if the classes were dealt out anew among the gallery's videos.

    The neighbours stay, so that clips of one video keep one class; see ``vcop.evaluation.retrieval``.

    Args:
        k: One of 1, 5, 10, 20, 50.
        level: "clip" or "video".
        paths: Results of one setting; their mean is returned.

    Raises:
        ValueError: If an older version wrote a result.
    """
    return 100 * fmean(_chances(path, path.stat().st_mtime_ns)[level, f"chance_{k}"] for path in paths)


@lru_cache(maxsize=64)
def _chances(path: Path, written: int) -> dict[tuple[str, str], float]:
    """Return the mean chances of a result by level and column; ``written`` (its time) distinguishes it from a later file of the same name."""
    table = pd.read_csv(path)
    columns = [name for name in table.columns if name.startswith("chance_")]
    if not columns:
        raise ValueError(
            f"{path} does not say what chance is, since an older version wrote it: remove it and run the workflow"
        )
    means = table.groupby("level")[columns].mean()
    return {(str(level), name): float(row[name]) for level, row in means.iterrows() for name in columns}


def chance_of_classes(count: int) -> float:
    """Return the percentage of right guesses among ``count`` classes that are equally likely."""
    return 100 / count
