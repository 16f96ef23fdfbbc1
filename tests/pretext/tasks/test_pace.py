from collections import Counter, defaultdict

import numpy as np
import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


@pytest.mark.parametrize(
    ("name", "paces", "window"),
    [
        ("pace-16-4", (1, 2, 3, 4), 64),
        ("pace-16-2", (1, 2), 32),
        ("pace-16-1-2-4-8", (1, 2, 4, 8), 128),
        ("pace-8-2-3", (2, 3), 24),
    ],
)
def test_the_paces_of_a_name(name, paces, window):
    task = find_task(name)
    assert (str(task), task.paces, task.classes, task.window) == (name, paces, len(paces), window)
    assert task.chance(8) == 100 / len(paces)


@pytest.mark.parametrize(("stride", "frames"), [(1, 16), (2, 8), (3, 6)])
def test_at_pace_p_every_pth_frame_is_taken(rng, stride, frames):
    task, video, drawn = find_task("pace-16-4"), Video("a.avi", 0, 0, 70), Counter()
    for _ in range(400):
        (clip,), label, _ = task.draw(video, stride, rng)
        assert len(clip) == frames
        assert set(np.diff(clip)) == {stride * (label + 1)}
        assert 0 <= clip[0] <= clip[-1] <= 69
        drawn[label] += 1
    assert all(70 < drawn[label] < 130 for label in range(4))


def test_the_window_of_the_highest_pace_fits_just(rng):
    task, video = find_task("pace-16-1-2-4-8"), Video("a.avi", 0, 0, 128)
    first = {label: clip[0] for (clip,), label, _ in (task.draw(video, 1, rng) for _ in range(100))}
    assert first == {0: 56, 1: 48, 2: 32, 3: 0}


def test_the_place_in_the_video_does_not_tell_the_pace(rng):
    task, video, middles = find_task("pace-16-4"), Video("a.avi", 0, 0, 67), defaultdict(set)
    for _ in range(300):
        (clip,), label, _ = task.draw(video, 1, rng)
        span = 16 * (label + 1)
        middles[label].add(clip[0] + span / 2)
    assert all(places == {32, 33, 34, 35} for places in middles.values())
    assert len(middles) == 4


def test_the_head_has_an_answer_for_each_pace():
    assert find_task("pace-16-4").head(4, PretrainOptions(), 4)(torch.zeros(3, 1, 4)).shape == (3, 4)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pace-16", "the form is pace-"),
        ("pace-16-x", "the form is pace-"),
        ("pace-16-1", "at least 2, or several paces"),
        ("pace-16-2-1", "each higher than the last"),
        ("pace-16-2-2", "each higher than the last"),
        ("pace-16-0-2", "each higher than the last"),
        ("pace-16-1-2-3", "named by the highest one: pace-16-3"),
    ],
)
def test_other_numbers_are_refused(name, said):
    with pytest.raises(ValueError, match=f"task: {name}: .*{said}"):
        find_task(name)
