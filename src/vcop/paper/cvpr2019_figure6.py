"""CVPR 2019, Figure 6: video retrieval samples across the two data sets, R3D."""

from pathlib import Path
from typing import Any

from vcop.frames import FrameStore
from vcop.paper import samples, style
from vcop.paper.measured import runs
from vcop.paper.retrieval_tables import TITLES
from vcop.paper.tables import Heading

TITLE = "Figure 6 (CVPR 2019). Cross-data-set retrieval samples, R3D"
CAPTION = (
    "A test video of one set and its two nearest training videos of the other. The classes differ, so nothing is counted here."
)
QUERIES = 4


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: both frame stores and results/retrieval/{dataset}-in-{gallery}/r3d/{task}/conv5-seed-{seed}.csv, both directions."""
    stores = {p.stem: FrameStore(p) for p in inputs if p.suffix == ".h5"}
    found = runs(inputs, r"retrieval/(\w+)-in-(\w+)/")
    with style.figure(heading, out, 0.85 + 0.95 * QUERIES) as figure:
        halves: Any = figure.subfigures(1, 2, wspace=0.06)
        for half, ((source, gallery), paths) in zip(halves, sorted(found.items(), reverse=True), strict=True):
            near = samples.read(min(paths))
            grid = half.subplots(QUERIES, 3, squeeze=False)
            queries = samples.choose(list(near), QUERIES)
            for row, name in zip(grid, [*queries, *[None] * (QUERIES - len(queries))], strict=True):
                if name is None:
                    for ax in row:
                        ax.set_axis_off()
                    continue
                style.picture(row[0], samples.central_frame(stores[source], name), samples.class_of(name), query=True)
                for ax, video in zip(row[1:], (near[name].first, near[name].second), strict=True):
                    if video:
                        style.picture(ax, samples.central_frame(stores[gallery], video), samples.class_of(video))
            grid[0][0].set_title(f"{TITLES[source]} query", size=8)
            grid[0][1].set_title(f"nearest in {TITLES[gallery]}", size=8)
