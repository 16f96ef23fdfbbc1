"""Search for videos in which single frames leave the order open and clips decide it (Figure 1 of both papers).

The difference of two frames is the mean absolute difference of their pixels, in grey levels (0 to 255). It has no direction, so that
nothing in single frames tells an order from its reverse. Clips have a direction, which does not change when they are shuffled: the
motion inside them. In the right order it points to where the next clip goes on, in the reverse order away from it. It is measured by
the centre of what changes from frame to frame. Pixels at the ends of two clips are never compared: overlaps and textures play no part
(CVPR 2019, 3.1). In shapes, N are the frames of a video, H and W its pixels.
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
NOISE = 24  # sum of the three colours' differences up to which a pixel counts as unchanged
MOVES = 0.1  # motion of this share of a frame's diagonal is large enough to be seen
Order = Sequence[int]
Path2D = NDArray[np.float64]  # centre of the motion at the start and at the end of a clip, in pixels (x, y). Shape: (2, 2)


@dataclass(frozen=True)
class Moment:
    """Three clips of a video in order of time.

    Attributes:
        video: Video that they are taken from.
        frames: Middle frame of each clip. Shape: (3, H, W, 3).
        clips: Some frames of each clip, from its first to its last. Shape: (3, SHOWN, H, W, 3).
        motions: ``motion_path`` of each clip. Shape: (3, 2, 2).
    """

    video: Video
    frames: NDArray[np.uint8]
    clips: NDArray[np.uint8]
    motions: NDArray[np.float64]

    @classmethod
    def read(cls, store: FrameStore, video: Video, task: Task, first: int) -> Moment:
        """Read the tuple that begins at frame ``first``."""
        starts = [first + start for start in task.starts]
        offsets = np.linspace(0, task.clip_length - 1, SHOWN).round().astype(int).tolist()
        clips = np.stack([store.read(video, range(start, start + task.clip_length)) for start in starts])
        motions = np.stack([motion_path(clip) for clip in clips])
        return cls(video, clips[:, task.clip_length // 2], clips[:, offsets], motions)

    def between_frames(self, order: Order) -> list[float]:
        """Return the differences of neighbouring middle frames in an order."""
        return [frame_difference(self.frames[a], self.frames[b]) for a, b in pairwise(order)]

    def inside(self, clip: int) -> NDArray[np.float64]:
        """Return the motion inside a clip: from its start to its end, in pixels (x, y)."""
        return np.asarray(self.motions[clip, 1] - self.motions[clip, 0])

    def step(self, one: int, other: int) -> NDArray[np.float64]:
        """Return the way from the middle of one clip's motion to that of another's, in pixels (x, y)."""
        return np.asarray(self.motions[other].mean(axis=0) - self.motions[one].mean(axis=0))

    def angles(self, order: Order) -> list[float]:
        """Return for each two neighbours in an order the angle between the motion inside them and the step from one to the other.

        Returns:
            Degrees: 0 where the motion inside points to the next clip, 180 where it points away; 90 where nothing moves.
        """
        return [angle(self.inside(a) + self.inside(b), self.step(a, b)) for a, b in pairwise(order)]

    @property
    def clarity(self) -> tuple[bool, float]:
        """Whether no order of the frames is smoother than the right one, and how clearly the motion inside clips tells it (-1 to 1)."""
        smoothest = min(sum(self.between_frames(order)) for order in permutations(FORWARD))
        agreement = float(np.cos(np.radians(max(self.angles(FORWARD)))))
        ways = [self.inside(clip) for clip in FORWARD] + [self.step(a, b) for a, b in pairwise(FORWARD)]
        moved = min(float(np.hypot(*way)) for way in ways) / float(np.hypot(*self.frames.shape[1:3]))
        return sum(self.between_frames(FORWARD)) <= smoothest, agreement * min(1.0, moved / MOVES)


def frame_difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Return the mean absolute difference of two frames in grey levels. Shape of each: (H, W, 3)."""
    return float(np.abs(one.astype(np.float64) - other).mean())


def angle(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the angle between two directions in degrees, 0 to 180; 90 if one of them is no direction."""
    lengths = float(np.hypot(*one) * np.hypot(*other))
    return float(np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1)))) if lengths > 0 else 90.0


def motion_path(frames: NDArray[np.uint8]) -> Path2D:
    """Return where the motion of a clip is at its start and at its end: a straight line through the centres of what changes.

    The centre is the mean place of the pixels that differ from one frame to the next, weighted by their differences. The line is fitted
    over time, with the amount of change as weights. Where nothing changes, both ends are the middle of the picture.

    Shape:
        (L, H, W, 3) -> (2, 2): start and end, each x and y in pixels.
    """
    change = np.abs(np.diff(frames.astype(np.float64), axis=0)).sum(axis=-1)
    change = np.maximum(change - NOISE, 0)
    amount = change.sum(axis=(1, 2))
    height, width = change.shape[1:]
    if not (amount > 0).sum() > 1:
        return np.full((2, 2), (width / 2, height / 2))
    used, amount = change[amount > 0], amount[amount > 0]
    times = np.flatnonzero(change.sum(axis=(1, 2)) > 0) + 0.5
    x = (used.sum(axis=1) * (np.arange(width) + 0.5)).sum(axis=1) / amount
    y = (used.sum(axis=2) * (np.arange(height) + 0.5)).sum(axis=1) / amount
    lines = [np.polynomial.Polynomial.fit(times, values, 1, w=np.sqrt(amount)) for values in (x, y)]
    return np.array([[float(line(t)) for line in lines] for t in (0, len(frames) - 1)])


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
    """Return the tuple, near the middle of a video, whose order frames leave open and the motion inside clips tells most clearly."""
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
