"""Recognition accuracies after fine-tuning, beside the published ones (CVPR 2019, Table 4; TMM 2020, Table V and Figure 10)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell, dataset_and_layer, splits_of_cell
from vcop.paper.measurement.scores import Measured, correct_videos, group_runs
from vcop.paper.pages import tables

SPLIT_1 = ["split1_measured", "split1_low", "split1_high"]


def recognition_table(item: str, inputs: list[Path], task: str) -> pd.DataFrame:
    """Return the tidy table of an item: means over all three splits, or split 1 if the row's name says so.

    Beside each mean stands the number of split 1 alone (columns ``SPLIT_1``): pretraining has seen the test videos of the others.

    Args:
        item: The table or figure, as in cvpr2019_table4.
        inputs: results/recognition/{dataset}-{split}/{network}/{weights}/from-{layer}/seed-{seed}.csv.
        task: The study's pretext task.

    Raises:
        ValueError: If a result is missing.
    """
    results = group_runs(inputs, r"recognition/([^/]+)-([123])/([^/]+)/([^/]+)/from-(conv\d)/")

    def files(cell: Cell, weights: str) -> list[Path]:
        """Return the files of all splits of the row, or none: a mean over fewer splits must not pass for one over all."""
        dataset, layer = dataset_and_layer(cell)
        by_split = [results.get((dataset, split, cell.network, weights, layer), []) for split in splits_of_cell(cell)]
        return [path for paths in by_split for path in paths] if all(by_split) else []

    alone: dict[tuple[str, str], Measured] = {}

    def measure(cell: Cell) -> Measured | None:
        paths = files(cell, cell.weights)
        base = files(cell, comparisons.RANDOM) if cell.weights != comparisons.RANDOM else []
        if paths and splits_of_cell(cell) != "1":
            first = [path for path in paths if comparisons.split_and_seed(path)[0] == "1"]
            alone[cell.row, cell.column] = comparisons.measure_runs(first, correct_videos)
        return comparisons.measure_runs(paths, correct_videos, base) if paths else None

    table = tables.measured_table(item, measure, task, alike=lambda _: "recognition")
    return _beside_means(table, alone) if alone else table


def _beside_means(table: pd.DataFrame, alone: Mapping[tuple[str, str], Measured]) -> pd.DataFrame:
    """Add the columns ``SPLIT_1``, and the words that a page prints below each mean."""
    first = [alone.get(key) for key in zip(table["row"], table["column"], strict=True)]
    numbers = [m.texts if m else [""] * len(SPLIT_1) for m in first]
    words = [f"split 1 alone {m.value:.1f} [{m.low:.1f}, {m.high:.1f}]" if m else "" for m in first]
    table[SPLIT_1] = pd.DataFrame(numbers, columns=SPLIT_1, index=table.index, dtype=object)
    return table.assign(**{tables.BESIDE: words})
