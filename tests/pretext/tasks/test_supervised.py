import pytest
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


def test_the_answer_is_the_action_of_the_video(rng):
    task = find_task("supervised-16")
    starts = set()
    for _ in range(200):
        (clip,), label, more = task.draw(Video("a.avi", 7, 0, 20), 2, rng)
        assert (label, more) == (7, ())
        assert clip == tuple(range(clip[0], clip[0] + 16, 2))
        starts.add(clip[0])
    assert starts == {0, 1, 2, 3, 4}


def test_there_are_as_many_answers_as_actions():
    task = find_task("supervised-16")
    assert task.classes == 0
    assert task.chance(8, 101) == 100 / 101
    assert task.head(4, PretrainOptions(), 101)(torch.zeros(3, 1, 4)).shape == (3, 101)


def test_videos_without_actions_are_refused():
    with pytest.raises(ValueError, match="task supervised-16: all videos have the same label"):
        find_task("supervised-16").head(4, PretrainOptions(), 1)
