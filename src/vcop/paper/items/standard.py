"""Items that need no module of their own: for each a title, a caption, and the function that draws it.

Functions import what they need when they are called. So the Snakefile can list the items without pandas and Matplotlib, and
``vcop.paper.dependencies`` can tell which code draws which row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vcop.paper.heading import Heading


@dataclass(frozen=True)
class StandardItem:
    """Title, caption and drawing function of an item; the function takes the item's name, heading, inputs and main file."""

    title: str
    caption: str
    draw: Callable[[str, Heading, list[Path], Path], None]


def draw_blocks(item: str, heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw the building blocks of C3D, R3D and R(2+1)D as the code builds them.

    Inputs: results/outline.json.
    """
    from vcop.paper.figures import network_blocks

    network_blocks.draw_blocks(item, heading, inputs, out)


def write_clip_retrieval(item: str, heading: Heading, inputs: list[Path], out: Path, *, dataset: str) -> None:
    """Write a table of clip retrieval accuracies on one data set, ours beside the published ones.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/{layer}-seed-{seed}.csv; where a row has a star,
    results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    from vcop.paper.pages import retrieval, sample_curriculum, tables

    table = retrieval.describe_levels(retrieval.retrieval_table(item, inputs, "clip", heading.task, dataset))
    if table["row"].str.contains("*", regex=False).any():
        mined = sample_curriculum.read_mined(item, inputs)
        table, heading = sample_curriculum.mark_rows(table, mined), heading.with_caption(mined.sentence)
    tables.write_table(table, heading, out)


def draw_video_retrieval(item: str, heading: Heading, inputs: list[Path], out: Path) -> None:
    """Draw video retrieval accuracies over k on both data sets, random weights against pretrained ones.

    Inputs: results/retrieval/{dataset}/{network}/{weights}/conv5-seed-{seed}.csv of both data sets.
    """
    from vcop.paper.figures import retrieval_curves

    retrieval_curves.draw_retrieval_curves(item, heading, inputs, out)


def draw_cross_dataset_samples(item: str, heading: Heading, inputs: list[Path], out: Path, *, weights: str = "") -> None:
    """Draw R3D's neighbours of test videos of one data set among the other's training videos, in both directions.

    Inputs: both frame stores and results/retrieval/{dataset}-in-{gallery}/r3d/{weights}/conv5-seed-{seed}.csv; without ``weights``
    those of the study's own task.
    """
    from vcop.paper.figures import retrieval_pictures

    retrieval_pictures.draw_cross_dataset(item, weights or heading.task, heading, inputs, out)


def write_recognition(item: str, heading: Heading, inputs: list[Path], out: Path) -> None:
    """Write a table of action recognition accuracies after fine-tuning, ours beside the published ones.

    Inputs: results/recognition/{dataset}-{split}/{network}/{weights}/from-conv1/seed-{seed}.csv; where a row has a star,
    results/mine/r3d/16-8-3/seed-{seed}/classes.csv.
    """
    from vcop.paper.pages import recognition, sample_curriculum, tables

    table = recognition.recognition_table(item, inputs, heading.task)
    if table["row"].str.contains("*", regex=False).any():
        mined = sample_curriculum.read_mined(item, inputs)
        table, heading = sample_curriculum.mark_rows(table, mined), heading.with_caption(mined.sentence)
    tables.write_table(table, heading, out)


BLOCKS = "A layer of each network, and all five of their layers, conv1 to conv5: kernels, strides, channels and maps read out of the built modules."
CLIP_LEVEL = (
    "Clip level: each of the ten clips of a test video asks all clips of the training videos, cosine distance; right at k if its "
    "class is among the k nearest. These numbers stand beside the published ones. Below them, chance: the classes dealt out anew among "
    "the training videos, so that clips of one video keep one class; and the same for videos (the mean of ten clip features), the only "
    "level that the published code computes."
)
VIDEO_LEVEL = (
    "Video level: the mean of a video's ten clip features; bars are 95 % intervals over videos; dotted: chance, with the classes dealt "
    "out anew among the training videos."
)
SEEN = (
    "All UCF101 test videos of splits 2 and 3 stand in split 1's training list, on which the networks were pretrained, without labels, in the "
    "papers as well: split 1 alone stands below each mean."
)
CROSS_DATASET = (
    "A test video of one set and its two nearest training videos of the other. The classes differ, so nothing is counted here."
)

STANDARD: dict[str, StandardItem] = {
    "cvpr2019_figure3": StandardItem("Figure 3 (CVPR 2019). Three kinds of 3D convolution blocks", BLOCKS, draw_blocks),
    "cvpr2019_table2": StandardItem(
        "Table 2 (CVPR 2019). Frame and clip retrieval results on UCF101",
        CLIP_LEVEL,
        partial(write_clip_retrieval, dataset="ucf101"),
    ),
    "cvpr2019_table3": StandardItem(
        "Table 3 (CVPR 2019). Clip retrieval results on HMDB51", CLIP_LEVEL, partial(write_clip_retrieval, dataset="hmdb51")
    ),
    "cvpr2019_figure5": StandardItem("Figure 5 (CVPR 2019). Video retrieval results", VIDEO_LEVEL, draw_video_retrieval),
    "cvpr2019_figure6": StandardItem(
        "Figure 6 (CVPR 2019). Cross-data-set retrieval samples, R3D", CROSS_DATASET, draw_cross_dataset_samples
    ),
    "cvpr2019_table4": StandardItem(
        "Table 4 (CVPR 2019). Action recognition results on UCF101 and HMDB51",
        f"Mean over three splits; a video's score is the mean of its ten clips' logits; the random rows are trained the same way. {SEEN}",
        write_recognition,
    ),
    "tmm2020_figure3": StandardItem("Figure 3 (TMM 2020). Three kinds of 3D convolution blocks", BLOCKS, draw_blocks),
    "tmm2020_table2": StandardItem(
        "Table II (TMM 2020). Frame and clip retrieval results on UCF101",
        f"{CLIP_LEVEL} 16-8-4 and 16-8-5 start from the weights of one clip less.",
        partial(write_clip_retrieval, dataset="ucf101"),
    ),
    "tmm2020_table3": StandardItem(
        "Table III (TMM 2020). Clip retrieval results on HMDB51",
        f"As Table II, with weights that were trained on UCF101 only. {CLIP_LEVEL}",
        partial(write_clip_retrieval, dataset="hmdb51"),
    ),
    "tmm2020_table4": StandardItem(
        "Table IV (TMM 2020). Clip retrieval results on UCF101 from different layers",
        "Weights 16-8-3; a layer is one of conv1 to conv5, whose maps are max-pooled in space to about 3x3, time kept. Layer 5 is "
        "the feature of Table II: its rows are the 16-8-3 rows there.",
        partial(write_clip_retrieval, dataset="ucf101"),
    ),
    # The paper shows "optimal models" and does not name them; 16-8-4 is fixed here, never chosen by test results.
    "tmm2020_figure7": StandardItem(
        "Figure 7 (TMM 2020). Video retrieval results, weights 16-8-4", VIDEO_LEVEL, draw_video_retrieval
    ),
    "tmm2020_figure9": StandardItem(
        "Figure 9 (TMM 2020). Cross-data-set retrieval samples, R3D 16-8-4",
        CROSS_DATASET,
        partial(draw_cross_dataset_samples, weights="16-8-4"),
    ),
    "tmm2020_table5": StandardItem(
        "Table V (TMM 2020). Action recognition results on UCF101 and HMDB51",
        "A video's score is the mean of its ten clips' logits; the random rows are trained the same way. Random and 16-8-3 are means "
        "over three splits, as published; rows that say so are of split 1, and gain on the random weights of split 1; those of "
        f"16-8-3, split 1, are ours, for a fair comparison. {SEEN}",
        write_recognition,
    ),
}
