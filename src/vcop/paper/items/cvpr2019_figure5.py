"""CVPR 2019, Figure 5: video retrieval on both data sets, random weights against trained ones."""

from pathlib import Path

from vcop.paper.figures import retrieval_curves
from vcop.paper.heading import Heading

TITLE = "Figure 5 (CVPR 2019). Video retrieval results"
CAPTION = retrieval_curves.CAPTION


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv for both data sets."""
    retrieval_curves.draw_retrieval_curves("cvpr2019_figure5", heading, inputs, out)
