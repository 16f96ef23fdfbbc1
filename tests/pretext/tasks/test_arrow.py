import numpy as np
import torch

from vcop.config.options import PretrainOptions
from vcop.pretext.task_registry import find_task
from vcop.storage.frame_store import Video


def test_half_of_the_clips_run_backwards(rng):
    task, video = find_task("arrow-16"), Video("a.avi", 0, 0, 40)
    labels = []
    for _ in range(400):
        (clip,), label, _ = task.draw(video, 2, rng)
        assert set(np.diff(clip)) == {-2 if label else 2}
        assert 0 <= min(clip) <= max(clip) <= 39
        labels.append(label)
    assert 150 < sum(labels) < 250
    assert task.chance(8) == 50


def test_its_head_sees_one_clip():
    assert find_task("arrow-16").head(4, PretrainOptions(), 2)(torch.zeros(3, 1, 4)).shape == (3, 2)
