"""TMM 2020, Figure 9: video retrieval samples across the two data sets, R3D with four clips a tuple."""

from pathlib import Path

from vcop.paper.figures import retrieval_pictures
from vcop.paper.heading import Heading

TITLE = "Figure 9 (TMM 2020). Cross-data-set retrieval samples, R3D 16-8-4"
CAPTION = (
    "A test video of one set and its two nearest training videos of the other. The classes differ, so nothing is counted here."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: both frame stores and results/retrieval/{dataset}-in-{gallery}/r3d/16-8-4/conv5-seed-{seed}.csv, both directions."""
    retrieval_pictures.draw_cross_dataset("tmm2020_figure9", "16-8-4", heading, inputs, out)
