from collections import Counter

import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


def order_of(clips):
    return tuple(int(rank) for rank in np.argsort(np.argsort([clip[0] for clip in clips])))


def test_three_clips_are_in_order_in_both_directions():
    wrong, right = find_task("verify-16-8-3").orders
    assert right == [(0, 1, 2), (2, 1, 0)]
    assert wrong == [(0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1)]
    wrong, right = find_task("verify-16-0-4").orders
    assert right == [(0, 1, 2, 3), (3, 2, 1, 0)]
    assert len(set(wrong) - set(right)) == 22


def test_half_of_the_sequences_are_in_order(rng):
    task, video, drawn = find_task("verify-16-8-3"), Video("a.avi", 0, 0, 66), Counter()
    for _ in range(1200):
        clips, label, _ = task.draw(video, 2, rng)
        drawn[order_of(clips), label] += 1
        assert {len(clip) for clip in clips} == {8}
        assert {clip[-1] - clip[0] for clip in clips} == {14}, "each clip itself runs forwards"
        assert sorted(np.diff(sorted(clip[0] for clip in clips))) == [24, 24]
        assert 0 <= min(map(min, clips)) <= max(map(max, clips)) <= 65
    in_order = {key: number for key, number in drawn.items() if key[1]}
    assert set(in_order) == {((0, 1, 2), 1), ((2, 1, 0), 1)}
    assert all(240 < number < 360 for number in in_order.values())
    assert len(drawn) == 6
    assert all(100 < number < 200 for key, number in drawn.items() if not key[1])


def test_guessing_is_right_in_half_of_the_cases_and_the_head_has_two_answers():
    task = find_task("verify-16-8-4")
    assert (task.clips, task.window, task.classes, task.goes_on, task.chance(8)) == (4, 88, 2, False, 50)
    assert task.head(5, PretrainOptions(), task.classes)(torch.zeros(3, 4, 5)).shape == (3, 2)


@pytest.mark.parametrize("name", ["verify-16-8-2", "verify_still-16-8-2", "verify-16-8-6", "verify-16-8-3-hard", "verify-16"])
def test_other_numbers_are_refused(name):
    with pytest.raises(ValueError, match=f"task: {name}: "):
        find_task(name)
