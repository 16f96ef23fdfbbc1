"""TMM 2020, Table IV: clip retrieval on UCF101 split 1 by the stage whose features are compared."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import retrieval, tables

TITLE = "Table IV (TMM 2020). Clip retrieval results on UCF101 from different layers"
CAPTION = (
    "Weights 16-8-3; a layer is a stage, conv1 to conv5, whose maps are max-pooled in space to about 3x3, time kept. Layer 5 is the "
    "feature of Table II: its rows are the 16-8-3 rows there."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/ucf101/{network}/16-8-3/{layer}-seed-{seed}.csv."""
    tables.write_table(retrieval.retrieval_table("tmm2020_table4", inputs, "clip", heading.task, "ucf101"), heading, out)
