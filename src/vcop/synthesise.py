"""``vcop synthesise``: encoded videos in UCF101's or HMDB51's layout, for studies that have no real ones.

The classes are the motions of ``vcop.scenes``. As in UCF101, videos come in groups: those of a group share a look, no look is
shared by two groups or classes, and no group is in both the training and the test list of a split.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from vcop import ffmpeg_tool
from vcop.files import replacing, write_csv, write_text
from vcop.options import DATASETS, SynthesiseOptions, flags
from vcop.progress import Progress
from vcop.randomness import generator
from vcop.scenes import draw_look, render
from vcop.splits import HMDB51_SUFFIX, SPLITS, TEST, TRAIN, UNUSED

CLASSES = {
    "ucf101": ("bounce", "collide", "fall", "grow", "orbit", "rise", "slide", "spin", "spiral", "swing"),
    "hmdb51": ("fall", "grow", "roll", "slide", "swing", "wobble"),
}
SHORTER_THAN_A_CLIP = 11


@dataclass(frozen=True)
class Item:
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

    def role(self, split: int, groups: int) -> int:
        """Split k tests on the k-th seven (of 25) groups, as UCF101 does; HMDB51 leaves the last groups unused."""
        tested = max(1, round(groups * 7 / 25))
        if self.dataset == "hmdb51" and self.group > groups - max(1, groups // 12):
            return UNUSED
        return TEST if (split - 1) * tested < self.group <= split * tested else TRAIN


def items(dataset: str, options: SynthesiseOptions) -> list[Item]:
    """All videos of a data set, by class, group and number."""
    out: list[Item] = []
    for motion in CLASSES[dataset]:
        for group in range(1, options.groups + 1):
            for clip in range(1, options.videos_per_group + 1):
                rng = generator("frames", options.synthesis_seed, dataset, motion, group, clip)
                frames = int(rng.integers(options.shortest, options.longest + 1))
                if len(out) == 3:
                    frames = SHORTER_THAN_A_CLIP
                elif len(out) % 25 == 12:
                    frames = int(rng.integers(20, options.shortest))
                out.append(Item(dataset, motion, group, clip, frames))
    return out


def make(item: Item, folder: Path, options: SynthesiseOptions) -> str:
    """Render and encode one video; returns a digest of its frames."""
    seed = options.synthesis_seed
    look = draw_look(seed, item.dataset, item.motion, item.group)
    key = (seed, item.dataset, item.motion, item.group, item.clip)
    video = render(item.motion, look, item.frames, options.video_height, options.video_width, *key)
    with replacing(folder / item.name) as unfinished:
        ffmpeg_tool.encode(video, unfinished)
    return hashlib.sha256(video.tobytes()).hexdigest()[:16]


def lists(dataset: str, made: list[Item], groups: int) -> dict[str, str]:
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's flags."""
    parser.add_argument("--dataset", choices=DATASETS, required=True, help="whose layout to make")
    parser.add_argument("--videos", type=Path, required=True, help="folder for the videos")
    parser.add_argument("--lists", type=Path, required=True, help="folder for the lists")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="videos made at a time")
    parser.add_argument("--out", type=Path, required=True, help="table of what was made (.csv)")
    SynthesiseOptions.add_flags(parser)


def run(arguments: argparse.Namespace) -> None:
    """Make the videos, then the lists. Raises ValueError for a folder that holds anything this verb did not make."""
    options = SynthesiseOptions.from_flags(arguments)
    mark = arguments.videos / "made-by-vcop-synthesise.txt"
    if arguments.videos.is_dir() and any(arguments.videos.iterdir()) and not mark.exists():
        raise ValueError(f"{arguments.videos}: holds files that `synthesise` did not make, so it is left as it is")
    write_text(mark, f"{arguments.dataset} {flags(options)}\n")
    made = items(arguments.dataset, options)
    with ProcessPoolExecutor(arguments.processes) as pool, Progress("synthesise", len(made), "video") as progress:
        digests = []
        for digest in pool.map(make, made, [arguments.videos] * len(made), [options] * len(made), chunksize=4):
            digests.append(digest)
            progress.advance()
    for name, text in lists(arguments.dataset, made, options.groups).items():
        write_text(arguments.lists / name, text)
    rows = [(v.name, v.motion, v.group, v.frames, d) for v, d in zip(made, digests, strict=True)]
    write_csv(arguments.out, ("video", "motion", "group", "frames", "digest"), rows)
    print(f"{arguments.out}: {len(made)} videos, {sum(v.frames for v in made)} frames")
