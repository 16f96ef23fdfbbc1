import numpy as np
import pytest

from vcop.sampling.clips import (
    centre_corner,
    clip_indices,
    draw_clip,
    draw_corner,
    evenly_spaced_starts,
)


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


def test_training_clips_reach_both_ends(rng):
    drawn = {draw_clip(20, 16, rng) for _ in range(300)}
    assert drawn == {0, 1, 2, 3, 4}
    assert draw_clip(9, 16, rng) == 0


def test_crops_of_the_paper(rng):
    assert centre_corner(128, 171, 112) == (8, 30)
    corners = np.array([draw_corner(128, 171, 112, rng) for _ in range(4000)])
    assert corners.min(0).tolist() == [0, 0]
    assert corners.max(0).tolist() == [16, 59]
