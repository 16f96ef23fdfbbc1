"""Retrieval samples: a query video and its two nearest ones as pictures (CVPR 2019, Figures 4 and 6; TMM 2020, Figures 8 and 9)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import permutations
from pathlib import Path

from matplotlib.axes import Axes

from vcop.config.names import PAPER_DATASETS
from vcop.paper import labels
from vcop.paper.figures import example_videos, style
from vcop.paper.figures.example_videos import Neighbours
from vcop.paper.heading import Heading
from vcop.paper.labels import DATASET_LABELS
from vcop.paper.measurement.scores import group_runs
from vcop.storage.frame_store import FrameStore

# Data set, network and weights of a run; then its neighbours by query
Runs = dict[tuple[str, ...], dict[str, Neighbours]]


def open_stores(inputs: Sequence[Path]) -> dict[str, FrameStore]:
    """Open the frame stores among the inputs. Return them by data set."""
    return {path.stem: FrameStore(path) for path in inputs if path.suffix == ".h5"}


def read_retrieval(item: str, inputs: Sequence[Path], wanted: Iterable[tuple[str, str, str]]) -> Runs:
    """Read the neighbours of each query in the wanted runs, for the first seed.

    Args:
        item: Name of the table or figure, for the error message.
        inputs: Result files, among them results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv.
        wanted: Data set, network and weights of each run; "ucf101-in-hmdb51" searches one data set for the neighbours of another.

    Raises:
        ValueError: A wanted run has no result.
    """
    files = group_runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/conv5")
    wanted = list(wanted)
    for dataset, network, weights in wanted:
        if (dataset, network, weights) not in files:
            name = (
                f"{labels.NETWORK_LABELS[network]}, {weights}, {' in '.join(DATASET_LABELS[d] for d in dataset.split('-in-'))}"
            )
            raise ValueError(f"{item}: no result for {name} among the files given")
    return {run: example_videos.read_neighbours(min(files[run])) for run in wanted}


def picture_label(name: str, *, right: bool = False) -> str:
    """Return a video's class in separate words ("HandstandPushups" is two), in lines as wide as a picture."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", example_videos.class_label(name))
    return textwrap.fill(words, 12 if right else 13)  # bold letters are wider


def draw_query(ax: Axes, store: FrameStore, name: str) -> None:
    """Draw the query video."""
    style.draw_picture(ax, example_videos.central_frame(store, name), picture_label(name), query=True)


def draw_neighbours(axes: Iterable[Axes], store: FrameStore, neighbours: Neighbours, *, counted: bool = True) -> None:
    """Draw the two nearest videos, marked as right where they have the class of the query.

    Args:
        axes: Two axes.
        store: Frame store of the gallery.
        neighbours: Query and its nearest videos.
        counted: Whether right ones are marked; False where the data sets have different classes.
    """
    for ax, video in zip(axes, (neighbours.first, neighbours.second), strict=True):
        if not video:  # a gallery of a single video
            ax.set_axis_off()
            continue
        right = counted and example_videos.class_label(video) == example_videos.class_label(neighbours.query)
        style.draw_picture(ax, example_videos.central_frame(store, video), picture_label(video, right=right), right=right)


def draw_cross_dataset(item: str, weights: str, heading: Heading, inputs: list[Path], out: Path, count: int = 4) -> None:
    """Draw R3D's neighbours of one data set's test videos in the other data set, both directions side by side.

    Inputs: both frame stores and results/retrieval/{dataset}-in-{gallery}/r3d/{weights}/conv5-seed-{seed}.csv.
    """
    pairs = list(permutations(PAPER_DATASETS, 2))
    runs = read_retrieval(item, inputs, [("-in-".join(pair), "r3d", weights) for pair in pairs])
    stores = open_stores(inputs)
    with style.saved_figure(heading, out, 0.85 + 1.05 * count) as figure:
        grid = figure.subplots(count, 7, squeeze=False, gridspec_kw={"width_ratios": [1, 1, 1, 0.12, 1, 1, 1]})
        for half, pair, neighbours in zip((grid[:, :3], grid[:, 4:]), pairs, runs.values(), strict=True):
            source, gallery = (stores[dataset] for dataset in pair)
            for row, name in zip(half, example_videos.choose_queries(list(neighbours), count), strict=False):
                draw_query(row[0], source, name)
                draw_neighbours(row[1:], gallery, neighbours[name], counted=False)
            half[0][0].set_title(f"{DATASET_LABELS[pair[0]]} query", size=8)
            half[0][1].set_title(f"nearest in {DATASET_LABELS[pair[1]]}", size=8)
        for ax in grid.flat:
            ax.axison = bool(ax.images)  # between the halves, and where a set has fewer classes than rows
