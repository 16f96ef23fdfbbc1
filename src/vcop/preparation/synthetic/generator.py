"""Generator of the synthetic data sets: encoded videos and lists in the layout of UCF101, HMDB51 or ActivityNet-QA.

The classes are the motions of ``vcop.preparation.synthetic.motions``. As in UCF101, videos come in groups. The videos of a group
share a style (``rendering.GroupStyle``), those of all classes the same one: so the look of a training video tells nothing of its
class, and a network that learns looks by heart gains nothing. No two groups have the same style, and no group has videos in both the
training and the test list of a split. The videos with questions are those of ``vcop.preparation.synthetic.qa_videos``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.config.fields import flags
from vcop.config.names import QUESTIONS
from vcop.datasets.splits import HMDB51_SUFFIX, SPLITS, TEST, TRAIN, UNUSED
from vcop.preparation.synthetic import qa_videos
from vcop.preparation.synthetic.qa_videos import QuestionVideo
from vcop.preparation.synthetic.rendering import draw_style, render_motion
from vcop.runtime.atomic_files import atomic_write, write_csv, write_text
from vcop.runtime.process_pool import start_pool
from vcop.runtime.progress import Progress
from vcop.sampling.seeding import generator
from vcop.video import ffmpeg, ffmpeg_program

CLASSES = {
    "ucf101": ("bounce", "collide", "fall", "grow", "pulse", "rise", "slide", "spiral", "swing", "whirl"),
    "hmdb51": ("fall", "grow", "roll", "slide", "swing", "wobble"),
}
SHORTER_THAN_A_CLIP = 11
COLUMNS = ("video", "motion", "group", "frames")
MARK = "made-by-vcop-synthesise.txt"


@dataclass(frozen=True)
class SyntheticVideo:
    """Video of a motion: number ``clip`` of its group, ``frames`` long."""

    dataset: str
    motion: str
    group: int
    clip: int
    frames: int

    @property
    def name(self) -> str:
        """Name in the lists: directory of the class and file."""
        if self.dataset == "ucf101":
            title = self.motion.capitalize()
            return f"{title}/v_{title}_g{self.group:02d}_c{self.clip:02d}.avi"
        return f"{self.motion}/take{self.group:02d}_{self.motion}_f_cm_np1_fr_med_{self.clip}.avi"

    @property
    def row(self) -> tuple[object, ...]:
        """Row of the table of videos, with the columns ``COLUMNS``."""
        return self.name, self.motion, self.group, self.frames

    def render(self, options: SynthesiseOptions) -> NDArray[np.uint8]:
        """Render the video, which depends on nothing but its fields and the options. Shape: (T, H, W, 3), RGB."""
        seed = options.synthesis_seed
        style = draw_style(seed, self.dataset, self.group)
        key = (seed, self.dataset, self.motion, self.group, self.clip)
        return render_motion(self.motion, style, self.frames, options.video_height, options.video_width, *key)

    def role(self, split: int, groups: int) -> int:
        """Return whether the video is for training or test in a split.

        Split k tests on the k-th 7 of 25 groups, as UCF101 does. In the layout of HMDB51 the last groups are in neither list.
        """
        tested = max(1, round(groups * 7 / 25))
        if self.dataset == "hmdb51" and self.group > groups - max(1, groups // 12):
            return UNUSED
        return TEST if (split - 1) * tested < self.group <= split * tested else TRAIN


@dataclass(frozen=True)
class SynthesisPlan:
    """Plan of a data set: its videos, its list files (name to content) and the columns of the table of videos."""

    videos: Sequence[SyntheticVideo | QuestionVideo]
    lists: dict[str, str]
    columns: tuple[str, ...]


def synthesise(
    dataset: str,
    videos: Path,
    lists: Path,
    table: Path,
    options: SynthesiseOptions,
    quiz: QuizOptions,
    processes: int = 1,
) -> SynthesisPlan:
    """Write a synthetic data set.

    Args:
        dataset: Data set whose layout is used.
        videos: Directory for the videos.
        lists: Directory for the lists.
        table: Table of all videos to write (.csv): what is true of each, and the digest of its frames.
        options: Number, size and length of the videos.
        quiz: Number and types of the questions; used in the layout of ActivityNet-QA only.
        processes: Number of videos that are made at the same time.

    Returns:
        What was written.

    Raises:
        ValueError: If ``videos`` holds files that this function did not write, or if ffmpeg does not work.
    """
    _claim(videos, f"{dataset} {flags(options, quiz)}\n")
    ffmpeg_program.executable()  # before the processes start, which then know it
    plan, digests = plan_dataset(dataset, options, quiz), []
    with start_pool(processes) as pool, Progress("synthesise", len(plan.videos), "video") as progress:
        for digest in pool.map(make_video, plan.videos, repeat(videos), repeat(options), chunksize=4):
            digests.append(digest)
            progress.advance()
    for name, text in plan.lists.items():
        write_text(lists / name, text)
    rows = [(*video.row, digest) for video, digest in zip(plan.videos, digests, strict=True)]
    write_csv(table, (*plan.columns, "digest"), rows)
    return plan


def _claim(folder: Path, settings: str) -> None:
    """Mark a directory as written by this module. Raises ValueError if it holds files but no mark, so that none is overwritten."""
    mark = folder / MARK
    unfinished = f".{mark.name}."  # a run that was killed may have left the mark itself unfinished
    if folder.is_dir() and not mark.exists() and any(not path.name.startswith(unfinished) for path in folder.iterdir()):
        raise ValueError(f"{folder}: holds files that `synthesise` did not make: choose an empty directory")
    write_text(mark, settings)


def plan_dataset(dataset: str, options: SynthesiseOptions, quiz: QuizOptions) -> SynthesisPlan:
    """Return the videos and lists of any of the three data sets, without rendering them."""
    if dataset == QUESTIONS:
        question_videos = qa_videos.question_videos(options, quiz)
        return SynthesisPlan(question_videos, qa_videos.annotation_files(question_videos, options), qa_videos.COLUMNS)
    videos = action_videos(dataset, options)
    return SynthesisPlan(videos, list_files(dataset, videos, options.groups), COLUMNS)


def make_video(video: SyntheticVideo | QuestionVideo, folder: Path, options: SynthesiseOptions) -> str:
    """Render and encode one video into a directory; return a digest of its frames."""
    frames = video.render(options)
    with atomic_write(folder / video.name) as unfinished:
        ffmpeg.encode_video(frames, unfinished)
    return hashlib.sha256(frames.tobytes()).hexdigest()[:16]


def action_videos(dataset: str, options: SynthesiseOptions) -> list[SyntheticVideo]:
    """Return all videos of a data set by class, group and number.

    Some are too short, as in the real data sets: one is shorter than a clip, one of 25 too short for most pretext tasks.
    """
    videos: list[SyntheticVideo] = []
    for motion, group, clip in _numbering(dataset, options):
        rng = generator("frames", options.synthesis_seed, dataset, motion, group, clip)
        frames = int(rng.integers(options.shortest, options.longest + 1))
        if len(videos) == 3:
            frames = SHORTER_THAN_A_CLIP
        elif len(videos) % 25 == 12:
            frames = int(rng.integers(20, options.shortest))
        videos.append(SyntheticVideo(dataset, motion, group, clip, frames))
    return videos


def _numbering(dataset: str, options: SynthesiseOptions) -> Iterator[tuple[str, int, int]]:
    """Yield motion, group and number of each video."""
    for motion in CLASSES[dataset]:
        for group in range(1, options.groups + 1):
            for clip in range(1, options.videos_per_group + 1):
                yield motion, group, clip


def list_files(dataset: str, videos: list[SyntheticVideo], groups: int) -> dict[str, str]:
    """Return list files in the official format, name to content."""
    return _ucf101_lists(videos, groups) if dataset == "ucf101" else _hmdb51_lists(videos, groups)


def _ucf101_lists(videos: list[SyntheticVideo], groups: int) -> dict[str, str]:
    titles = [motion.capitalize() for motion in CLASSES["ucf101"]]
    files = {"classInd.txt": "".join(f"{i} {title}\r\n" for i, title in enumerate(titles, 1))}
    for split in SPLITS:
        train = [v for v in videos if v.role(split, groups) == TRAIN]
        test = [v for v in videos if v.role(split, groups) == TEST]
        files[f"trainlist0{split}.txt"] = "".join(f"{v.name} {titles.index(v.motion.capitalize()) + 1}\r\n" for v in train)
        files[f"testlist0{split}.txt"] = "".join(f"{v.name}\r\n" for v in test)
    return files


def _hmdb51_lists(videos: list[SyntheticVideo], groups: int) -> dict[str, str]:
    files = {}
    for motion in CLASSES["hmdb51"]:
        for split in SPLITS:
            lines = [f"{Path(v.name).name} {v.role(split, groups)} \n" for v in videos if v.motion == motion]
            files[motion + HMDB51_SUFFIX.format(split=split)] = "".join(lines)
    return files
