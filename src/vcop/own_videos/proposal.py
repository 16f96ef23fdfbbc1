"""Proposal of a study of one's own videos: which videos, which task, which sizes, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import torch

from vcop.config.data_options import DatasetOptions
from vcop.config.options import FinetuneOptions
from vcop.datasets.listing import found_videos, list_videos
from vcop.datasets.video_list import ListedVideo, has_labels
from vcop.own_videos.sizes import CLIPS, FEWEST, MINUTES, Sizes, choose_epochs, choose_sizes
from vcop.own_videos.speed import frame_seconds, tuple_seconds
from vcop.own_videos.survey import Survey, survey_videos
from vcop.own_videos.task_choice import TaskChoice, choose_task
from vcop.runtime.printing import printable
from vcop.sampling.tasks import Task

NETWORK = "r3d"  # the backbone that workflow/rules/own_videos.smk trains
FOLDERS = 10  # with so many sub-folders, the videos of one are taken to belong together
VALIDATION_SHARE = 10  # a tenth of the videos validates
STARTING = 60  # seconds in which programs start
LEAST_SHARE = 0.25  # of the time is for training, however long reading takes
DECODINGS = 3.5  # a video is decoded for the check, the frame store, the embeddings and partly for its picture


@dataclass(frozen=True)
class Request:
    """What a user asks for.

    Attributes:
        videos: Directory of the videos.
        table: Table that lists them, or "".
        labels: "none" or "folders".
        groups: "none", "folders", a regular expression, or "" to decide by the folders.
        task: The pretext task, or "" to decide by the lengths of the videos.
        device: "auto", "cpu" or "cuda".
        minutes: Minutes that the study may take; None for the usual ones of the device.
        processes: Videos that are read at the same time.
    """

    videos: Path
    table: str = ""
    labels: Literal["none", "folders"] = "none"
    groups: str = ""
    task: str = ""
    device: str = "auto"
    minutes: float | None = None
    processes: int = 1


@dataclass(frozen=True)
class Proposal:
    """A proposed study.

    Attributes:
        listed: The videos with their groups and roles.
        survey: What was seen of them.
        options: Options of the data set.
        task: The task, and what fits it.
        sizes: Options that depend on the machine.
        device: "cpu" or "cuda".
        reading: Seconds that reading the videos is expected to take.
        training: Seconds that pretraining is expected to take.
        tuples: Tuples that pretraining sees.
    """

    listed: Sequence[ListedVideo]
    survey: Survey
    options: DatasetOptions
    task: TaskChoice
    sizes: Sizes
    device: str
    reading: float
    training: float
    tuples: int

    @property
    def minutes(self) -> float:
        """Minutes that the study is expected to take; fine-tuning with labels takes about as long as a third of the pretraining."""
        return (self.reading + self.training * (1.4 if has_labels(self.listed) else 1.05)) / 60 + STARTING / 60

    def lines(self) -> Iterator[str]:
        """Yield the proposal in words."""
        yield from self.survey.lines()
        groups = len({video.group for video in self.listed})
        labels = len({video.label for video in self.listed})
        yield f"groups: {groups} (by {self.options.groups}); labels: {labels if has_labels(self.listed) else 'none'}"
        count = {role: sum(video.role == role for video in self.listed) for role in ("training", "validation", "test")}
        yield "held out by group: " + ", ".join(f"{number} {role}" for role, number in count.items())
        yield from self.task.lines()
        frames, net = self.sizes.frames, self.sizes.network
        yield (
            f"sizes for {'a GPU' if self.device == 'cuda' else 'CPU cores'}: frames of {frames.height}x{frames.width}, crops of "
            f"{self.sizes.input.crop}, {NETWORK} of {net.multiplier:g} of the papers' width, {self.sizes.pretrain.epochs} epochs"
        )
        yield (
            f"time expected: {self.minutes:.0f} minutes ({self.reading / 60:.0f} to read the videos, {self.training / 60:.0f} to train)"
        )
        if self.tuples < FEWEST:
            yield (
                f"note: pretraining sees {self.tuples:,} tuples; with fewer than {FEWEST:,} networks often stay at chance: allow more "
                "time with --minutes"
            )


def propose(request: Request) -> Proposal:
    """Look at the videos and propose a study.

    Raises:
        ValueError: If there are too few videos, lists cannot be drawn, or a GPU is asked for and there is none to measure.
    """
    if request.device == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            "--device cuda: PyTorch sees no GPU here, and the time of a training step is measured on it: run this command where the GPU "
            "is, or take --device cpu and change the sizes of config.yaml"
        )
    if request.task:
        Task.parse(request.task)  # a wrong name is said before the videos are looked at
    options = DatasetOptions(
        videos=str(request.videos), lists=request.table, labels=request.labels, groups=request.groups or "none"
    )
    found = found_videos(request.videos, options)
    survey = survey_videos(request.videos, [video.path for video in found], request.processes)
    by_folders = not request.groups and not request.table and request.labels == "none" and _many_folders(found)
    options = replace(
        options,
        validation_videos=max(1, len(found) // VALIDATION_SHARE),
        allow_unreadable=len(survey.unreadable),
        processes=request.processes,
    )
    listed, options = _listed(request, options, by_folders)
    try:
        task = choose_task(survey.frames, request.task)
    except ValueError as problem:
        raise ValueError(f"{problem}{_why_unreadable(survey)}") from None
    device = request.device if request.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    sizes = choose_sizes(device, request.processes, task.task)
    return _timed(request, listed, survey, options, task, sizes, device)


def _listed(request: Request, options: DatasetOptions, by_folders: bool) -> tuple[list[ListedVideo], DatasetOptions]:
    """Return the videos with their roles, and the options; those of a folder are one group if we are to try that and it can be."""
    if by_folders:
        try:
            grouped = replace(options, groups="folders")
            return list_videos(request.videos, grouped), grouped
        except ValueError:  # one folder may have most of the videos
            pass
    return list_videos(request.videos, options), options


def _why_unreadable(survey: Survey) -> str:
    """Return how many videos cannot be read, and why the first one cannot; "" if all can."""
    lost = survey.unreadable
    if not lost:
        return ""
    name, reason = next(iter(lost.items()))
    return f"; {len(lost)} of {len(survey.looks)} videos cannot be read ({printable(name)}: {reason})"


def _timed(
    request: Request,
    listed: Sequence[ListedVideo],
    survey: Survey,
    options: DatasetOptions,
    task: TaskChoice,
    sizes: Sizes,
    device: str,
) -> Proposal:
    """Return the proposal with as many epochs as the time allows."""
    per_frame = frame_seconds([survey.paths[name] for name in survey.readable], sizes.frames)
    reading = DECODINGS * per_frame * sum(survey.frames) / request.processes
    per_tuple = tuple_seconds(sizes, NETWORK, task.task, device)
    seconds_allowed = 60 * (request.minutes or MINUTES[device])
    allowed = max(seconds_allowed - reading - STARTING, LEAST_SHARE * seconds_allowed)
    training = max(1, round(task.used * sum(video.role == "training" for video in listed) / len(listed)))
    epochs = choose_epochs(training, per_tuple, allowed / (1.4 if has_labels(listed) else 1.05), device)
    clips = max(1, min(100, round(CLIPS / training)))
    sizes = replace(
        sizes,
        pretrain=replace(sizes.pretrain, epochs=epochs),
        finetune=replace(sizes.finetune, epochs=clips) if has_labels(listed) else FinetuneOptions(),
    )
    seconds = epochs * training * per_tuple
    return Proposal(listed, survey, options, task, sizes, device, reading, seconds, epochs * training)


def _many_folders(videos: Sequence[ListedVideo]) -> bool:
    """Return whether the videos lie in many folders, so that those of one are taken to belong together."""
    return len({video.path.rpartition("/")[0] for video in videos}) >= FOLDERS
