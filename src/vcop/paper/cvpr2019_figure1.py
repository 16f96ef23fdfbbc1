"""CVPR 2019, Figure 1: why clips and not frames."""

from dataclasses import replace
from pathlib import Path

from vcop.paper import canvas, moments, pictures, why_clips
from vcop.paper.heading import Heading
from vcop.splits import TEST
from vcop.tasks import Task

TITLE = "Figure 1 (CVPR 2019). Why clips: the order of single frames cannot be told"
CAPTION = "A test video's frames and clips, shuffled and in two orders; the sums say how smooth an order is."


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/frames/ucf101.h5."""
    store, task = pictures.stores(inputs)["ucf101"], replace(Task.parse(heading.task).plain, tuple_length=3)
    parts = why_clips.parts(moments.clearest(store, moments.usable(store, TEST, task), task), "ab")
    with canvas.sheet(heading, out, why_clips.height(parts), why_clips.WORDS) as ax:
        why_clips.draw(ax, 0, parts)
