"""CVPR 2019, Figure 6: video retrieval samples across the two data sets, R3D."""

from pathlib import Path

from vcop.paper.figures import retrieval_pictures
from vcop.paper.heading import Heading

TITLE = "Figure 6 (CVPR 2019). Cross-data-set retrieval samples, R3D"
CAPTION = (
    "A test video of one set and its two nearest training videos of the other. The classes differ, so nothing is counted here."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: both frame stores and results/retrieval/{dataset}-in-{gallery}/r3d/{task}/conv5-seed-{seed}.csv, both directions."""
    retrieval_pictures.draw_cross_dataset("cvpr2019_figure6", heading.task, heading, inputs, out)
