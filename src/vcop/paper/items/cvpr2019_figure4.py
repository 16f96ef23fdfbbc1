"""CVPR 2019, Figure 4: video retrieval samples on UCF101.

As in the paper: test videos and their nearest training videos, here by each of the three networks. The queries follow a fixed rule.
"""

from pathlib import Path

from vcop.paper import labels
from vcop.paper.figures import example_videos, retrieval_pictures, style
from vcop.paper.heading import Heading

TITLE = "Figure 4 (CVPR 2019). Video retrieval samples on UCF101"
CAPTION = "Central frames of a test video and of its two nearest training videos, class below, green and ticked where right."
QUERIES = 5


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a row for each query, with the neighbours by the first seed's features.

    Inputs: results/frames/ucf101.h5 and results/retrieval/ucf101/{network}/{task}/conv5-seed-{seed}.csv.
    """
    runs = [("ucf101", network, heading.task) for network in labels.NETWORK_LABELS]
    neighbours = retrieval_pictures.read_retrieval("cvpr2019_figure4", inputs, runs)
    store = retrieval_pictures.open_stores(inputs)["ucf101"]
    queries = example_videos.choose_queries(list(neighbours[runs[0]]), QUERIES)
    with style.saved_figure(heading, out, 0.7 + 0.95 * len(queries)) as figure:
        grid = figure.subplots(len(queries), 1 + 2 * len(runs), squeeze=False)
        for row, name in zip(grid, queries, strict=True):
            retrieval_pictures.draw_query(row[0], store, name)
            for i, run in enumerate(runs):
                retrieval_pictures.draw_neighbours(row[1 + 2 * i : 3 + 2 * i], store, neighbours[run][name])
        grid[0][0].set_title("query", size=8)
        for i, (_, network, _) in enumerate(runs):
            grid[0][1 + 2 * i].set_title(f"{labels.NETWORK_LABELS[network]}, 1st", size=8)
            grid[0][2 + 2 * i].set_title("2nd", size=8, weight="normal")
