"""TMM 2020, Table III: clip retrieval on HMDB51 split 1 by tuple length."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import retrieval, tables

TITLE = "Table III (TMM 2020). Clip retrieval results on HMDB51"
CAPTION = (
    "As Table II, with weights that were trained on UCF101 only: each of the ten clips of a test video asks all clips of the "
    "training videos, cosine distance; right at k if its class is among the k nearest. * goes on with the hard videos only."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/hmdb51/{network}/{weights}/conv5-seed-{seed}.csv."""
    tables.write_table(retrieval.retrieval_table("tmm2020_table3", inputs, "clip", heading.task, "hmdb51"), heading, out)
