"""What a pretext task is: a question about a video that the video itself answers, and the head that is trained to answer it.

A task is one module of this package, or a file ``tasks/NAME.py`` in a study's folder. The module has one function, ``parse``, which
returns the task for the numbers in its name: the task ``arrow-16`` is ``parse("16")`` of the module ``arrow``.
docs/tasks.md shows how to write one.

Everything else is shared: the training loop, resuming, tests, features, retrieval, fine-tuning, tables.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from torch import Tensor, nn

from vcop.config.options import PretrainOptions
from vcop.networks.heads import ClipHead
from vcop.sampling.clips import cut_clip, draw_clip
from vcop.sampling.draws import Draw, DrawnVideo
from vcop.sampling.tasks import Task
from vcop.training.objective import Objective


class PretextTask(Objective, ABC):
    """A pretext task.

    Attributes:
        kind: Name of its module. Tasks of one kind with as many clips have equal initial weights in equal heads.
        name: Its name in paths, for example ``arrow-16``.
        clip_length: Frames of a clip in the video.
        clips: Clips of a sample that enter the backbone.
        window: Frames that a video must have at least.
        classes: Answers that are possible. 0: as many as the data set has actions.
        own_crops: Whether each clip has a random crop of its own; None: as the study says (``shared_crop``).
        goes_on: Whether training starts with all layers of given weights, the head's included.
    """

    kind: str
    name: str
    clip_length: int
    clips: int = 1
    window: int
    classes: int
    own_crops: bool | None = None
    goes_on: bool = False

    @abstractmethod
    def draw(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> Draw:
        """Draw a sample of a video: the frames of its clips, and the right answer.

        Args:
            video: Name, count of frames (at least ``window``) and label of the action.
            stride: Of a clip's frames the network gets every stride-th one.
            rng: Source of the random numbers. In training it depends on seed, task, epoch and video, in tests on task and video.

        Returns:
            ``clips`` clips of equally many frames, the label, and numbers for ``alter``.
        """

    @abstractmethod
    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build the head with random weights.

        Args:
            features: Values of a clip's feature, D.
            options: Dropout and BatchNorm of the head.
            classes: Number of answers.

        Shape:
            The head's input is (B, clips, D); its output goes to ``logits``, which by default expects (B, classes).
        """

    def alter(self, clips: Tensor, labels: Tensor, more: Tensor) -> Tensor:
        """Change the pixels of a batch, on its device; by default nothing.

        Args:
            clips: Cropped clips, as they would enter the backbone.
            labels: The answers, as drawn.
            more: The numbers that ``draw`` gave each sample.

        Shape:
            (B, T, 3, L, c, c), (B,), (B, M) -> (B, clips, 3, L', h, w).
        """
        return clips

    def chance(self, batch: int, actions: int = 0) -> float:
        """Return the percentage of right answers of guessing.

        Args:
            batch: Samples of a batch, for tasks that compare them.
            actions: Number of actions of the data set, for tasks whose answers they are.
        """
        return 100 / (self.classes or actions)

    @property
    def plain(self) -> PretextTask:
        """The task whose fixed samples are used for tests: the same for all variants."""
        return self

    def __str__(self) -> str:
        return self.name


class ClipTask(PretextTask):
    """A question about a single clip, which a linear layer on its feature answers."""

    def draw_frames(self, video: DrawnVideo, stride: int, rng: np.random.Generator) -> tuple[int, ...]:
        """Draw a clip, its start uniform over the video, and return its frames."""
        return cut_clip(draw_clip(video.count, self.clip_length, rng), self.clip_length, stride, video.count)

    def head(self, features: int, options: PretrainOptions, classes: int) -> nn.Module:
        """Build a linear layer."""
        return ClipHead(features, classes, options.dropout, options.head_batchnorm)


def read_numbers(task: str, arguments: str, form: str) -> list[int]:
    """Return the numbers in a task's name.

    Args:
        task: Name of the module.
        arguments: What follows it in the name, for example ``16-8-3``.
        form: The form that is expected, for example ``clip length-interval-tuple length``.

    Raises:
        ValueError: If the arguments have another form, or a clip would have no frame.
    """
    parts = arguments.split("-")
    if len(parts) != len(form.split("-")) or not all(part.isdecimal() and len(part) < 6 for part in parts):
        raise ValueError(f"task: {task}-{arguments}: the form is {task}-({form})")
    numbers = [int(part) for part in parts]
    if "-".join(map(str, numbers)) != arguments:
        raise ValueError(f"task: {task}-{arguments}: write its numbers without leading zeros")
    if numbers[0] < 1:
        raise ValueError(f"task: {task}-{arguments}: a clip has at least one frame")
    return numbers


def read_geometry(task: str, arguments: str, shortest: int, longest: int) -> Task:
    """Return the clips of a task about tuples, ``16-8-3``.

    Args:
        task: Name of the module.
        arguments: What follows it in the name: clip length, interval and tuple length.
        shortest: Smallest tuple length that the task allows.
        longest: Largest one.

    Raises:
        ValueError: If the arguments have another form or the tuple another length.
    """
    clip_length, interval, tuple_length = read_numbers(task, arguments, "clip length-interval-tuple length")
    geometry = Task(clip_length, interval, tuple_length)
    if not shortest <= geometry.tuple_length <= longest:
        raise ValueError(f"task: {task}-{arguments}: a tuple of this task has {shortest} to {longest} clips")
    return geometry
