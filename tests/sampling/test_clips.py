from collections import Counter

import numpy as np
import pytest

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


def test_a_clip_is_consecutive_frames():
    assert clip_indices(5, 16, 1, 100).tolist() == list(range(5, 21))


def test_frame_stride_keeps_the_span():
    assert clip_indices(5, 16, 2, 100).tolist() == [5, 7, 9, 11, 13, 15, 17, 19]


def test_a_short_video_is_looped():
    assert clip_indices(0, 16, 1, 6).tolist() == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3]
    assert clip_indices(0, 16, 1, 1).tolist() == [0] * 16


def test_ten_test_clips_by_hand():
    # 100 frames: centres 8, 17.33, 26.67, .., 92; starts int(centre - 8).
    assert evenly_spaced_starts(100, 16, 10) == [0, 9, 18, 28, 37, 46, 56, 65, 74, 84]
    assert evenly_spaced_starts(16, 16, 10) == [0] * 10
    assert evenly_spaced_starts(17, 16, 10) == [0] * 9 + [1]
    assert evenly_spaced_starts(7, 16, 10) == [0] * 10


@pytest.mark.parametrize("count", [16, 17, 29, 240, 1776])
def test_test_clips_lie_in_the_video(count):
    starts = evenly_spaced_starts(count, 16, 10)
    assert starts[0] == 0
    assert starts[-1] == count - 16
    assert starts == sorted(starts)


def test_tuples_are_uniform_over_starts_and_orders(rng):
    task = Task.parse("16-8-3")
    starts, labels = Counter(), Counter()
    for _ in range(6000):
        clips, label = draw_tuple(66, task, rng)
        assert sorted(clips) == [min(clips) + s for s in (0, 24, 48)]
        order = [sorted(clips).index(c) for c in clips]
        assert tuple(order) == task.orders[label]
        starts[min(clips)] += 1
        labels[label] += 1
    assert set(starts) == {0, 1, 2}  # 66 frames leave three windows of 64
    assert max(starts.values()) < 2200
    assert set(labels) == set(range(6))
    assert max(labels.values()) < 1150


@pytest.mark.parametrize(("count", "possible"), [(64, 6), (65, 12), (200, 137 * 6)])
def test_no_tuple_is_drawn_twice_as_long_as_there_are_others(count, possible):
    task = Task.parse("16-8-3")
    drawn = [draw_distinct_tuples(count, task, generator("x"), number)[-1] for number in range(1, 15)]
    assert len({tuple(starts) for starts, _ in drawn}) == min(14, possible)
    assert drawn == draw_distinct_tuples(count, task, generator("x"), 14), "the first ones do not depend on the number"
    assert drawn[0] == draw_tuple(count, task, generator("x"))


def test_too_short_for_a_tuple(rng):
    with pytest.raises(ValueError, match="64 frames, the video has 63"):
        draw_tuple(63, Task.parse("16-8-3"), rng)


def test_training_clips_reach_both_ends(rng):
    drawn = {draw_clip(20, 16, rng) for _ in range(300)}
    assert drawn == {0, 1, 2, 3, 4}
    assert draw_clip(9, 16, rng) == 0


def test_crops_of_the_paper(rng):
    assert centre_corner(128, 171, 112) == (8, 30)
    corners = np.array([draw_corner(128, 171, 112, rng) for _ in range(4000)])
    assert corners.min(0).tolist() == [0, 0]
    assert corners.max(0).tolist() == [16, 59]
