"""CVPR 2019, Table 2: clip retrieval on UCF101 split 1."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import retrieval, tables

TITLE = "Table 2 (CVPR 2019). Frame and clip retrieval results on UCF101"
CAPTION = (
    "Clip level: each of the ten clips of a test video asks all clips of the training videos, cosine distance; right at k if its "
    "class is among the k nearest."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/ucf101/{network}/{weights}/conv5-seed-{seed}.csv."""
    tables.write_table(retrieval.retrieval_table("cvpr2019_table2", inputs, "clip", heading.task, "ucf101"), heading, out)
