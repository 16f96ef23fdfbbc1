"""CVPR 2019, Table 4: action recognition after fine-tuning, three splits averaged."""

from pathlib import Path

from vcop.paper import tables
from vcop.paper.measured import Measured, interval, rightness, runs
from vcop.paper.published import Cell
from vcop.paper.tables import Heading

TITLE = "Table 4 (CVPR 2019). Action recognition results on UCF101 and HMDB51"
CAPTION = (
    "Mean over three splits; a video's score is the mean of its ten clips' logits; the random rows are trained the same way."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/recognition/{dataset}-{split}/{network}/{weights}/from-conv1/seed-{seed}.csv."""
    found = runs(inputs, r"recognition/([^/]+)-[123]/([^/]+)/([^/]+)/")

    def find(cell: Cell) -> Measured | None:
        paths = found.get((cell.column.lower(), cell.network, cell.weights))
        return interval([rightness(p) for p in paths]) if paths else None

    tables.write(tables.measure("cvpr2019_table4", find, heading.task), heading, out)
