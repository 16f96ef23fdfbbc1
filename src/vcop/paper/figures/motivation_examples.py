"""Search for videos in which single frames leave the order open and clips decide it (Figure 1 of both papers).

The difference of two frames is the mean absolute difference of their pixels, in grey levels (0 to 255). It has no direction: the
neighbours in an order of frames and in its reverse differ by the same sum. Clips have a direction: the first frame of the next clip
looks like the last one of the clip before. In shapes, N are the frames of a video, H and W its pixels.
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

VIDEOS = 100  # at most so many are searched
SHOWN = 4  # frames of a clip that are drawn
FORWARD, BACKWARD = (0, 1, 2), (2, 1, 0)
ROWS = 32  # at least so many pixel rows of a frame are compared, if it has them; all would take too long
Order = Sequence[int]


@dataclass(frozen=True)
class Moment:
    """Three clips of a video in order of time.

    Attributes:
        video: Video that they are taken from.
        frames: Middle frame of each clip. Shape: (3, H, W, 3).
        clips: Some frames of each clip, from its first to its last. Shape: (3, SHOWN, H, W, 3).
    """

    video: Video
    frames: NDArray[np.uint8]
    clips: NDArray[np.uint8]

    @classmethod
    def read(cls, store: FrameStore, video: Video, task: Task, first: int) -> Moment:
        """Read the tuple that begins at frame ``first``."""
        starts = [first + start for start in task.starts]
        offsets = np.linspace(0, task.clip_length - 1, SHOWN).round().astype(int).tolist()
        clips = [store.read(video, [start + i for i in offsets]) for start in starts]
        return cls(video, store.read(video, [start + task.clip_length // 2 for start in starts]), np.stack(clips))

    def between_frames(self, order: Order) -> list[float]:
        """Return the differences of neighbouring middle frames in an order."""
        return [frame_difference(self.frames[a], self.frames[b]) for a, b in pairwise(order)]

    def between_clips(self, order: Order) -> list[float]:
        """Return the differences between the last frame of each clip and the first one of the next in an order."""
        return [frame_difference(self.clips[a, -1], self.clips[b, 0]) for a, b in pairwise(order)]

    @property
    def clarity(self) -> tuple[bool, float]:
        """Whether no order of the frames is smoother than the right one, and how clearly clips favour it over its reverse (-1 to 1)."""
        forward, backward = (sum(self.between_clips(order)) for order in (FORWARD, BACKWARD))
        smoothest = min(sum(self.between_frames(order)) for order in permutations(FORWARD))
        return sum(self.between_frames(FORWARD)) <= smoothest, (backward - forward) / ((backward + forward) or 1)


def frame_difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean absolute difference of two frames in grey levels. Shape of each: (H, W, 3)."""
    return float(np.abs(one.astype(np.float64) - other).mean())


def draw_candidates(videos: Sequence[Video]) -> list[Video]:
    """Draw the videos to be searched, at most 100, by a hash of their names."""
    return sorted(videos, key=lambda video: seed_of("why clips", video.name))[:VIDEOS]


def usable_videos(store: FrameStore, role: int, task: Task) -> list[Video]:
    """Return the videos of a role (training or test) in split 1 that are long enough. Raise ValueError where there are none."""
    videos = [video for video in store.of(1, role) if video.count >= task.window]
    if not videos:
        raise ValueError(
            f"{store.path}: no video of split 1 has the {task.window} frames of a tuple {task}: nothing can be drawn"
        )
    return videos


def clearest_tuple(store: FrameStore, videos: Sequence[Video], task: Task) -> Moment:
    """Return the tuple, near the middle of a video, whose order frames leave open and clips decide most clearly."""
    moments = (Moment.read(store, v, task, (v.count - task.window) // 2) for v in draw_candidates(videos))
    return max(moments, key=lambda moment: moment.clarity)


def opposite_tuples(store: FrameStore, videos: Sequence[Video], task: Task) -> tuple[Moment, Moment]:
    """Return two tuples of one video whose frames are alike in opposite orders, but whose clips are not."""
    scores = [(*reversed_likeness(frame_differences(store, video), task), video) for video in draw_candidates(videos)]
    _, first, second, video = min(scores, key=lambda row: row[0])
    return Moment.read(store, video, task, first), Moment.read(store, video, task, second)


def frame_differences(store: FrameStore, video: Video) -> NDArray[np.float32]:
    """Return the differences of all pairs of frames of a video, on some of their pixel rows. Shape: (N, N)."""
    step = max(1, store.height // ROWS)
    frames = store.read(video, range(video.count))[:, ::step, ::step].reshape(video.count, -1).astype(np.float32)
    return np.stack([np.abs(frames - one).mean(axis=1) for one in frames])


def reversed_likeness(differences: NDArray[np.float32], task: Task) -> tuple[float, int, int]:
    """Find the two tuples of a video whose middle frames are most alike in opposite orders.

    Their score is the mean difference of the frames that should look alike (the first of one tuple and the last of the other, and so
    on), divided by the smaller of two numbers: the smallest difference between two middle frames of either tuple, and the mean
    difference of the clips around these frames. So neither a video that stands still wins, nor one whose clips look alike as well.

    Args:
        differences: From ``frame_differences``. Shape: (N, N).
        task: Gives the clips' length and starts.

    Returns:
        The smallest score (infinite where the frames never differ), and the first frames of the two tuples.
    """
    length, starts = task.clip_length, np.array(task.starts)
    first = np.arange(len(differences) - task.window + 1)
    middles = starts[:, None] + length // 2 + first
    steps = len(differences) - length + 1
    # Mean difference of the clips that begin at each two frames, frame by frame.
    clip_differences = np.mean([differences[i : i + steps, i : i + steps] for i in range(length)], axis=0)
    frames, clips = (
        np.mean([table[np.ix_(a, b)] for a, b in zip(at, at[::-1], strict=True)], axis=0)
        for table, at in ((differences, middles), (clip_differences, starts[:, None] + first))
    )
    within = np.min([differences[a, b] for a, b in combinations(middles, 2)], axis=0)
    least = np.minimum(np.minimum.outer(within, within), clips)
    score = np.divide(frames, least, out=np.full_like(frames, np.inf), where=least > 0)
    np.fill_diagonal(score, np.inf)  # two tuples, not one with the same frames in both directions
    one, other = np.unravel_index(score.argmin(), score.shape)
    return float(score[one, other]), int(one), int(other)
