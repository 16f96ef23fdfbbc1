"""TMM 2020, Table I: accuracy of clip order prediction on UCF101 split 1 by interval and tuple length.

The paper's numbers beside ours, which are computed from the predicted orders of the test list; below each the number of training
videos, since longer windows fit into fewer videos.
"""

from dataclasses import replace
from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.measurement import comparisons
from vcop.paper.measurement.published import Cell
from vcop.paper.measurement.scores import Measured, correct_videos, group_runs
from vcop.paper.pages import sample_curriculum, tables

TITLE = "Table I (TMM 2020). Clip order prediction results on UCF101"
CAPTION = (
    "Share of test videos whose shuffled tuple is put in order; the same fixed tuples of a video for all networks (one by default), "
    "central crop. Chance: 16.7 (tl = 3), 4.2 (tl = 4), 0.8 (tl = 5). tl = 4 and 5 start from the weights of one clip less. Longer "
    "windows fit into fewer videos, so that the rows differ in their training and test videos, too. The published 20.6 stands at "
    "tl = 3, where the paper's table prints it; its text gives 20.6 and 29.2 to tl = 4."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Write the table.

    Inputs: results/order/{network}/{task}/seed-{seed}.csv, results/pretrain/{network}/{task}/seed-{seed}/provenance.json and
    results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    orders = group_runs(inputs, r"order/([^/]+)/([^/]+)/seed-")
    provenances = group_runs(inputs, r"pretrain/([^/]+)/([^/]+)/seed-\d+/provenance")

    def find(cell: Cell) -> Measured | None:
        run = cell.network, cell.weights
        if run not in orders or run not in provenances:
            return None
        return replace(
            comparisons.measure_runs(orders[run], correct_videos),
            training_videos=comparisons.training_videos(provenances[run]),
        )

    table, mined = tables.measured_table("tmm2020_table1", find), sample_curriculum.read_mined("tmm2020_table1", inputs)
    tables.write_table(sample_curriculum.mark_rows(table, mined), heading.with_caption(mined.sentence), out)
