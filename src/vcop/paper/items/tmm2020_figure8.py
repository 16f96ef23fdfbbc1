"""TMM 2020, Figure 8: video retrieval samples on UCF101 by network and tuple length.

As in the paper: test videos and their nearest training videos. The queries follow a fixed rule, the same for all networks.
"""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from vcop.paper import labels
from vcop.paper.figures import example_videos, retrieval_pictures, style
from vcop.paper.heading import Heading
from vcop.storage.frame_store import FrameStore

TITLE = "Figure 8 (TMM 2020). Video retrieval samples on UCF101 by network and tuple length"
CAPTION = "Central frames of a test video and of its two nearest training videos, class below, green and ticked where right."
TASKS = ["16-8-3", "16-8-4", "16-8-5"]
QUERIES = 2  # as in the paper's figure
HEADS = [head for name in labels.NETWORK_LABELS.values() for head in ((f"{name}, 1st", "bold"), ("2nd", "normal"))]


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw three rows for each query, with the neighbours by the first seed's features.

    Inputs: results/frames/ucf101.h5 and results/retrieval/ucf101/{network}/{task}/conv5-seed-{seed}.csv.
    """
    wanted = [("ucf101", network, task) for network in labels.NETWORK_LABELS for task in TASKS]
    runs = retrieval_pictures.read_retrieval("tmm2020_figure8", inputs, wanted)
    store = retrieval_pictures.open_stores(inputs)["ucf101"]
    queries = example_videos.choose_queries(list(next(iter(runs.values()))), QUERIES)
    columns = 1 + 2 * len(labels.NETWORK_LABELS)
    with style.saved_figure(heading, out, 0.7 + 2.85 * len(queries)) as figure:
        grid = figure.add_gridspec(len(queries) * len(TASKS), columns, width_ratios=[1.3, *[1] * (columns - 1)])
        for i, name in enumerate(queries):
            first = i * len(TASKS)
            left = figure.add_subplot(grid[first : first + len(TASKS), 0])
            retrieval_pictures.draw_query(left, store, name)
            left.set_title("query", size=8)
            axes = [[figure.add_subplot(grid[first + row, 1 + c]) for c in range(columns - 1)] for row in range(len(TASKS))]
            _draw_neighbours(axes, store, name, runs)
            for ax, (title, weight) in zip(axes[0], HEADS, strict=True):  # an empty line separates the queries
                ax.set_title(f"\n{title}" if i else title, size=8, weight=weight)


def _draw_neighbours(grid: Sequence[Sequence[Axes]], store: FrameStore, name: str, runs: retrieval_pictures.Runs) -> None:
    """Draw the neighbours of one query: a row for each tuple length, two columns for each network."""
    for row, task in zip(grid, TASKS, strict=True):
        for i, network in enumerate(labels.NETWORK_LABELS):
            retrieval_pictures.draw_neighbours(row[2 * i : 2 * i + 2], store, runs["ucf101", network, task][name])
        row[0].set_ylabel(task, size=8, weight="bold")
