"""TMM 2020, Figure 7: video retrieval on both data sets, random weights against those of four clips a tuple.

The paper shows "optimal models" and does not name them; 16-8-4 is fixed here, never chosen by test results.
"""

from pathlib import Path

from vcop.paper.figures import retrieval_curves
from vcop.paper.heading import Heading

TITLE = "Figure 7 (TMM 2020). Video retrieval results, weights 16-8-4"
CAPTION = retrieval_curves.CAPTION


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv for both data sets."""
    retrieval_curves.draw_retrieval_curves("tmm2020_figure7", heading, inputs, out)
