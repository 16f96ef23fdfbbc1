"""CVPR 2019, Table 3: clip retrieval on HMDB51 split 1."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import retrieval, tables

TITLE = "Table 3 (CVPR 2019). Clip retrieval results on HMDB51"
CAPTION = (
    "Clip level: each of the ten clips of a test video asks all clips of the training videos, cosine distance; right at k if its "
    "class is among the k nearest."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/hmdb51/{network}/{weights}/conv5-seed-{seed}.csv."""
    tables.write_table(retrieval.retrieval_table("cvpr2019_table3", inputs, "clip", heading.task, "hmdb51"), heading, out)
