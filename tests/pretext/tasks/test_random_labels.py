from collections import Counter

import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


def test_the_label_depends_on_the_name_alone(rng):
    task = find_task("random_labels-16-10")
    videos = [Video("a.avi", action, first, count) for action, first, count in ((0, 0, 40), (3, 7, 99))]
    assert len({task.draw(video, 2, rng).label for video in videos for _ in range(20)}) == 1


def test_labels_are_uniform(rng):
    task = find_task("random_labels-16-10")
    labels = Counter(task.draw(Video(f"{number}.avi", 0, 0, 40), 2, rng).label for number in range(1000))
    assert set(labels) == set(range(10))
    assert all(60 < number < 145 for number in labels.values())


def test_a_clip_lies_anywhere_in_the_video(rng):
    task, video = find_task("random_labels-16-10"), Video("a.avi", 0, 0, 18)
    clips = {task.draw(video, 5, rng).clips[0] for _ in range(60)}
    assert clips == {(start, start + 5, start + 10, start + 15) for start in range(3)}


def test_guessing_and_the_head():
    task = find_task("random_labels-16-20")
    assert (task.clips, task.window, task.chance(8)) == (1, 16, 5)
    assert task.head(4, PretrainOptions(), 20)(torch.zeros(3, 1, 4)).shape == (3, 20)


@pytest.mark.parametrize("name", ["random_labels-16", "random_labels-16-1", "random_labels-0-10"])
def test_other_numbers_are_refused(name):
    with pytest.raises(ValueError, match=f"task: {name}: "):
        find_task(name)


def test_the_labels_are_the_same_on_every_machine():
    task, rng = find_task("random_labels-16-10"), np.random.default_rng(0)
    assert [task.draw(Video(name, 0, 0, 40), 1, rng).label for name in ("a.avi", "b.avi", "c.avi")] == [5, 6, 5]
