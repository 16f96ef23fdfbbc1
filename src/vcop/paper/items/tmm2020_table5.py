"""TMM 2020, Table V: action recognition after fine-tuning by tuple length."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import recognition, tables

TITLE = "Table V (TMM 2020). Action recognition results on UCF101 and HMDB51"
CAPTION = (
    "A video's score is the mean of its ten clips' logits; the random rows are trained the same way. Random and 16-8-3 are means "
    "over three splits, as published; rows that say so are of split 1, and gain on the random weights of split 1. * goes on with "
    "the hard videos only."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/recognition/{dataset}-{split}/{network}/{weights}/from-conv1/seed-{seed}.csv."""
    tables.write_table(recognition.recognition_table("tmm2020_table5", inputs, heading.task), heading, out)
