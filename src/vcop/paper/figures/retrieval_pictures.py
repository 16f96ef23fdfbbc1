"""Retrieved videos as pictures: the query, and its two nearest (C: Figures 4, 6; T: Figures 8, 9)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import example_videos, style
from vcop.paper.figures.example_videos import Neighbours
from vcop.paper.heading import Heading
from vcop.paper.labels import DATASET_LABELS
from vcop.paper.measurement.scores import group_runs
from vcop.storage.frame_store import FrameStore

Runs = dict[tuple[str, ...], dict[str, Neighbours]]


def open_stores(inputs: Sequence[Path]) -> dict[str, FrameStore]:
    """The frame stores among the files given, by data set."""
    return {path.stem: FrameStore(path) for path in inputs if path.suffix == ".h5"}


def read_retrieval(item: str, inputs: Sequence[Path], wanted: Iterable[tuple[str, str, str]]) -> Runs:
    """Neighbours by query of each wanted (data set, network, weights), first seed. Raises ValueError where one is missing.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv.
    """
    found = group_runs(inputs, r"retrieval/([^/]+)/([^/]+)/([^/]+)/conv5")
    wanted = list(wanted)
    for dataset, network, weights in wanted:
        if (dataset, network, weights) not in found:
            name = (
                f"{labels.NETWORK_LABELS[network]}, {weights}, {' in '.join(DATASET_LABELS[d] for d in dataset.split('-in-'))}"
            )
            raise ValueError(f"{item}: no result for {name} among the files given")
    return {run: example_videos.read_neighbours(min(found[run])) for run in wanted}


def picture_label(name: str, *, right: bool = False) -> str:
    """A video's class in the words of the papers' figures, "HandstandPushups" as two, in lines as wide as a picture."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", example_videos.class_label(name))
    return textwrap.fill(words, 12 if right else 13)  # what is right is bold


def draw_query(ax: Axes, store: FrameStore, name: str) -> None:
    """The video that asks."""
    style.draw_picture(ax, example_videos.central_frame(store, name), picture_label(name), query=True)


def draw_neighbours(axes: Iterable[Axes], store: FrameStore, of: Neighbours, *, counted: bool = True) -> None:
    """The two nearest videos, green where their class is the query's; not counted where the classes are others."""
    for ax, video in zip(axes, (of.first, of.second), strict=True):
        if not video:  # a gallery of a single video
            ax.set_axis_off()
            continue
        right = counted and example_videos.class_label(video) == example_videos.class_label(of.query)
        style.draw_picture(ax, example_videos.central_frame(store, video), picture_label(video, right=right), right=right)


def draw_cross_dataset(item: str, weights: str, heading: Heading, inputs: list[Path], out: Path, count: int = 4) -> None:
    """R3D's neighbours of one data set's test videos in the other, both directions beside each other.

    Inputs: both frame stores and results/retrieval/{dataset}-in-{gallery}/r3d/{weights}/conv5-seed-{seed}.csv.
    """
    pairs = [("ucf101", "hmdb51"), ("hmdb51", "ucf101")]
    found = read_retrieval(item, inputs, [("-in-".join(pair), "r3d", weights) for pair in pairs])
    frames = open_stores(inputs)
    with style.saved_figure(heading, out, 0.85 + 1.05 * count) as figure:
        grid = figure.subplots(count, 7, squeeze=False, gridspec_kw={"width_ratios": [1, 1, 1, 0.12, 1, 1, 1]})
        for half, pair, near in zip((grid[:, :3], grid[:, 4:]), pairs, found.values(), strict=True):
            source, gallery = (frames[dataset] for dataset in pair)
            for row, name in zip(half, example_videos.choose_queries(list(near), count), strict=False):
                draw_query(row[0], source, name)
                draw_neighbours(row[1:], gallery, near[name], counted=False)
            half[0][0].set_title(f"{DATASET_LABELS[pair[0]]} query", size=8)
            half[0][1].set_title(f"nearest in {DATASET_LABELS[pair[1]]}", size=8)
        for ax in grid.flat:
            ax.axison = bool(ax.images)  # between the halves, and where a set has fewer classes than rows
