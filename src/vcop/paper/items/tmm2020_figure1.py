"""TMM 2020, Figure 1: why clips and not frames, with a training video that has the same frames in both orders.

The paper illustrates it with an example. Here the videos are searched for in the frame store by ``motivation_examples``.
"""

from pathlib import Path

from matplotlib.axes import Axes

from vcop.datasets.splits import TEST, TRAIN
from vcop.paper.figures import canvas, example_videos, motivation, motivation_examples, retrieval_pictures
from vcop.paper.figures.motivation_examples import BACKWARD, FORWARD, Moment, frame_difference
from vcop.paper.heading import Heading
from vcop.sampling.tasks import Task

TITLE = "Figure 1 (TMM 2020). Why clips: training has the same frames in both orders"
CAPTION = "Two moments of a training video with the same frames in opposite orders; below, a test video of the class."
TASK = Task.parse("16-8-3")
ROW = 0.82  # inches: height of a row, with room for a number below it
TOP = motivation.HEAD + 2 * ROW - 0.1 + motivation.GAP


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw two moments of a training video, and a test video of its class. Inputs: results/frames/ucf101.h5."""
    store = retrieval_pictures.open_stores(inputs)["ucf101"]
    test, training = (motivation_examples.usable_videos(store, role, TASK) for role in (TEST, TRAIN))
    classes = {video.label for video in test}
    moments = motivation_examples.opposite_tuples(store, [video for video in training if video.label in classes], TASK)
    same_class = [video for video in test if video.label == moments[0].video.label]
    clearest = motivation_examples.clearest_tuple(store, same_class, TASK)
    parts = motivation.tuple_parts(clearest, "bc", ("Test: frames", "Test: clips"))
    with canvas.sheet(heading, out, TOP + motivation.parts_height(parts), motivation.FOOTER) as ax:
        _draw_training(ax, *moments)
        motivation.draw_parts(ax, TOP, parts)


def _draw_training(ax: Axes, first: Moment, second: Moment) -> None:
    """Draw the frames of both moments, those that look alike below one another: time runs right above and left below."""
    name = example_videos.class_label(first.video.name)
    title = f"(a) Training: two moments of a video of {name} show the same frames in opposite orders"
    canvas.draw_title(ax, canvas.MARGIN, 0.1, title)
    heights = [motivation.HEAD + (i + 0.5) * ROW - 0.05 for i in range(2)]
    for y, moment, order, text in zip(heights, (first, second), (FORWARD, BACKWARD), ("moment 1", "moment 2"), strict=True):
        part = motivation.tuple_parts(moment, "ab")[0]
        canvas.draw_text(ax, canvas.MARGIN, y, text)
        motivation.draw_row(ax, y, part, order)
        motivation.draw_arrows(ax, y, part, order, back=order == BACKWARD)
    for x, above, below in zip(motivation.MIDDLES, FORWARD, BACKWARD, strict=True):
        difference = frame_difference(first.frames[above], second.frames[below])
        canvas.draw_text(ax, x, sum(heights) / 2, f"differ by {difference:.1f}", ha="center")
