"""TMM 2020, Figure 3: the blocks of C3D, R3D and R(2+1)D, as built."""

from pathlib import Path

from vcop.paper.figures import network_blocks
from vcop.paper.heading import Heading

TITLE = "Figure 3 (TMM 2020). Three kinds of 3D convolution blocks"
CAPTION = network_blocks.CAPTION


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/outline.json."""
    network_blocks.draw_blocks("tmm2020_figure3", heading, inputs, out)
