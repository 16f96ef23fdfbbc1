"""Samples of clips as functions of (seed, epoch, video): training and fixed tuples, training and test clips.

Shapes: T clips of a sample, L frames, H W stored pixels.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch

from vcop.config.options import InputOptions
from vcop.loading.samples import Sample, Samples
from vcop.loading.shared_memory import Memory
from vcop.sampling.clips import (
    centre_corner,
    cut_clip,
    draw_clip,
    draw_corner,
    evenly_spaced_starts,
)
from vcop.sampling.draws import Drawing, draw_distinct
from vcop.sampling.seeding import generator
from vcop.storage.frame_store import FrameStore, Video


class ClipDraw(NamedTuple):
    """A sample that has not been read yet.

    Attributes:
        clips: The frames of each clip that enter the network.
        corners: The corner of each clip's crop (top, left).
        label: The label.
        more: Further numbers that the task needs to change the pixels.
    """

    clips: list[tuple[int, ...]]
    corners: list[tuple[int, int]]
    label: int
    more: tuple[float, ...] = ()


class Clips(Samples):
    """Samples of clips, indexed by (epoch, index in ``videos``); subclasses draw the clips.

    A sample: ``frames`` (T, L, H, W, 3) uint8, ``corners`` (T, 2), ``label``, ``video`` (name), and ``more`` (M,) where the draw has it.
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
        clips = self.draw(self.videos[0], 0).clips if self.videos else []
        return sum(map(len, clips)) * self.store.height * self.store.width * 3

    @abstractmethod
    def draw(self, video: Video, epoch: int) -> ClipDraw:
        """Draw a sample of a video."""

    def __getitem__(self, key: tuple[int, int]) -> Sample:
        return self.sample(key)

    def sample(self, key: tuple[int, int], out: Memory | None = None) -> Sample:
        """Return a sample; its frames are read into ``out``, if this is given, which has ``frame_bytes`` bytes."""
        epoch, index = key
        video = self.videos[index]
        clips, corners, label, more = self.draw(video, epoch)
        frames = torch.from_numpy(self.store.read(video, [i for clip in clips for i in clip], out))
        frames = frames.unflatten(0, (len(clips), -1))
        sample = {"frames": frames, "corners": torch.tensor(corners), "label": label, "video": video.name}
        return sample | ({"more": torch.tensor(more)} if more else {})

    def cut(self, video: Video, start: int) -> tuple[int, ...]:
        """Return the frames of the clip that starts at ``start``."""
        return cut_clip(start, self.clip_length, self.options.frame_stride, video.count)

    def centre(self) -> tuple[int, int]:
        """Return the corner of the central crop."""
        return centre_corner(self.store.height, self.store.width, self.options.crop)


class TrainingTuples(Clips):
    """A new sample of a pretext task from every video each epoch; of order prediction: window, order and crops (CVPR 2019, 3.1)."""

    def __init__(
        self,
        store: FrameStore,
        videos: Sequence[Video],
        task: Drawing,
        options: InputOptions,
        seed: int,
        shared_crop: bool = False,
    ) -> None:
        super().__init__(store, videos, task.clip_length, options)
        self.task, self.seed, self.shared_crop = task, seed, shared_crop

    def draw(self, video: Video, epoch: int) -> ClipDraw:
        """Draw from (seed, task, epoch, video)."""
        # The task, with its variant: a later step of a curriculum must not see the tuples of the earlier one again.
        rng = generator("tuple", self.seed, str(self.task), epoch, video.name)
        clips, label, more = self.task.draw(video, self.options.frame_stride, rng)
        crops = 1 if self.shared_crop else len(clips)
        corners = [draw_corner(self.store.height, self.store.width, self.options.crop, rng) for _ in range(crops)]
        return ClipDraw(clips, corners * (len(clips) // crops), label, more)


class FixedTuples(Clips):
    """Samples of a task for validation and tests: drawn once, centre crop, the same in every run, seed and variant of the task.

    In place of the epoch, a sample's key says which tuple of the video is meant. Validation uses the first one, number 0.
    """

    def __init__(self, store: FrameStore, videos: Sequence[Video], task: Drawing, options: InputOptions) -> None:
        super().__init__(store, videos, task.clip_length, options)
        self.task = task

    def draw(self, video: Video, epoch: int) -> ClipDraw:
        """Draw tuple number ``epoch`` from the video and the task alone."""
        # Variants of a task are tested on the same tuples, so that they can be compared tuple by tuple.
        rng = generator("fixed tuple", str(self.task.plain), video.name)
        clips, label, more = draw_distinct(self.task, video, self.options.frame_stride, rng, epoch + 1)[-1]
        return ClipDraw(clips, [self.centre()] * len(clips), label, more)


class TrainingClips(Clips):
    """A new clip of every video each epoch, start uniform, random crop (CVPR 2019, 4.2)."""

    def __init__(self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions, seed: int) -> None:
        super().__init__(store, videos, clip_length, options)
        self.seed = seed

    def draw(self, video: Video, epoch: int) -> ClipDraw:
        """Draw from (seed, epoch, video)."""
        rng = generator("clip", self.seed, epoch, video.name)
        start = draw_clip(video.count, self.clip_length, rng)
        corner = draw_corner(self.store.height, self.store.width, self.options.crop, rng)
        return ClipDraw([self.cut(video, start)], [corner], video.label)


class TestClips(Clips):
    """The evenly spread test clips of a video, centre crop (CVPR 2019, 4.1)."""

    __test__ = False  # not a test of pytest's

    def __init__(
        self, store: FrameStore, videos: Sequence[Video], clip_length: int, options: InputOptions, clips: int
    ) -> None:
        super().__init__(store, videos, clip_length, options)
        self.clips = clips

    def draw(self, video: Video, epoch: int) -> ClipDraw:
        """Return the same clips in every epoch."""
        starts = evenly_spaced_starts(video.count, self.clip_length, self.clips)
        return ClipDraw([self.cut(video, start) for start in starts], [self.centre()] * self.clips, video.label)
