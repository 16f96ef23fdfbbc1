"""TMM 2020, Figure 1: why clips and not frames, where training has the same frames in both orders."""

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
ROW = 0.82  # inches: room for a number between two rows
TOP = motivation.HEAD + 2 * ROW - 0.1 + motivation.GAP


def render(heading: Heading, inputs: list[Path], out: Path) -> None:
    """Inputs: results/frames/ucf101.h5."""
    store = retrieval_pictures.open_stores(inputs)["ucf101"]
    tested, trained = (motivation_examples.usable_videos(store, role, TASK) for role in (TEST, TRAIN))
    classes = {video.label for video in tested}
    both = motivation_examples.opposite_tuples(store, [video for video in trained if video.label in classes], TASK)
    same = [video for video in tested if video.label == both[0].video.label]
    parts = motivation.tuple_parts(
        motivation_examples.clearest_tuple(store, same, TASK), "bc", ("Test: frames", "Test: clips")
    )
    with canvas.sheet(heading, out, TOP + motivation.parts_height(parts), motivation.WORDS) as ax:
        _training(ax, *both)
        motivation.draw_parts(ax, TOP, parts)


def _training(ax: Axes, first: Moment, second: Moment) -> None:
    """Both moments' frames, those that look alike below one another: time runs to the right above and to the left below."""
    name = example_videos.class_label(first.video.name)
    canvas.draw_title(
        ax, canvas.MARGIN, 0.1, f"(a) Training: two moments of a video of {name} show the same frames in opposite orders"
    )
    heights = [motivation.HEAD + (i + 0.5) * ROW - 0.05 for i in range(2)]
    for y, moment, order, text in zip(heights, (first, second), (FORWARD, BACKWARD), ("moment 1", "moment 2"), strict=True):
        part = motivation.tuple_parts(moment, "ab")[0]
        canvas.draw_text(ax, canvas.MARGIN, y, text)
        motivation.draw_row(ax, y, part, order, moment.between_frames(order), back=order == BACKWARD)
    for x, above, below in zip(motivation.MIDDLES, FORWARD, BACKWARD, strict=True):
        canvas.draw_text(
            ax,
            x,
            sum(heights) / 2,
            f"differ by {frame_difference(first.frames[above], second.frames[below]):.1f}",
            ha="center",
        )
