from collections import Counter
from itertools import combinations

import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.pretext.tasks.jigsaw import distant_orders
from vcop.storage.frame_store import Video


def smallest_distance(chosen):
    return min(sum(a != b for a, b in zip(one, other, strict=True)) for one, other in combinations(chosen, 2))


def test_three_orders_of_three_clips_differ_everywhere():
    assert distant_orders(3, 3) == [(0, 1, 2), (1, 2, 0), (2, 0, 1)]


@pytest.mark.parametrize(("clips", "distance"), [(6, 4), (7, 4)])
def test_the_chosen_orders_differ_in_many_places(clips, distance):
    chosen = distant_orders(clips, 100)
    assert len(set(chosen)) == 100
    assert all(sorted(order) == list(range(clips)) for order in chosen)
    assert smallest_distance(chosen) == distance


def test_all_orders_can_be_chosen():
    assert len(set(distant_orders(4, 24))) == 24


def test_the_choice_is_the_same_everywhere():
    assert distant_orders(6, 100)[:3] == [(0, 1, 2, 3, 4, 5), (1, 0, 3, 2, 5, 4), (2, 3, 4, 5, 0, 1)]
    assert distant_orders(6, 100)[99] == (3, 5, 4, 0, 2, 1)


def test_clips_come_in_the_order_of_their_label(rng):
    task, video, drawn = find_task("jigsaw-16-0-6"), Video("a.avi", 0, 0, 97), Counter()
    assert (task.clips, task.window, task.classes, task.chance(8)) == (6, 96, 100, 1)
    for _ in range(1500):
        clips, label, _ = task.draw(video, 2, rng)
        first = min(clip[0] for clip in clips)
        assert first in (0, 1)
        assert clips == [tuple(range(first + 16 * k, first + 16 * k + 16, 2)) for k in distant_orders(6, 100)[label]]
        drawn[label] += 1
    assert set(drawn) == set(range(100))


def test_its_samples_and_its_head_are_its_own():
    task = find_task("jigsaw-16-8-7")
    assert task.plain is task
    assert task.head(5, PretrainOptions(), task.classes)(torch.zeros(2, 7, 5)).shape == (2, 100)


@pytest.mark.parametrize("name", ["jigsaw-16-8-5", "jigsaw-16-8-9", "jigsaw-16-8-6-100"])
def test_other_numbers_are_refused(name):
    with pytest.raises(ValueError, match=f"task: {name}: "):
        find_task(name)
