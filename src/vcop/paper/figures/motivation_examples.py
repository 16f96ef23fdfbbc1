"""Where frames do not tell the order of time and clips do, measured on stored frames (Figure 1 of both papers).

A difference is the mean absolute one of two frames' pixels, in grey levels (0 to 255). It has no direction: any order of frames
and its reverse have neighbours that differ by the same sum. Clips have one: what follows a clip looks like its last frame.
Shapes: N frames of a video, H W pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from vcop.sampling.seeding import seed_of
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore, Video

VIDEOS = 100  # looked at
SHOWN = 4  # frames of a clip
FORWARD, BACKWARD = (0, 1, 2), (2, 1, 0)
ROWS = 32  # of a frame are compared at least, where there are as many
Order = Sequence[int]


@dataclass(frozen=True)
class Moment:
    """Three clips of a video in order of time: the frame in the middle of each, and some from its first to its last."""

    video: Video
    frames: NDArray[np.uint8]  # (3, H, W, 3)
    clips: NDArray[np.uint8]  # (3, SHOWN, H, W, 3)

    @classmethod
    def read(cls, store: FrameStore, video: Video, task: Task, first: int) -> Moment:
        """Of the tuple that begins at frame ``first``."""
        starts = [first + start for start in task.starts]
        within = np.linspace(0, task.clip_length - 1, SHOWN).round().astype(int).tolist()
        clips = [store.read(video, [start + i for i in within]) for start in starts]
        return cls(video, store.read(video, [start + task.clip_length // 2 for start in starts]), np.stack(clips))

    def between_frames(self, order: Order) -> list[float]:
        """Differences of neighbouring frames."""
        return [frame_difference(self.frames[a], self.frames[b]) for a, b in pairwise(order)]

    def between_clips(self, order: Order) -> list[float]:
        """Differences of a clip's last frame and the next clip's first."""
        return [frame_difference(self.clips[a, -1], self.clips[b, 0]) for a, b in pairwise(order)]

    @property
    def told(self) -> tuple[bool, float]:
        """Whether frames leave this order and its reverse alone, as the smoothest; and how surely clips then tell which (-1 to 1)."""
        forward, backward = (sum(self.between_clips(order)) for order in (FORWARD, BACKWARD))
        smoothest = min(sum(self.between_frames(order)) for order in permutations(FORWARD))
        return sum(self.between_frames(FORWARD)) <= smoothest, (backward - forward) / ((backward + forward) or 1)


def frame_difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Of two frames. Shape: (H, W, 3) twice."""
    return float(np.abs(one.astype(np.float64) - other).mean())


def draw_candidates(videos: Sequence[Video]) -> list[Video]:
    """The videos looked at: a hundred at most, by a fixed draw."""
    return sorted(videos, key=lambda video: seed_of("why clips", video.name))[:VIDEOS]


def usable_videos(store: FrameStore, role: int, task: Task) -> list[Video]:
    """Videos of split 1 that are long enough. Raises ValueError where there are none."""
    videos = [video for video in store.of(1, role) if video.count >= task.window]
    if not videos:
        raise ValueError(
            f"{store.path}: no video of split 1 has the {task.window} frames of a tuple {task}: nothing can be shown"
        )
    return videos


def clearest_tuple(store: FrameStore, videos: Sequence[Video], task: Task) -> Moment:
    """Of the tuples in the middle of the drawn videos the one that frames leave open and clips tell most surely."""
    moments = (Moment.read(store, v, task, (v.count - task.window) // 2) for v in draw_candidates(videos))
    return max(moments, key=lambda moment: moment.told)


def opposite_tuples(store: FrameStore, videos: Sequence[Video], task: Task) -> tuple[Moment, Moment]:
    """Two tuples of one of the drawn videos whose frames are alike in opposite orders, but whose clips are not."""
    scores = [(*reversed_likeness(frame_differences(store, video), task), video) for video in draw_candidates(videos)]
    _, first, second, video = min(scores, key=lambda row: row[0])
    return Moment.read(store, video, task, first), Moment.read(store, video, task, second)


def frame_differences(store: FrameStore, video: Video) -> NDArray[np.float32]:
    """Differences of all pairs of frames of a video, seen at some 32 rows. Shape: (N, N)."""
    step = max(1, store.height // ROWS)
    frames = store.read(video, range(video.count))[:, ::step, ::step].reshape(video.count, -1).astype(np.float32)
    return np.stack([np.abs(frames - one).mean(axis=1) for one in frames])


def reversed_likeness(near: NDArray[np.float32], task: Task) -> tuple[float, int, int]:
    """How alike two tuples' frames are in opposite orders, where both begin; the smallest such number of a video.

    It is the mean difference of the frames that look alike, in shares of the smaller of two: the smallest difference within
    either tuple, and the mean difference of clips that have these frames in their middles. Shape: (N, N).
    """
    length, starts = task.clip_length, np.array(task.starts)
    first = np.arange(len(near) - task.window + 1)
    middles = starts[:, None] + length // 2 + first
    steps = len(near) - length + 1
    runs = np.mean([near[i : i + steps, i : i + steps] for i in range(length)], axis=0)  # of clips, frame by frame
    frames, clips = (
        np.mean([of[np.ix_(a, b)] for a, b in zip(at, at[::-1], strict=True)], axis=0)
        for of, at in ((near, middles), (runs, starts[:, None] + first))
    )
    within = np.min([near[a, b] for a, b in combinations(middles, 2)], axis=0)
    least = np.minimum(np.minimum.outer(within, within), clips)
    score = np.divide(frames, least, out=np.full_like(frames, np.inf), where=least > 0)
    np.fill_diagonal(score, np.inf)  # two tuples, not one that goes there and back
    one, other = np.unravel_index(score.argmin(), score.shape)
    return float(score[one, other]), int(one), int(other)
