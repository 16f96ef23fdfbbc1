"""``vcop synthesise``: encoded videos in UCF101's, HMDB51's or ActivityNet-QA's layout, for studies that have no real ones.

The classes are the motions of ``vcop.preparation.synthetic.rendering``. As in UCF101, videos come in groups: those of a group share a look, no look is
shared by two groups or classes, and no group is in both the training and the test list of a split. The videos with questions
are those of ``vcop.preparation.synthetic.qa_videos``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.config.data_options import QuizOptions, SynthesiseOptions
from vcop.config.names import QUESTIONS
from vcop.datasets.splits import HMDB51_SUFFIX, SPLITS, TEST, TRAIN, UNUSED
from vcop.preparation.synthetic import qa_videos
from vcop.preparation.synthetic.qa_videos import QuestionVideo
from vcop.preparation.synthetic.rendering import draw_look, render_motion
from vcop.runtime.atomic_files import atomic_write
from vcop.sampling.seeding import generator
from vcop.video import ffmpeg

CLASSES = {
    "ucf101": ("bounce", "collide", "fall", "grow", "orbit", "rise", "slide", "spin", "spiral", "swing"),
    "hmdb51": ("fall", "grow", "roll", "slide", "swing", "wobble"),
}
SHORTER_THAN_A_CLIP = 11
COLUMNS = ("video", "motion", "group", "frames")


@dataclass(frozen=True)
class SyntheticVideo:
    """One video to be made."""

    dataset: str
    motion: str
    group: int
    clip: int
    frames: int

    @property
    def name(self) -> str:
        """As the lists name it: class folder and file."""
        if self.dataset == "ucf101":
            title = self.motion.capitalize()
            return f"{title}/v_{title}_g{self.group:02d}_c{self.clip:02d}.avi"
        return f"{self.motion}/take{self.group:02d}_{self.motion}_f_cm_np1_fr_med_{self.clip}.avi"

    @property
    def row(self) -> tuple[object, ...]:
        """A cell a column of ``COLUMNS``."""
        return self.name, self.motion, self.group, self.frames

    def film(self, options: SynthesiseOptions) -> NDArray[np.uint8]:
        """The video, a function of the item and the seed. Shape: (frames, height, width, 3), RGB."""
        seed = options.synthesis_seed
        look = draw_look(seed, self.dataset, self.motion, self.group)
        key = (seed, self.dataset, self.motion, self.group, self.clip)
        return render_motion(self.motion, look, self.frames, options.video_height, options.video_width, *key)

    def role(self, split: int, groups: int) -> int:
        """Split k tests on the k-th seven (of 25) groups, as UCF101 does; HMDB51 leaves the last groups unused."""
        tested = max(1, round(groups * 7 / 25))
        if self.dataset == "hmdb51" and self.group > groups - max(1, groups // 12):
            return UNUSED
        return TEST if (split - 1) * tested < self.group <= split * tested else TRAIN


@dataclass(frozen=True)
class SynthesisPlan:
    """What is to be made of a data set: videos, list files (name to content) and the columns of the table of the videos."""

    videos: Sequence[SyntheticVideo | QuestionVideo]
    lists: dict[str, str]
    columns: tuple[str, ...]


def plan_dataset(dataset: str, options: SynthesiseOptions, quiz: QuizOptions) -> SynthesisPlan:
    """The videos and lists of any of the three data sets."""
    if dataset == QUESTIONS:
        told = qa_videos.question_videos(options, quiz)
        return SynthesisPlan(told, qa_videos.annotation_files(told, options), qa_videos.COLUMNS)
    made = action_videos(dataset, options)
    return SynthesisPlan(made, list_files(dataset, made, options.groups), COLUMNS)


def make_video(video: SyntheticVideo | QuestionVideo, folder: Path, options: SynthesiseOptions) -> str:
    """Film and encode one video; returns a digest of its frames."""
    frames = video.film(options)
    with atomic_write(folder / video.name) as unfinished:
        ffmpeg.encode_video(frames, unfinished)
    return hashlib.sha256(frames.tobytes()).hexdigest()[:16]


def action_videos(dataset: str, options: SynthesiseOptions) -> list[SyntheticVideo]:
    """All videos of a data set, by class, group and number."""
    out: list[SyntheticVideo] = []
    for motion in CLASSES[dataset]:
        for group in range(1, options.groups + 1):
            for clip in range(1, options.videos_per_group + 1):
                rng = generator("frames", options.synthesis_seed, dataset, motion, group, clip)
                frames = int(rng.integers(options.shortest, options.longest + 1))
                if len(out) == 3:
                    frames = SHORTER_THAN_A_CLIP
                elif len(out) % 25 == 12:
                    frames = int(rng.integers(20, options.shortest))
                out.append(SyntheticVideo(dataset, motion, group, clip, frames))
    return out


def list_files(dataset: str, made: list[SyntheticVideo], groups: int) -> dict[str, str]:
    """The official list files, name to content."""
    files: dict[str, str] = {}
    if dataset == "ucf101":
        titles = [motion.capitalize() for motion in CLASSES[dataset]]
        files["classInd.txt"] = "".join(f"{i} {title}\r\n" for i, title in enumerate(titles, 1))
        for split in SPLITS:
            train = [f"{v.name} {titles.index(v.motion.capitalize()) + 1}" for v in made if v.role(split, groups) == TRAIN]
            test = [v.name for v in made if v.role(split, groups) == TEST]
            files[f"trainlist0{split}.txt"] = "".join(f"{line}\r\n" for line in train)
            files[f"testlist0{split}.txt"] = "".join(f"{line}\r\n" for line in test)
        return files
    for motion in CLASSES[dataset]:
        for split in SPLITS:
            rows = [f"{Path(v.name).name} {v.role(split, groups)} \n" for v in made if v.motion == motion]
            files[motion + HMDB51_SUFFIX.format(split=split)] = "".join(rows)
    return files
