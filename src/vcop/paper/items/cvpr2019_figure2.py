"""CVPR 2019, Figure 2: framework of clip order prediction.

The paper draws a schematic. Here a test tuple goes through it, with the probabilities that the pretrained R3D gives its orders.
"""

from pathlib import Path

from vcop.paper.figures import canvas, framework, retrieval_pictures
from vcop.paper.heading import Heading

TITLE = "Figure 2 (CVPR 2019). The framework: a shuffled tuple, ordered by R3D"
CAPTION = (
    "A test tuple, sampled, shuffled and ordered by the trained network, rightly or not; its real probabilities of all orders."
)


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the tuple of the first seed.

    Inputs: results/frames/ucf101.h5 and results/illustrate/r3d/{task}/seed-{seed}.json.
    """
    (example,) = framework.read_examples("cvpr2019_figure2", inputs, [heading.task])
    with canvas.sheet(heading, out, framework.framework_height(example), framework.FOOTER) as ax:
        framework.draw_framework(ax, example, retrieval_pictures.open_stores(inputs)["ucf101"])
