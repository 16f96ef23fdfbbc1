"""CVPR 2019, Figure 1: why clips and not frames.

The paper illustrates it with an example. Here it is a test video from the frame store, which
``motivation_examples`` chooses, with the measured motion inside its clips.
"""

from dataclasses import replace
from pathlib import Path

from vcop.datasets.splits import TEST
from vcop.paper.figures import canvas, motivation, motivation_examples, retrieval_pictures
from vcop.paper.heading import Heading
from vcop.sampling.tasks import Task

TITLE = "Figure 1 (CVPR 2019). Why clips: the order of single frames cannot be told"
CAPTION = "A test video's frames and clips, shuffled and in two orders, with the motion inside the clips."


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw a tuple of three clips as frames and as clips. Inputs: results/frames/ucf101.h5."""
    store = retrieval_pictures.open_stores(inputs)["ucf101"]
    task = replace(Task.parse(heading.task).plain, tuple_length=3)
    videos = motivation_examples.usable_videos(store, TEST, task)
    parts = motivation.tuple_parts(motivation_examples.clearest_tuple(store, videos, task), "ab")
    with canvas.sheet(heading, out, motivation.parts_height(parts), motivation.FOOTER) as ax:
        motivation.draw_parts(ax, 0, parts)
