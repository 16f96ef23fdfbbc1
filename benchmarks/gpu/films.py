"""Synthetic videos, rendered into one array: no encoder is needed. Training videos and those for tests have different looks."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vcop.preparation.synthetic.motions import MOTIONS
from vcop.preparation.synthetic.rendering import draw_style, render_motion
from vcop.sampling.seeding import generator
from vcop.storage.frame_store import Video

SHORTEST, LONGEST = 66, 150  # frames, as in the embedded study
FRAMES = "frames.u8"


@dataclass(frozen=True)
class Films:
    """Rendered videos.

    Attributes:
        path: File of the frames, one after another, uint8 RGB.
        height: Pixels.
        width: Pixels.
        videos: The videos; ``first`` is the number of the first frame in the file.
        tested: Number of videos at the end of the list that are for tests. No training video looks like one of them.
    """

    path: Path
    height: int
    width: int
    videos: list[Video]
    tested: int

    @property
    def frames(self) -> NDArray[np.uint8]:
        """All frames. Shape: (F, H, W, 3)."""
        return np.memmap(self.path, np.uint8, "c").reshape(-1, self.height, self.width, 3)

    @property
    def training(self) -> list[Video]:
        """The videos to train on."""
        return self.videos[: -self.tested]

    @property
    def test(self) -> list[Video]:
        """The videos for tests."""
        return self.videos[-self.tested :]


def render(folder: Path, looks: int, tested: int, height: int, width: int, processes: int) -> Films:
    """Render a video of each motion in each of some looks.

    Args:
        folder: Where to write the frames.
        looks: Number of looks: colours, shape, texture, light and speed.
        tested: Number of looks, the last ones, whose videos are for tests.
        height: Pixels.
        width: Pixels.
        processes: Number of processes.
    """
    videos, first = [], 0
    for look in range(looks):
        for label, motion in enumerate(MOTIONS):
            count = int(generator("frames", look, motion).integers(SHORTEST, LONGEST + 1))
            videos.append(Video(f"{motion}/{look}.avi", label, first, count))
            first += count
    path = folder / FRAMES
    with open(path, "wb") as file:
        file.truncate(first * height * width * 3)
    tasks = [(str(path), video.name, video.first, video.count, height, width) for video in videos]
    if processes == 1:
        for task in tasks:
            render_one(task)
    else:
        # New processes, not forked ones: this one may use a GPU.
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            list(pool.map(render_one, tasks, chunksize=4))
    return Films(path, height, width, videos, tested * len(MOTIONS))


def render_one(task: tuple[str, str, int, int, int, int]) -> None:
    """Render one video into its place in the file."""
    path, name, first, count, height, width = task
    motion, look = name.removesuffix(".avi").split("/")
    frames = render_motion(motion, draw_style("gpu", look), count, height, width, "gpu", motion, look)
    place = np.memmap(path, np.uint8, "r+", offset=first * height * width * 3, shape=frames.shape)
    place[:] = frames


def describe(films: Films) -> str:
    """Return the numbers of videos and frames as JSON, for the report."""
    about = {"training": len(films.training), "test": len(films.test), "frames": sum(v.count for v in films.videos)}
    return json.dumps(about | {"pixels": f"{films.height}x{films.width}"})
