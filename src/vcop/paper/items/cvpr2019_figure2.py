"""CVPR 2019, Figure 2: the framework of clip order prediction, a tuple of the study going through it."""

from pathlib import Path

from vcop.paper.figures import canvas, framework, retrieval_pictures
from vcop.paper.heading import Heading

TITLE = "Figure 2 (CVPR 2019). The framework: a shuffled tuple, ordered by R3D"
CAPTION = "A test tuple, sampled, shuffled and ordered by the trained network; its real probabilities of all orders."


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/frames/ucf101.h5, results/illustrate/r3d/{task}/seed-{seed}.json; the first seed is shown."""
    (example,) = framework.read_examples("cvpr2019_figure2", inputs, [heading.task])
    with canvas.sheet(heading, out, framework.framework_height(example), framework.WORDS) as ax:
        framework.draw_framework(ax, example, retrieval_pictures.open_stores(inputs)["ucf101"])
