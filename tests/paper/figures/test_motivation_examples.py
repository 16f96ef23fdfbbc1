"""Search for tuples whose order frames leave open and clips decide (Figure 1 of both papers)."""

from itertools import combinations, permutations, product

import numpy as np
import pytest

from vcop.datasets.splits import TEST, TRAIN
from vcop.paper.figures import motivation_examples
from vcop.sampling.tasks import Task

SHORT = Task.parse("3-2-3")


def filmed(levels, motions):
    """A moment of three clips of one grey level each, with the given paths of their motion."""
    frames = np.array(levels, np.uint8)[:, None, None, None] * np.ones((30, 40, 3), np.uint8)
    return motivation_examples.Moment(None, frames, frames[:, None].repeat(4, axis=1), np.array(motions, float))


RIGHT = [[[0, 5], [5, 5]], [[10, 5], [15, 5]], [[20, 5], [25, 5]]]  # inside and between: to the right


def test_the_motion_inside_tells_an_order_from_its_reverse_and_frames_do_not():
    moment = filmed([10, 20, 40], RIGHT)
    assert moment.between_frames(motivation_examples.FORWARD) == [10, 20]
    assert moment.between_frames(motivation_examples.BACKWARD) == [20, 10]
    assert moment.angles(motivation_examples.FORWARD) == [0, 0]
    assert moment.angles(motivation_examples.BACKWARD) == [180, 180]
    assert moment.clarity == (True, 1)  # 5 pixels of a diagonal of 50: just large enough


def test_small_or_contrary_motion_is_less_clear():
    assert filmed([10, 20, 40], np.array(RIGHT) / 2).clarity == (True, 0.5)
    against = [[end, start] for start, end in RIGHT]
    assert filmed([10, 20, 40], against).clarity == (True, -1)
    assert filmed([10, 20, 40], np.ones((3, 2, 2))).clarity[1] == pytest.approx(0)


def test_what_frames_do_not_leave_open_is_not_preferred():
    """Frames that go there and back: another order is smoother."""
    back = filmed([20, 100, 40], RIGHT)
    assert back.clarity[0] is False
    assert min(permutations(range(3)), key=lambda order: sum(back.between_frames(order))) in {(0, 2, 1), (1, 2, 0)}


@pytest.mark.parametrize(
    ("one", "other", "degrees"), [((1, 0), (2, 0), 0), ((1, 0), (0, 3), 90), ((1, 1), (-1, -1), 180), ((0, 0), (1, 0), 90)]
)
def test_angles(one, other, degrees):
    assert motivation_examples.angle(np.array(one, float), np.array(other, float)) == pytest.approx(degrees, abs=1e-4)


def test_the_path_of_a_block_that_moves():
    """Four pixels wide, three rows high, two pixels to the right in each frame: what changes is at its two sides."""
    frames = np.full((8, 20, 40, 3), 30, np.uint8)
    for t in range(8):
        frames[t, 9:12, 2 * t : 2 * t + 4] = 200
    path = motivation_examples.motion_path(frames)
    assert path == pytest.approx(np.array([[2, 10.5], [16, 10.5]]))
    assert motivation_examples.motion_path(frames[::-1]) == pytest.approx(path[::-1])


def test_a_still_clip_has_no_motion_and_noise_is_none():
    still = np.full((8, 20, 40, 3), 30, np.uint8)
    still[::2] += 8  # three colours by 8 each: up to this, a difference is noise
    assert motivation_examples.motion_path(still).tolist() == [[20, 10], [20, 10]]


def test_the_clearest_video_is_shown(store):
    task = Task.parse("16-8-3")
    videos = motivation_examples.usable_videos(store, TEST, task)
    best = motivation_examples.clearest_tuple(store, videos, task)
    all_of_them = [motivation_examples.Moment.read(store, v, task, (v.count - task.window) // 2) for v in videos]
    assert best.clarity == max(moment.clarity for moment in all_of_them)
    assert best.clarity > (True, 0.1)
    first = (best.video.count - task.window) // 2
    assert np.array_equal(best.frames, store.read(best.video, [first + k + 8 for k in (0, 24, 48)]))
    assert np.array_equal(best.clips[1], store.read(best.video, [first + 24 + k for k in (0, 5, 10, 15)]))


def test_at_most_a_hundred_videos_are_looked_at_whatever_their_order(store):
    videos = store.videos * 2
    assert len(motivation_examples.draw_candidates(videos)) == 100
    assert motivation_examples.draw_candidates(store.videos) == motivation_examples.draw_candidates(store.videos[::-1])


def slowly(near, task):
    """The same number by loops over all pairs of tuples."""
    length, starts = task.clip_length, task.starts
    best = (np.inf, 0, 0)
    for one, other in product(range(len(near) - task.window + 1), repeat=2):
        pairs = [(one + a, other + b) for a, b in zip(starts, starts[::-1], strict=True)]
        frames = np.mean([near[a + length // 2, b + length // 2] for a, b in pairs])
        clips = np.mean([near[a + i, b + i] for a, b in pairs for i in range(length)])
        within = [near[s + a + length // 2, s + b + length // 2] for s in (one, other) for a, b in combinations(starts, 2)]
        least = min(clips, *within)
        best = min(best, (frames / least if least > 0 and one != other else np.inf, one, other))
    return best


def test_tuples_in_opposite_order_are_found(rng):
    """A pendulum: its frames are passed in both directions."""
    place = np.cos(np.arange(40) / 6) * 100 + rng.normal(0, 1, 40)
    near = np.abs(place[:, None] - place[None, :]).astype(np.float32)
    score, one, other = motivation_examples.reversed_likeness(near, SHORT)
    assert (score, one, other) == (pytest.approx(slowly(near, SHORT)[0], rel=1e-5), *slowly(near, SHORT)[1:])
    assert score < 0.5
    for a, b in zip(SHORT.starts, SHORT.starts[::-1], strict=True):
        assert near[one + a + 1, other + b + 1] < 10


def test_a_still_video_has_no_opposite_tuples():
    assert motivation_examples.reversed_likeness(np.zeros((20, 20), np.float32), SHORT)[0] == np.inf


def test_the_training_video_is_the_one_that_is_most_alike(store):
    task = Task.parse("16-8-3")
    videos = motivation_examples.usable_videos(store, TRAIN, task)
    first, second = motivation_examples.opposite_tuples(store, videos, task)
    found = {
        v.name: motivation_examples.reversed_likeness(motivation_examples.frame_differences(store, v), task) for v in videos
    }
    assert first.video == second.video
    score, one, other = found[first.video.name]
    assert score == min(lowest for lowest, _, _ in found.values()) < np.inf
    assert one != other
    for moment, start in ((first, one), (second, other)):
        assert np.array_equal(moment.frames[0], store.read(moment.video, [start + 8])[0])
