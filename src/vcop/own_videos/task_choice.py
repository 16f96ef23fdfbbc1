"""Choice of the pretext task for some videos: the longest window that nearly all of them fit (CVPR 2019, 3.1: 16-8-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vcop.sampling.tasks import Task

TASKS = (
    "16-8-3",
    "12-6-3",
    "8-4-3",
    "8-2-3",
)  # the papers' task, and shorter ones; clips of fewer than 8 frames show little motion
ENOUGH = 0.9  # share of the videos that a task has to fit


@dataclass(frozen=True)
class TaskChoice:
    """A task, and how many videos fit each of ``TASKS``.

    Attributes:
        task: The proposed task.
        fitting: Videos at least as long as the window, by task.
        videos: Number of readable videos.
    """

    task: str
    fitting: dict[str, int]
    videos: int

    @property
    def used(self) -> int:
        """Videos that fit the proposed task."""
        return self.fitting[self.task]

    def lines(self) -> Iterator[str]:
        """Yield the choice in words."""
        left_out = self.videos - self.used
        window = Task.parse(self.task).window
        yield f"task {self.task} (windows of {window} frames): {self.used} of {self.videos} videos fit, {left_out} are too short and left out"
        others = [
            f"{name} ({Task.parse(name).window} frames) {count}" for name, count in self.fitting.items() if name != self.task
        ]
        yield f"  other tasks would fit: {', '.join(others)}"


def choose_task(frames: Sequence[int], wanted: str = "") -> TaskChoice:
    """Return the task with the longest window that at least 90 % of the videos fit; if none does, that of the shortest window.

    Args:
        frames: Number of frames of each readable video.
        wanted: A task that the user asks for.

    Raises:
        ValueError: If fewer than ten videos fit, which cannot be divided into three lists, or ``wanted`` is no task.
    """
    names = list(dict.fromkeys([*TASKS, *([str(Task.parse(wanted))] if wanted else [])]))
    fitting = {name: sum(count >= Task.parse(name).window for count in frames) for name in names}
    good = [name for name in TASKS if fitting[name] >= ENOUGH * len(frames)]
    task = str(Task.parse(wanted)) if wanted else (good or TASKS[-1:])[0]
    if fitting[task] < 10:
        raise ValueError(
            f"only {fitting[task]} videos have the {Task.parse(task).window} frames of a window of task {task}: at least 10 are needed"
        )
    return TaskChoice(task, fitting, len(frames))
