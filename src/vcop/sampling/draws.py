"""What a pretext task draws from a video: frames of one or more clips, and a label; all of it is arithmetic on counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

ATTEMPTS = 100  # after so many repeated draws a video is taken to have no other


class Draw(NamedTuple):
    """A sample of a pretext task, before any frame is read.

    Attributes:
        clips: For each clip, the frames of the video that enter the network; all clips have the same number of frames.
        label: What the network is to predict.
        more: Numbers that the task needs to change the pixels, for example an angle; the same count for every sample.
    """

    clips: list[tuple[int, ...]]
    label: int
    more: tuple[float, ...] = ()


class DrawnVideo(Protocol):
    """What a draw may depend on of a video."""

    @property
    def name(self) -> str:
        """Name of the video."""

    @property
    def count(self) -> int:
        """Count of its frames."""

    @property
    def label(self) -> int:
        """Label of its action."""


class Drawing(Protocol):
    """A source of draws: a pretext task, as the loader sees it. Its text is its name."""

    @property
    def clip_length(self) -> int:
        """Frames of a clip in the video."""

    @property
    def window(self) -> int:
        """Frames that a video must have at least."""

    @property
    def plain(self) -> Drawing:
        """The task whose fixed draws are used for tests: the same one for all its variants."""

    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a sample. Of a clip's frames the network gets every ``stride``-th one."""


def still_clips(clips: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return clips without motion: each is its middle frame, repeated."""
    return [(clip[len(clip) // 2],) * len(clip) for clip in clips]


def draw_distinct(task: Drawing, video: DrawnVideo, stride: int, rng: np.random.Generator, number: int) -> list[Draw]:
    """Draw several samples from a video, no two alike as long as it has others. The first ones are the same for any ``number``."""
    drawn: list[Draw] = []
    while len(drawn) < number:
        for _ in range(ATTEMPTS):
            one = task.draw(video, stride, rng)
            if one not in drawn:
                break
        drawn.append(one)
    return drawn
