"""CVPR 2019, Table 1: accuracy of clip order prediction on UCF101 split 1.

The paper's numbers of three networks beside ours, which are computed from the predicted orders of the test list.
"""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell
from vcop.paper.measurement.scores import Measured, correct_videos, group_runs
from vcop.paper.pages import tables

TITLE = "Table 1 (CVPR 2019). Clip order prediction results on UCF101"
CAPTION = (
    "Share of test videos whose shuffled tuple is put in order; the same fixed tuples of a video for all networks (one by default), "
    "central crop; chance is 1 / tl!."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Write the table. Inputs: results/order/{network}/{task}/seed-{seed}.csv."""
    runs = group_runs(inputs, r"order/([^/]+)/([^/]+)/seed-")

    def find(cell: Cell) -> Measured | None:
        paths = runs.get((cell.network, cell.weights))
        return comparisons.measure_runs(paths, correct_videos) if paths else None

    tables.write_table(tables.measured_table("cvpr2019_table1", find, heading.task), heading, out)
