from collections import Counter

import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.sampling.tasks import order_label
from vcop.storage.frame_store import Video


def test_an_order_and_its_inverse_are_one_class():
    task = find_task("frame_order-16-8-4")
    assert task.answers[order_label((0, 1, 2, 3))] == task.answers[order_label((3, 2, 1, 0))] == 0
    assert task.answers[order_label((0, 1, 3, 2))] == task.answers[order_label((2, 3, 1, 0))] == 1
    assert task.answers[order_label((2, 0, 1, 3))] == task.answers[order_label((3, 1, 0, 2))] == 10
    assert Counter(task.answers) == dict.fromkeys(range(12), 2)


@pytest.mark.parametrize(
    ("name", "classes"), [("frame_order-16-8-3", 3), ("frame_order-16-8-4", 12), ("frame_order-16-8-5", 60)]
)
def test_there_are_half_as_many_classes_as_orders(name, classes):
    task = find_task(name)
    assert task.classes == classes
    assert task.chance(8) == 100 / classes
    assert task.head(5, PretrainOptions(), classes)(torch.zeros(2, task.clips, 5)).shape == (2, classes)


def test_frames_of_a_draw_have_no_motion_and_the_order_of_their_class(rng):
    task, video, drawn = find_task("frame_order-16-8-4"), Video("a.avi", 0, 0, 90), Counter()
    for _ in range(600):
        clips, label, _ = task.draw(video, 1, rng)
        assert [len(set(clip)) for clip in clips] == [1] * 4
        assert [len(clip) for clip in clips] == [16] * 4
        frames = [clip[0] for clip in clips]
        assert 8 <= min(frames) == max(frames) - 72 <= 10
        order = np.argsort(np.argsort(frames)).tolist()
        assert task.answers[order_label(order)] == label
        drawn[label] += 1
    assert set(drawn) == set(range(12))
    assert all(25 < number < 80 for number in drawn.values())


@pytest.mark.parametrize("name", ["frame_order-16-8-2", "frame_order-16-8-6", "frame_order-16-8"])
def test_other_numbers_are_refused(name):
    with pytest.raises(ValueError, match=f"task: {name}: "):
        find_task(name)
