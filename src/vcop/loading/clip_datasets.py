"""Samples of clips as functions of (seed, epoch, video): training and fixed tuples, training and test clips.

Shapes: T clips of a sample, L frames, H W stored pixels.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import torch

from vcop.config.options import InputOptions
from vcop.loading.samples import Sample, Samples
from vcop.loading.shared_memory import Memory
from vcop.sampling.clips import (
    centre_corner,
    clip_indices,
    draw_clip,
    draw_corner,
    draw_distinct_tuples,
    draw_tuple,
    evenly_spaced_starts,
)
from vcop.sampling.seeding import generator
from vcop.sampling.tasks import Task
from vcop.storage.frame_store import FrameStore, Video


class Clips(Samples):
    """Samples of clips, indexed by (epoch, index in ``videos``); subclasses say where the clips start.

    A sample: ``frames`` (T, L, H, W, 3) uint8, ``corners`` (T, 2), ``label``, ``video`` (name).
    """

    def __init__(self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions) -> None:
        if options.crop > min(store.height, store.width):
            size = f"{store.height}x{store.width}"
            raise ValueError(f"{store.path}: a crop of {options.crop} pixels does not fit its frames of {size} pixels")
        self.store, self.videos, self.clip_length, self.options = store, list(videos), clip_length, options

    def __len__(self) -> int:
        return len(self.videos)

    def name(self, index: int) -> str:
        """Return the name of a video."""
        return self.videos[index].name

    @property
    def source(self) -> str:
        """Path of the frame store."""
        return str(self.store.path)

    @property
    def frame_bytes(self) -> int:
        """Size of a sample's frames: T clips of L frames of H x W pixels of three bytes."""
        clips, stride = len(self.draw(self.videos[0], 0)[0]) if self.videos else 0, self.options.frame_stride
        return clips * -(-self.clip_length // stride) * self.store.height * self.store.width * 3

    @abstractmethod
    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Return the first frames of the clips, the corners of their crops (top, left), and the label."""

    def __getitem__(self, key: tuple[int, int]) -> Sample:
        return self.sample(key)

    def sample(self, key: tuple[int, int], out: Memory | None = None) -> Sample:
        """Return a sample; its frames are read into ``out``, if this is given, which has ``frame_bytes`` bytes."""
        epoch, index = key
        video = self.videos[index]
        starts, corners, label = self.draw(video, epoch)
        stride = self.options.frame_stride
        wanted = [clip_indices(start, self.clip_length, stride, video.count) for start in starts]
        frames = torch.from_numpy(self.store.read(video, [int(i) for clip in wanted for i in clip], out))
        frames = frames.unflatten(0, (len(starts), -1))
        return {"frames": frames, "corners": torch.tensor(corners), "label": label, "video": video.name}

    def centre(self) -> tuple[int, int]:
        """Return the corner of the central crop."""
        return centre_corner(self.store.height, self.store.width, self.options.crop)


class TrainingTuples(Clips):
    """A new tuple of every video each epoch (CVPR 2019, 3.1): window, order and crops drawn anew."""

    def __init__(
        self,
        store: FrameStore,
        videos: Sequence[Video],
        task: Task,
        options: InputOptions,
        seed: int,
        shared_crop: bool = False,
    ) -> None:
        super().__init__(store, videos, task.clip_length, options)
        self.task, self.seed, self.shared_crop = task, seed, shared_crop

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Draw from (seed, task, epoch, video)."""
        # The task, with its variant: a later step of a curriculum must not see the tuples of the earlier one again.
        rng = generator("tuple", self.seed, str(self.task), epoch, video.name)
        starts, label = draw_tuple(video.count, self.task, rng)
        crops = 1 if self.shared_crop else len(starts)
        corners = [draw_corner(self.store.height, self.store.width, self.options.crop, rng) for _ in range(crops)]
        return starts, corners * (len(starts) // crops), label


class FixedTuples(Clips):
    """Tuples for validation and tests: drawn once, centre crop, the same in every run, seed and training of the task.

    In place of the epoch, a sample's key says which tuple of the video is meant. Validation uses the first one, number 0.
    """

    def __init__(self, store: FrameStore, videos: Sequence[Video], task: Task, options: InputOptions) -> None:
        super().__init__(store, videos, task.clip_length, options)
        self.task = task

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Draw tuple number ``epoch`` from the video and the task alone."""
        # Variants of a task are tested on the same tuples, so that they can be compared tuple by tuple.
        rng = generator("fixed tuple", str(self.task.plain), video.name)
        starts, label = draw_distinct_tuples(video.count, self.task, rng, epoch + 1)[-1]
        return starts, [self.centre()] * len(starts), label


class TrainingClips(Clips):
    """A new clip of every video each epoch, start uniform, random crop (CVPR 2019, 4.2)."""

    def __init__(self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions, seed: int) -> None:
        super().__init__(store, videos, clip_length, options)
        self.seed = seed

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Draw from (seed, epoch, video)."""
        rng = generator("clip", self.seed, epoch, video.name)
        start = draw_clip(video.count, self.clip_length, rng)
        return [start], [draw_corner(self.store.height, self.store.width, self.options.crop, rng)], video.label


class TestClips(Clips):
    """The evenly spread test clips of a video, centre crop (CVPR 2019, 4.1)."""

    __test__ = False  # not a test of pytest's

    def __init__(
        self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions, clips: int
    ) -> None:
        super().__init__(store, videos, clip_length, options)
        self.clips = clips

    def draw(self, video: Video, epoch: int) -> tuple[list[int], list[tuple[int, int]], int]:
        """Return the same clips in every epoch."""
        return evenly_spaced_starts(video.count, self.clip_length, self.clips), [self.centre()] * self.clips, video.label
