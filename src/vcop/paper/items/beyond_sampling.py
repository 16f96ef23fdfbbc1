"""Beyond the papers: how much top 1 of retrieval depends on the clips that stand for a video.

The 2019 paper finds that "the top1 accuracy is sensitive to the clip sample rate" (C 4.1) and gives no numbers. Here it is measured by the
number of clips of each video, and by the place of the query clip in its video, from the ranks of ``vcop retrieve``.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import style
from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.comparisons import RANDOM
from vcop.paper.measurement.scores import Measured, Scores, group_runs, retrieval_at
from vcop.paper.pages import tables

TITLE = "Beyond the papers. Top 1 of retrieval by the clips of a video, UCF101"
CAPTION = (
    "Above: of all clips that are stored for each test and training video, so many are used, evenly spread. Below: all clips are used; "
    "which of the test video's clips asks, from its beginning to its end. Bars are 95 % intervals. Strong colour: clips; pale: videos, the mean of "
    "their clips. Dashed and hollow: random weights."
)
BY_COUNT, BY_PLACE = "clips of a video", "place of the query clip"
HEADER = ["quantity", "network", "weights", "level", "x", "measured", "low", "high", "n", "seeds"]
LEVELS = {"clip": 1.0, "video": 0.5}  # levels, and how strong their colour is
Key = tuple[str, str, str, str, int]  # quantity, network, weights, level, number or place of clips


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a column for each network.

    Inputs: results/sampling/ucf101/{network}/{weights}/clips-{count}/conv5-seed-{seed}.csv and, for all clips,
    results/retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv.
    """
    numbers = measure(inputs)
    rows = [[*key, *m.texts, m.n, m.seeds] for key, m in numbers.items()]
    tables.save_csv(pd.DataFrame(rows, columns=HEADER), out)
    with style.saved_figure(heading, out, 5.4) as figure:
        grid = figure.subplots(2, len(labels.NETWORK_LABELS), sharey=True)
        for column, (network, name) in enumerate(labels.NETWORK_LABELS.items()):
            for ax, quantity in zip(grid[:, column], (BY_COUNT, BY_PLACE), strict=True):
                _panel(ax, network, {key[2:]: m for key, m in numbers.items() if key[:2] == (quantity, network)})
                ax.set_xlabel(quantity)
            grid[0, column].set_title(name)
        for left in grid[:, 0]:
            left.set_ylabel("top 1 (%)")
        grid[0, 0].set_ylim(0, None)
        style.draw_footer(figure, CAPTION)


def _panel(ax: Axes, network: str, panel: dict[tuple[str, str, int], Measured]) -> None:
    """Draw one network: a line for each weights and level."""
    for i, (weights, level) in enumerate(dict.fromkeys(key[:2] for key in panel)):
        line = {key[2]: m for key, m in panel.items() if key[:2] == (weights, level)}
        look: dict[str, Any] = {"linestyle": "--", "markerfacecolor": "white"} if weights == RANDOM else {}
        colour = style.shade_colour(style.COLOURS[network], 1 - LEVELS[level])
        bars = [[m.value - m.low for m in line.values()], [m.high - m.value for m in line.values()]]
        x = [value + 0.08 * (i - 1.5) for value in line]
        ax.errorbar(
            x, [m.value for m in line.values()], yerr=bars, color=colour, marker=style.MARKERS[network], elinewidth=0.8,
            **look,
        )  # fmt: skip
    ax.set_xticks(sorted({key[2] for key in panel}))


def measure(inputs: list[Path]) -> dict[Key, Measured]:
    """Return top 1 by the number of clips and by the place of the query clip.

    Raises:
        ValueError: A run is missing.
    """
    whole = group_runs(inputs, r"retrieval/ucf101/([^/]+)/([^/]+)/conv5-seed-")
    few = group_runs(inputs, r"sampling/ucf101/([^/]+)/([^/]+)/clips-(\d+)/conv5-seed-")
    weights = [RANDOM, *sorted({w for _, w in whole} - {RANDOM})]
    counts = sorted({int(count) for _, _, count in few})
    numbers: dict[Key, Measured] = {}
    for network, w in product(labels.NETWORK_LABELS, weights):
        if (network, w) not in whole:
            raise ValueError(f"beyond_sampling: no result for {labels.NETWORK_LABELS[network]}, {w} among the files given")
        places = clip_places(whole[network, w][0])
        by_count = {**{count: few.get((network, w, str(count)), []) for count in counts}, len(places): whole[network, w]}
        for level, (count, paths) in product(LEVELS, by_count.items()):
            if not paths:
                raise ValueError(
                    f"beyond_sampling: no result for {labels.NETWORK_LABELS[network]}, {w}, {count} clips among the files given"
                )
            numbers[BY_COUNT, network, w, level, count] = comparisons.measure_runs(paths, retrieval_at(1, level))
        for place in places:
            numbers[BY_PLACE, network, w, "clip", place + 1] = comparisons.measure_runs(whole[network, w], first_at(place))
    return numbers


def clip_places(path: Path) -> list[int]:
    """Return the places of the query clips in a retrieval result, from 0."""
    return sorted(_clips(path, path.stat().st_mtime_ns)["clip"].unique().tolist())


def first_at(place: int) -> Callable[[Path], Scores]:
    """Return a function that reads whether the nearest neighbour of each video's clip at a place has its class (1) or not (0)."""

    def scores(path: Path) -> Scores:
        table = _clips(path, path.stat().st_mtime_ns)
        chosen = table[table["clip"] == place].set_index("video")
        return (chosen["rank"] == 1).astype(float)

    return scores


@lru_cache(maxsize=64)
def _clips(path: Path, written: int) -> pd.DataFrame:
    """Return the rows of clips; ``written`` (its time) distinguishes the file from a later one of the same name."""
    table = pd.read_csv(path, usecols=["level", "video", "clip", "rank"])
    return table[table["level"] == "clip"]
