"""CVPR 2019, Table 4: action recognition after fine-tuning, three splits averaged."""

from pathlib import Path

from vcop.paper.heading import Heading
from vcop.paper.pages import recognition, tables

TITLE = "Table 4 (CVPR 2019). Action recognition results on UCF101 and HMDB51"
CAPTION = (
    "Mean over three splits; a video's score is the mean of its ten clips' logits; the random rows are trained the same way."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/recognition/{dataset}-{split}/{network}/{weights}/from-conv1/seed-{seed}.csv."""
    tables.write_table(recognition.recognition_table("cvpr2019_table4", inputs, heading.task), heading, out)
