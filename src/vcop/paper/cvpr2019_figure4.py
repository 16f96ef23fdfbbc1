"""CVPR 2019, Figure 4: video retrieval samples on UCF101, three networks."""

from pathlib import Path

from vcop.frames import FrameStore
from vcop.paper import samples, style
from vcop.paper.measured import runs
from vcop.paper.tables import Heading

TITLE = "Figure 4 (CVPR 2019). Video retrieval samples on UCF101"
CAPTION = "Central frames of a test video and of its two nearest training videos, class below, green and ticked where right."
QUERIES = 5


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/frames/ucf101.h5, results/retrieval/ucf101/{network}/{task}/conv5-seed-{seed}.csv; the first seed is shown."""
    store = FrameStore(next(p for p in inputs if p.suffix == ".h5"))
    found = {k[0]: samples.read(min(v)) for k, v in runs(inputs, r"retrieval/ucf101/([^/]+)/").items()}
    networks = [n for n in style.NETWORKS if n in found]
    queries = samples.choose(list(found[networks[0]]), QUERIES)
    with style.figure(heading, out, 0.7 + 0.95 * len(queries)) as figure:
        grid = figure.subplots(len(queries), 1 + 2 * len(networks), squeeze=False)
        for row, name in zip(grid, queries, strict=True):
            style.picture(row[0], samples.central_frame(store, name), samples.class_of(name), query=True)
            near = [v for n in networks for v in (found[n][name].first, found[n][name].second)]
            for ax, video in zip(row[1:], near, strict=True):
                right = samples.class_of(video) == samples.class_of(name)
                style.picture(ax, samples.central_frame(store, video), samples.class_of(video), right=right)
        grid[0][0].set_title("query", size=8)
        for i, network in enumerate(networks):
            grid[0][1 + 2 * i].set_title(f"{style.NETWORKS[network]}, 1st", size=8)
            grid[0][2 + 2 * i].set_title("2nd", size=8, weight="normal")
