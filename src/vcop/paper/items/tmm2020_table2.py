"""TMM 2020, Table II: clip retrieval on UCF101 split 1 by tuple length."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import retrieval, tables

TITLE = "Table II (TMM 2020). Frame and clip retrieval results on UCF101"
CAPTION = (
    "Clip level: each of the ten clips of a test video asks all clips of the training videos, cosine distance; right at k if its "
    "class is among the k nearest. 16-8-4 and 16-8-5 start from the weights of one clip less; * goes on with the hard videos only."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv."""
    tables.write_table(retrieval.retrieval_table("tmm2020_table2", inputs, "clip", heading.task, "ucf101"), heading, out)
